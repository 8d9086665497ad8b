from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.entitlement import rules

START = datetime(2026, 3, 1, 12, tzinfo=UTC)
END = datetime(2026, 4, 1, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def said(status="active", start=START, end=END, **more):
    item = {"current_period_start": start.timestamp(), "current_period_end": end.timestamp()}
    return {
        "status": status,
        "items": {"data": [item]},
        "cancel_at": None,
        "cancel_at_period_end": False,
        **more,
    }


@pytest.mark.parametrize(
    ("subscription", "closes"),
    [
        (said(), END + rules.GRACE),
        (said("trialing"), END + rules.GRACE),
        (said("past_due"), START + rules.GRACE),
        (said(cancel_at=END.timestamp(), cancel_at_period_end=True), END),
        (said(cancel_at_period_end=True), END),
        (said(cancel_at=(START + timedelta(days=3)).timestamp()), START + timedelta(days=3)),
        (said("past_due", cancel_at=END.timestamp()), START + rules.GRACE),
        *(
            (said(status), None)
            for status in ("canceled", "unpaid", "incomplete", "incomplete_expired", "paused")
        ),
        ({"status": "active"}, None),
        ({}, None),
    ],
)
def test_when_premium_closes(subscription, closes):
    assert rules.open_until(subscription) == closes


@given(
    st.sampled_from(rules.LIVE), st.integers(0, 400), st.integers(1, 366), st.none() | st.integers(-10, 800)
)
def test_never_longer_than_a_week_beyond_what_is_paid(status, began, days, cancelled):
    start = START + timedelta(days=began)
    end = start + timedelta(days=days)
    at = None if cancelled is None else (start + timedelta(days=cancelled)).timestamp()
    subscription = said(status, start, end, cancel_at=at)
    closes, paid = rules.open_until(subscription), rules.paid_until(subscription)
    assert paid in (start, end)
    assert closes <= paid + timedelta(days=7)
    assert at is None or closes <= rules.moment(at)
    assert rules.renews(subscription) == (at is None)
