"""One learner with a canary in everything: her archive holds them all, and after her deletion there is none left.

What may stay is what the table in docs/privacy.md says, and is read from there.
"""

import json
import re
import zipfile
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount, SocialToken
from django.conf import settings as configured
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core.cache import cache
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage, storages
from django.core.mail import EmailMessage
from django.db import connection, models
from django.utils import timezone
from djstripe import models as djstripe

from accounts.avatars import file_of
from accounts.models import (
    BrowserSession,
    Consent,
    DataExport,
    MergedGuest,
    Notification,
    NotificationChoice,
    PhoneNumber,
    PushSubscription,
    ReminderTime,
    TokenFamily,
    User,
)
from accounts.personal_data import deletion, exports, ledger
from accounts.personal_data.registry import PARTS, Part, exported_parts
from billing.models import Grant, Notice, WebhookEvent
from coaching.models import Advice, ChatMessage, ModelSpending, Plan, SpeedGoal
from lessons.models import Lesson, TypingText
from outbox.models import OutboxEvent
from progress.models import Placement
from tests.anna import Anna, make_anna
from tests.factories import make_learner, make_test, signed_in
from tests.personal_data import redis_with, tables_with

pytestmark = pytest.mark.django_db
MARK = "kanarejka"
NAMED = {"id", "level", "layout", "method", "timezone", "board", "avatar", "price", "currency", "status"}
"""Columns that hold words of ours though nothing says so."""
SHORT = 16
"""Characters that are too few for a canary."""
ROOT = Path(__file__).resolve().parents[1]


def allowed() -> set[str]:
    """The first column of the table of what a deletion leaves."""
    text = (ROOT / "docs/privacy.md").read_text("utf-8")
    table = text.partition("What a deletion leaves")[2]
    return set(re.findall(r"^\| `?([\w./ ]+?)`? \|", table, re.MULTILINE))


@pytest.fixture
def places(settings, tmp_path) -> Path:
    """Folders of this test alone, and mail kept as files, as in the demo."""
    settings.ERASURES_DIR = tmp_path / "erasures"
    settings.EMAIL_FILE_PATH = tmp_path / "mail"
    settings.EMAIL_BACKEND = "accounts.mail_files.EmailBackend"
    settings.MEDIA_ROOT = tmp_path / "media"
    exports_at = dict(configured.STORAGES["exports"])
    exports_at["OPTIONS"] = exports_at["OPTIONS"] | {"location": tmp_path / "exports"}
    settings.STORAGES = configured.STORAGES | {"exports": exports_at}
    return tmp_path


def with_everything(anna: Anna) -> None:
    """Rows of what Anna has none of yet."""
    user, now = anna.user, timezone.now()
    EmailAddress.objects.create(user=user, email=f"{MARK}-other@example.org")
    ChatMessage.objects.create(user=user, question="?", answer="!", asked_at=now)
    plan = Plan.objects.create(
        user=user, layout="ru-jcuken", made_at=now, method="usual", level="same", aim_cpm=1, target_cpm=1
    )
    Advice.objects.create(plan=plan, place=1, item="о", cost=1, predicted_gain=1)
    SpeedGoal.objects.create(user=user, layout="ru-jcuken", cpm=200)
    ModelSpending.objects.create(user=user, day=now.date(), spent=1)
    Grant.objects.create(user=user, starts_at=now)
    Notice.objects.create(user=user, kind="started", subject="sub_1", created_at=now)
    Placement.objects.create(user=user, session=anna.session, lesson=Lesson.objects.first())
    make_test(user, text=TypingText.of(f"{MARK}-text оа оа"))
    _pay(user)


