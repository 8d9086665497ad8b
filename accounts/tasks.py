from datetime import datetime
from uuid import UUID

from celery import shared_task
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.utils import timezone

from . import avatars, guesses, guests, tokens
from .models import User
from .notifications import phones, sending
from .personal_data import deletion, exports
from .staff.log import prune_acts


@shared_task
def prune() -> int:
    """Forget what is over: guests who stay away, sign-ins, old acts of staff, what was told, files of nobody."""
    now = timezone.now()
    call_command("clearsessions")
    # Those of before `BrowserSession`, until all of them are over.
    Session.objects.filter(expire_date__lt=now).delete()
    tokens.prune_families(now=now)
    prune_acts(now=now)
    sending.prune_notifications(now=now)
    pruned = guests.prune_guests(now=now)
    avatars.sweep_pictures(now=now)
    exports.sweep_archives(now=now)
    return pruned


@shared_task(autoretry_for=(OSError,), retry_backoff=2, max_retries=5)
def warn_of_guesses(user_id: str, guessed: guesses.Guessed = "password") -> bool:
    """Mail an account's owner that somebody guesses at it, once an hour at most; whether a mail went."""
    owner = User.objects.filter(pk=user_id, email__isnull=False, is_active=True).first()
    return owner is not None and guesses.warn(owner, guessed)


@shared_task
def send_notification(user_id: str, kind: str, channel: str, about: str, tries: int = 0) -> int:
    """Tell a learner of something by one channel, once; how many places got it."""
    return sending.send_or_wait(
        user_id=UUID(user_id), kind=kind, channel=channel, about=about, tries=tries, now=timezone.now()
    )


@shared_task
def send_phone_code(user_id: str, asked_at: str) -> bool:
    """Send the code that confirms a phone number."""
    asked = datetime.fromisoformat(asked_at)
    return phones.send_code(user_id=UUID(user_id), asked_at=asked, now=timezone.now())


@shared_task
def build_export(export_id: str) -> bool:
    """Write a copy of a learner's data, unless another worker does."""
    return exports.build(UUID(export_id))


@shared_task
def look_after_exports() -> int:
    """Have copies begun anew whose worker died, and delete those that have expired."""
    now = timezone.now()
    exports.delete_expired(now=now)
    return exports.build_silent(now=now)


@shared_task(autoretry_for=(OSError,), retry_backoff=2, max_retries=5)
def tell_of_deletion(user_id: str) -> bool:
    """Mail an owner that the account will be deleted, unless that was taken back."""
    user = User.objects.filter(pk=user_id).first()
    return user is not None and deletion.mail_undo_link(user)


@shared_task
def erase_due() -> int:
    """Queue the erasures whose time has come."""
    return deletion.queue_erasures(now=timezone.now())


@shared_task
def erase(user_id: str) -> bool:
    """Erase a learner whose time has come; what fails is queued again by the next `erase_due`."""
    return deletion.erase_if_due(UUID(user_id), now=timezone.now())
