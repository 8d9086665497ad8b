import pytest

from tests.any_order import live_through


@pytest.mark.django_db(transaction=True)
def test_the_last_state_is_stripes_and_each_mail_is_decided_once(stripe):
    for seed in range(3):
        stripe.run()
        stripe.reset()
        live_through(stripe, seed)
