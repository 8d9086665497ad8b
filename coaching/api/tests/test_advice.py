"""What the coach says through the API is what its page says."""

import pytest
from django.utils import timezone

from tests.api_client import Api
from tests.factories import make_days, make_test, signed_in


@pytest.fixture
def growing(anna):
    """Somebody whose speed has grown for two weeks."""
    make_days(anna, [200 + 4 * day for day in range(14)], until=timezone.now())
    make_test(anna, started_at=timezone.now(), cpm=255.0)
    return anna


def test_the_dates_of_the_forecast_are_those_of_the_page(growing):
    told = Api(growing).get("ai/recommendations")[1]["forecast"]
    shown = signed_in(growing).get("/coach/").context["coach"].forecast
    assert shown.is_in_reach and told["goalCpm"] == shown.goal_cpm
    dates = [date and date.isoformat() for date in shown.dates]
    assert [told["p10"], told["p50"], told["p90"]] == dates
    assert dates[0] < dates[1]


def test_whoever_typed_nothing_is_told_so(anna):
    status, error = Api(anna).get("ai/recommendations")
    assert (status, error["code"]) == (409, "nothing_typed")
