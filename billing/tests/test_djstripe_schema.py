import pytest

from tests import djstripe_schema


@pytest.mark.django_db
def test_our_one_step_makes_the_tables_of_dj_stripes_own_migrations() -> None:
    written = djstripe_schema.WRITTEN.read_text(encoding="utf-8").splitlines()
    assert written[0] == djstripe_schema.installed(), "upgraded: run python -m tests.djstripe_schema"
    assert djstripe_schema.describe() == written