def _pay(user: User) -> None:
    customer = djstripe.Customer.objects.get(subscriber=user)
    common: dict[str, Any] = {"livemode": False}
    subscription = djstripe.Subscription.objects.create(
        id="sub_1", customer=customer, stripe_data={"id": "sub_1", "status": "canceled"}, **common
    )
    djstripe.SubscriptionItem.objects.create(id="si_1", subscription=subscription, **common)
    djstripe.LineItem.objects.create(id="il_1", subscription=subscription, **common)
    charge = djstripe.Charge.objects.create(
        id="ch_1", customer=customer, amount=5, currency="eur", status="succeeded", **common
    )
    djstripe.Refund.objects.create(id="re_1", charge=charge, amount=5, currency="eur", **common)
    djstripe.Dispute.objects.create(id="dp_1", charge=charge, **common)
    method = djstripe.PaymentMethod.objects.create(id="pm_1", customer=customer, **common)
    djstripe.Mandate.objects.create(id="mandate_1", payment_method=method, **common)
    for model, key in (
        (djstripe.Discount, "di_1"),
        (djstripe.InvoiceItem, "ii_1"),
        (djstripe.TaxId, "txi_1"),
        (djstripe.Session, "cs_1"),
        (djstripe.PaymentIntent, "pi_1"),
        (djstripe.SetupIntent, "seti_1"),
        (djstripe.Source, "src_1"),
    ):
        model.objects.create(id=key, customer=customer, **common)
    djstripe.SubscriptionSchedule.objects.create(
        id="sub_sched_1", customer=customer, status="active", **common
    )


def plant(user: User) -> set[str]:
    """Put a canary into every text that an exported model has of hers; all that there are."""
    planted = set()
    for part in exported_parts():
        row = part.model._default_manager.filter(**{part.owner: user.pk}).order_by("pk").first()
        assert row is not None, f"make a row of {part.model._meta.label} in tests/test_personal_data.py"
        for column in part.model._meta.concrete_fields:
            canary = f"{MARK}-{part.name}-{column.name}"
            if value := _canary_for(part, column, row, canary):
                part.model._default_manager.filter(pk=row.pk).update(**{column.name: value})
                planted.add(value if isinstance(value, str) else canary)
    return planted


def _canary_for(part: Part, column: Any, row: models.Model, canary: str) -> Any:
    is_free = not (column.choices or column.primary_key or column.remote_field or column.name in NAMED)
    if not is_free or column.name in part.without or column.name in part.shown:
        return None
    if isinstance(column, models.JSONField):
        old = getattr(row, column.attname)
        return (old or {}) | {"canary": canary} if isinstance(old or {}, dict) else [*old, {"item": canary}]
    if isinstance(column, models.EmailField):
        return f"{canary}@example.org".lower()
    if isinstance(column, models.TextField) or (
        isinstance(column, models.CharField) and (column.max_length or 0) > SHORT
    ):
        return canary if column.max_length is None else canary[: column.max_length]
    return None


def scatter(user: User, places: Path) -> None:
    """Canaries beside the rows: files, sign-ins, cached values, tasks, the admin's log, mail, what Stripe told."""
    now = timezone.now()
    browser = signed_in(user)
    session = browser.session
    session["note"] = f"{MARK}-session"
    session.save()
    cache.set(f"note:{user.pk}", f"{MARK}-cache", 600)
    OutboxEvent.objects.create(
        task="a.task", payload={"user_id": str(user.pk), "note": f"{MARK}-task"}, created_at=now, sent_at=now
    )
    staff = make_learner("staff@example.org", is_staff=True)
    entry = {"user": staff, "action_flag": CHANGE, "change_message": f"{MARK}-reason"}
    for row in (user, Grant.objects.get(user=user)):
        kind = ContentType.objects.get_for_model(row)
        LogEntry.objects.create(object_id=str(row.pk), object_repr=str(row), content_type=kind, **entry)
    for address in (user.email, f"{MARK}-other@example.org"):
        EmailMessage(f"{MARK}-subject", f"{MARK}-mail", to=[address]).send()
    customer = djstripe.Customer.objects.get(subscriber=user)
    told = {"object": {"email": f"{MARK}@example.org", "charge": "ch_1"}}
    for number, (kind, whose) in enumerate(
        (("customer.updated", customer.id), ("charge.dispute.created", ""))
    ):
        WebhookEvent.objects.create(
            id=f"evt_{number}", type=kind, customer=whose, payload=told, created_at=now, received_at=now
        )
    archive = DataExport.objects.create(user=user, language="en", asked_at=now, file="old.zip", state="ready")
    storages["exports"].save(archive.file, ContentFile(f"{MARK}-archive".encode()))


