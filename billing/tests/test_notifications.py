"""The end of premium by browser and phone, beside the mail that always goes."""

import pytest
from django.core import mail
from django.utils import timezone

from accounts.models import NotificationChoice
from accounts.notifications import sending
from billing import mailing
from billing.models import Notice
from outbox.models import OutboxEvent
from tests.factories import make_learner

KINDS = Notice.Kind
UNTIL = {"until": 1_797_000_000}


@pytest.fixture
def learner(db):
    user = make_learner("anna@example.com", language="en")
    NotificationChoice.objects.create(user=user, kind="plan", channel="sms")
    return user


def notice(user, kind, **facts):
    return Notice.objects.create(
        user=user, kind=kind, subject=f"sub {kind}", facts=facts, created_at=timezone.now()
    )


@pytest.mark.parametrize(
    ("kind", "facts", "is_told"),
    [
        (KINDS.TRIAL_ENDING, UNTIL, True),
        (KINDS.PAYMENT_FAILED, {"since": 1_797_000_000}, True),
        (KINDS.ENDED, {}, True),
        (KINDS.STARTED, {}, False),
        (KINDS.CANCELLED, UNTIL, False),
    ],
)
def test_it_follows_the_mail_once(learner, kind, facts, is_told):
    one = notice(learner, kind, **facts)
    for _ in range(2):
        mailing.send(notice_id=one.pk, now=timezone.now())
    queued = [event.payload for event in OutboxEvent.objects.filter(task=sending.TASK)]
    expected = {"user_id": str(learner.pk), "kind": "plan", "channel": "sms", "about": str(one.pk)}
    assert len(mail.outbox) == 1 and queued == [expected] * is_told


def test_it_says_what_the_mail_says_first(learner):
    one = notice(learner, KINDS.TRIAL_ENDING, **UNTIL)
    told = mailing.compose(learner, str(one.pk), timezone.now())
    assert told.title == "Your trial ends soon" and told.text.startswith("Your trial ends on Dec. 11, 2026.")
    assert "\n" not in told.text and told.path == "/premium/"


def test_nothing_of_what_another_was_told(learner, db):
    other = notice(make_learner("boris@example.com"), KINDS.ENDED)
    assert mailing.compose(learner, str(other.pk), timezone.now()) is None
