"""Deleting an account: asked for, taken back within a week, and then really done.

Meanwhile it is a deactivated one, so that nobody is signed in to it, sees it or writes to it; who signs in with the
right password is led to the page that takes it back (`accounts.adapter`).
"""

import logging
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.conf import settings
from django.core import signing
from django.core.mail import EmailMessage
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts.merging import lock_learner
from accounts.models import User
from accounts.preferences import language_of
from outbox import events

from . import ledger, leftovers
from .registry import ON_ERASURE, ON_REQUEST

UNDONE_WITHIN: Final = timedelta(days=7)
ERASE: Final = "accounts.tasks.erase"
TELL: Final = "accounts.tasks.tell_of_deletion"
AT_ONCE: Final = 500
_SALT: Final = "accounts.deletion"

log = logging.getLogger(__name__)


def request(user: User, *, now: datetime) -> datetime:
    """Close an account, to be erased in a week, or a guest, who could not come back to undo it, at once: when.

    Raises accounts.merging.Gone.
    """
    at = now if user.is_guest else now + UNDONE_WITHIN
    with transaction.atomic():
        lock_learner(user.pk)
        for step in ON_REQUEST:
            step(user, now)
        leftovers.end_sessions(user.pk)
        user.token_families.all().delete()
        User.objects.filter(pk=user.pk).update(is_active=False, erase_at=at)
        events.add(ERASE if user.is_guest else TELL, now=now, user_id=str(user.pk))
    return at


def waits(user: User | None) -> bool:
    """Whether an account is closed and can still be taken back."""
    return user is not None and user.erase_at is not None and not user.is_active and not user.is_guest


def sign_undo(user: User) -> str:
    """What opens the page that takes a deletion back: this one, not a later one."""
    return signing.dumps([str(user.pk), str(user.erase_at)], salt=_SALT)


def account_to_reopen(signed: str) -> User | None:
    """The account such a link is for, as long as its deletion waits."""
    try:
        key, at = signing.loads(signed, salt=_SALT, max_age=UNDONE_WITHIN)
    except signing.BadSignature:
        return None
    user = User.objects.filter(pk=key).first()
    return user if user and waits(user) and str(user.erase_at) == at else None


def undo(user: User) -> bool:
    """Open the account again; False where it is too late."""
    kept = User.objects.filter(pk=user.pk, is_active=False, erase_at__gt=timezone.now())
    return bool(kept.update(is_active=True, erase_at=None))


def queue_erasures(*, now: datetime) -> int:
    """Have everybody erased whose time has come; how many."""
    due = User.objects.filter(is_active=False, erase_at__lte=now).order_by("erase_at")
    with transaction.atomic():
        payloads = [{"user_id": str(pk)} for pk in due.values_list("pk", flat=True)[:AT_ONCE]]
        events.add_each(ERASE, payloads, now=now)
    return len(payloads)


def erase_if_due(user_id: UUID, *, now: datetime) -> bool:
    """Erase a learner whose time has come, and tell her; False for who is gone or took it back."""
    user = User.objects.filter(pk=user_id, is_active=False, erase_at__lte=now).first()
    if user is None:
        return False
    erase_learner(user, now=now, is_told=True)
    return True


def erase_learner(user: User, *, now: datetime, is_told: bool) -> None:
    """Leave nothing of a learner but a line in the ledger; may be interrupted anywhere and begun again.

    Her own row goes last, so that until then everything can be found that has to go.
    """
    ledger.note_erasure(user.pk, now=now)
    for step in ON_ERASURE:
        step(user, now)
    last = goodbye(user) if is_told and user.email else None
    with transaction.atomic():
        # Of two at once the second finds nobody.
        if User.objects.select_for_update().filter(pk=user.pk).exists():
            User.objects.filter(pk=user.pk).delete()
            if last:
                last.send()
    log.info("Erased an account")


def erase_idle(guest: User, *, now: datetime) -> None:
    """Erase a guest who stays away, in a transaction that keeps her locked.

    Without what looks through everybody's sign-ins, keys and mail for each: limits have forgotten her long ago. And
    without the ledger: restored from a backup, she is as idle as she was, and goes the next night.
    """
    for step in ON_ERASURE:
        (leftovers.forget_own if step is leftovers.forget_leftovers else step)(guest, now)
    User.objects.filter(pk=guest.pk).delete()


def replay(*, now: datetime) -> int:
    """Erase again who came back with a restored database; how many."""
    noted = ledger.read_erasures()
    erased = 0
    for user in User.objects.filter(pk__in=noted):
        if user.date_joined <= noted[user.pk]:
            User.objects.filter(pk=user.pk).update(is_active=False, erase_at=now)
            erase_learner(user, now=now, is_told=False)
            erased += 1
    return erased


def mail_undo_link(user: User) -> bool:
    """Mail what was asked for, until when it can be taken back, and how. Raises OSError."""
    if not waits(user) or user.erase_at is None:
        return False
    with translation.override(language_of(user)):
        context = {
            "user": user,
            "undo": settings.SITE_URL + reverse("accounts:undo_deletion", args=[sign_undo(user)]),
        }
        text = render_to_string("accounts/mail/deletion_begun.txt", context)
        _mail(user, _("Your account will be deleted"), text).send()
    return True


def goodbye(user: User) -> EmailMessage:
    with translation.override(language_of(user)):
        text = render_to_string("accounts/mail/deleted.txt", {"home": settings.SITE_URL + reverse("home")})
        return _mail(user, _("Your account is deleted"), text)


def _mail(user: User, subject: str, text: str) -> EmailMessage:
    return EmailMessage(subject, text, to=[str(user.email)], headers={"Auto-Submitted": "auto-generated"})