def archive_of(user: User) -> dict[str, str]:
    export = DataExport.objects.get(user=user, state="ready", file__endswith=".zip", percent=100)
    with storages["exports"].open(export.file) as file, zipfile.ZipFile(file) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name).decode("utf-8-sig") for name in archive.namelist()}


def test_everything_is_exported_and_nothing_is_left(places, caplog):
    anna = make_anna()
    user = anna.user
    with_everything(anna)
    # An archive of her own.
    DataExport.objects.create(user=user, language="en", asked_at=timezone.now(), file="x.zip", state="failed")
    user.groups.create(name="gardener")
    _others(user)
    planted = plant(user)
    user.refresh_from_db()
    scatter(user, places)

    export = DataExport.objects.create(user=user, language="ru", asked_at=timezone.now())
    assert exports.build(export.pk)
    archive = archive_of(user)
    everything = "\n".join(archive.values())
    missing = {canary for canary in planted if canary.lower() not in everything.lower()}
    assert not missing
    assert f"{MARK}-text" in archive["sessions.json"] and "Тайный текст Анны" in archive["exercises.csv"]
    assert {f"{part.name}.{kind}" for part in exported_parts() for kind in ("json", "csv")} <= set(archive)
    logs = json.loads(archive["keystrokes.json"])
    assert len(logs) == 2 and {"ms", "key", "hold_ms"} == set(logs[0]["keys"][0])
    assert len(archive["keystrokes.csv"].splitlines()) == 1 + sum(len(log["keys"]) for log in logs)
    assert "sessions" in archive["README.txt"] and "Что вы набирали" in archive["README.txt"]
    assert f"{MARK}-picture-256" in archive["files/picture-256.webp"]
    assert user.password not in everything

    User.objects.filter(pk=user.pk).update(is_active=False, erase_at=timezone.now() - timedelta(seconds=1))
    assert deletion.erase_if_due(user.pk, now=timezone.now())

    connection.check_constraints()
    marks = (MARK, str(user.pk), "anna-secret", "Secretova", "Тайный текст", "ANNA-0001")
    left = {table: line for mark in marks for table, line in tables_with(mark).items()}
    assert set(left) <= allowed(), left
    assert not [one for one in BrowserSession.objects.all() if MARK in str(one.get_decoded())]
    assert not redis_with(MARK, str(user.pk))
    assert not [record for record in caplog.messages if any(mark in record for mark in marks)]
    files = [path for path in places.rglob("*") if path.is_file() and MARK.encode() in path.read_bytes()]
    assert [path.parent.name for path in files] == ["mail"], "the last mail of a demo, and nothing else"
    assert b"deleted" in files[0].read_bytes()
    assert set(ledger.read_erasures()) == {user.pk}
    assert not [part for part in PARTS.values() if part.owner and _rows(part, user)]
    assert not deletion.erase_if_due(user.pk, now=timezone.now())


def _rows(part: Part, user: User) -> bool:
    return part.model._default_manager.filter(**{part.owner: user.pk}).exists()


def _others(user: User) -> None:
    """A row of each exported model that has none yet, as far as its columns tell what fits."""
    now = timezone.now()
    Consent.objects.create(user=user, kind="research", is_given=True, version=1, place="api", answered_at=now)
    MergedGuest.objects.create(guest_id=user.pk, into=user, merged_at=now)
    TokenFamily.objects.create(user=user, created_at=now, expires_at=now)
    signed_in(user)
    NotificationChoice.objects.get_or_create(user=user, kind="weekly_report", channel="email")
    ReminderTime.objects.get_or_create(user=user)
    PhoneNumber.objects.update_or_create(user=user, defaults={"number": "?", "asked_at": now})
    PushSubscription.objects.create(user=user, endpoint_sha256=b"?", created_at=now)
    Notification.objects.create(user=user, kind="weekly_report", channel="email", about="?", sent_at=now)
    Authenticator.objects.create(user=user, type="webauthn", data={"name": MARK})
    account = SocialAccount.objects.create(user=user, provider="google", uid="?")
    SocialToken.objects.create(account=account, token=MARK)
    User.objects.filter(pk=user.pk).update(avatar="d" * 32)
    for size in (64, 256):
        default_storage.save(file_of("d" * 32, size), ContentFile(f"{MARK}-picture-{size}".encode()))
