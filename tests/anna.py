"""A learner with something of everything, for tests of who may see what."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from allauth.socialaccount.models import SocialAccount
from django.core.files.base import ContentFile
from django.utils import timezone
from djstripe.models import Customer, Invoice

from accounts import tokens
from accounts.models import (
    ApiToken,
    Channel,
    DataExport,
    Notification,
    NotificationChoice,
    PhoneNumber,
    PushSubscription,
    ReminderTime,
    User,
)
from accounts.personal_data.exports import FETCHED_FOR, storage
from billing.models import Checkout, GiftCode, Plan
from coaching.models import Drill
from lessons.models import Lesson, TypingText
from progress.exercises import tickets
from progress.honours import certificates, leaderboards
from progress.keystrokes.logs import parse_log
from progress.models import TypingSession
from progress.recording import open_sessions
from progress.recording.record import record_session
from tests.factories import TEXT, human_events, make_course, make_learner, make_log, make_ticket
from tests.passkey import Passkey


def with_slow_key(events: list[list[Any]]) -> list[list[Any]]:
    """Slow enough at о to have it drilled, fast enough for a certificate."""
    return [[2.8 * dt if key == "о" else dt, key, hold] for dt, key, hold in events]


EVENTS = with_slow_key(human_events(TEXT, mistakes=(3, 7), pace_ms=260))


@dataclass(frozen=True)
class Anna:
    """A learner with something of everything; `secrets` is what nobody else may read."""

    user: User
    session: TypingSession
    test: TypingSession
    certificate: str
    drill: str
    token: ApiToken
    passkey: int
    connection: SocialAccount
    browser: int
    lesson: int
    ticket: tickets.Ticket
    open_ticket: tickets.Ticket
    secrets: tuple[str, ...]

    def log(self) -> dict[str, Any]:
        log: dict[str, Any] = json.loads(make_log(self.ticket, EVENTS))
        return log


def make_anna() -> Anna:
    make_course()
    now = timezone.now()
    user = make_learner("anna-secret@example.org", name="Anna Secretova")
    EmailAddress.objects.create(user=user, email=user.email, primary=True, verified=True)
    lesson = Lesson.objects.select_related("course", "text").get(number=1)
    session = recorded(user, make_ticket(user, lesson, issued_at=now - timedelta(minutes=9)), EVENTS)
    test_ticket = ticket_of_test(user, now=now)
    test = recorded(user, test_ticket, with_slow_key(human_events(test_ticket.body, seed=3, pace_ms=260)))
    certificate = certificates.certify(session=test, name="Anna S.", now=now).code
    text = TypingText.of("Тайный текст Анны")
    drill = Drill.objects.create(user=user, text=text, layout="ru-jcuken", made_at=now)
    tokens.create_personal(user, "anna-script", ["read"], now=now)
    passkey = make_factors(user)
    make_archive(user, now=now)
    begun = make_ticket(user, lesson, issued_at=now)
    begin(user, begun, now=now)
    leaderboards.join_leaderboards(user.pk, "Annie", now=now)
    make_payer(user, now=now)
    return Anna(
        user=User.objects.get(pk=user.pk),
        session=session,
        test=test,
        certificate=certificate,
        drill=drill.text_id,
        token=ApiToken.objects.get(),
        passkey=passkey.pk,
        connection=connected(user),
        browser=make_told(user, now=now),
        lesson=lesson.pk,
        ticket=make_ticket(user, lesson, issued_at=now - timedelta(minutes=2)),
        open_ticket=begun,
        secrets=(
            "anna-secret",
            "Secretova",
            "anna-script",
            "Annas laptop",
            "anna-at-school",
            "Тайный текст",
            *(str(one) for one in (user.pk, session.pk, test.pk, begun.session)),
            certificate,
            "ANNA-0001",
            "GFTC",
            *("79161234567", "anna-secret-browser"),
        ),
    )


def make_factors(user: User) -> Authenticator:
    """She has an authenticator app, recovery codes and a passkey, which is answered."""
    credential = json.loads(Passkey().create({"publicKey": {"user": {"id": ""}, "challenge": ""}}))
    TOTP.activate(user, generate_totp_secret())
    RecoveryCodes.activate(user)
    return Authenticator.objects.create(
        user=user, type=Authenticator.Type.WEBAUTHN, data={"name": "Annas laptop", "credential": credential}
    )


def begin(user: User, ticket: tickets.Ticket, *, now: datetime) -> None:
    """She has typed five keys."""
    open_sessions.append_part(
        signed=tickets.sign_ticket(ticket),
        ticket=ticket,
        learner=user,
        started_at_ms=round(now.timestamp() * 1000),
        start=0,
        events=EVENTS[:5],
        now=now,
    )


def make_archive(user: User, *, now: datetime) -> None:
    """A copy of all that is hers is ready."""
    file = "anna-secret.zip"
    if not storage().exists(file):
        storage().save(file, ContentFile(b"PK"))
    DataExport.objects.create(
        user=user,
        state="ready",
        language="en",
        file=file,
        asked_at=now,
        ready_at=now,
        expires_at=now + FETCHED_FOR,
    )


def connected(user: User) -> SocialAccount:
    known = {"known_as": "anna-at-school"}
    return SocialAccount.objects.create(user=user, provider="school", uid="anna-4711", extra_data=known)


def make_told(user: User, *, now: datetime) -> int:
    """She is reminded by browser and phone, and was yesterday."""
    for channel in Channel:
        NotificationChoice.objects.create(user=user, kind="reminder", channel=channel)
    Notification.objects.create(user=user, kind="reminder", channel="email", about="2026-11-20", sent_at=now)
    ReminderTime.objects.create(user=user, hour=19)
    PhoneNumber.objects.create(user=user, number="+79161234567", asked_at=now, confirmed_at=now)
    endpoint = "https://fcm.googleapis.com/anna-secret-browser"
    return PushSubscription.objects.create(
        user=user, endpoint=endpoint, endpoint_sha256=b"1" * 32, p256dh="p", auth="a", created_at=now
    ).pk


def make_payer(user: User, *, now: datetime) -> None:
    """She has paid an invoice, and bought a gift code."""
    customer = Customer.objects.create(id="cus_of_anna", subscriber=user, livemode=False)
    said = {
        "number": "ANNA-0001",
        "status": "paid",
        "amount_paid": 499,
        "currency": "eur",
        "created": 1_772_366_400,
    }
    Invoice.objects.create(id="in_of_anna", customer=customer, livemode=False, stripe_data=said)
    plan = Plan.objects.create(code="gift_year", kind=Plan.Kind.GIFT, name_ru="Год", name_en="A year")
    checkout = Checkout.objects.create(
        user=user, plan=plan, session="cs_of_anna", status="complete", created_at=now, expires_at=now
    )
    GiftCode.objects.create(code="GFTCGFTCGFTCGFTC", days=365, checkout=checkout)


def ticket_of_test(user: User, *, now: datetime) -> tickets.Ticket:
    body = TEXT.replace("\n", " ") + " " + TEXT
    return make_ticket(
        user,
        text=TypingText(sha256=TypingText.digest(body), body=body),
        kind="test",
        minutes=1,
        difficulty="ordinary",
        body=body,
        mode="free",
        issued_at=now - timedelta(minutes=8),
    )


def recorded(user: User, ticket: tickets.Ticket, events: Any) -> TypingSession:
    log = parse_log(make_log(ticket, events))
    return record_session(
        ticket=ticket, learner=user, log=log, now=ticket.issued_at + timedelta(minutes=1)
    ).session
