from datetime import datetime
from uuid import UUID

from celery import shared_task
from django.core.management import call_command
from django.utils import timezone

from . import guesses, guests, tokens
from .models import User
from .notifications import phones, sending
from .notifications.places import TryLater


@shared_task
def prune() -> int:
    """Forget guests who stay away, sign-ins that are over, in browsers and through the API, and what was told."""
    now = timezone.now()
    call_command("clearsessions")
    tokens.prune_families(now=now)
    sending.prune(now=now)
    return guests.prune_guests(now=now)


@shared_task(autoretry_for=(OSError,), retry_backoff=2, max_retries=5)
def warn_of_guesses(user_id: str) -> bool:
    """Mail an account's owner that somebody guesses at the password, once an hour at most; whether a mail went."""
    owner = User.objects.filter(pk=user_id, email__isnull=False, is_active=True).first()
    return owner is not None and guesses.warn(owner)


@shared_task
def send_notification(user_id: str, kind: str, channel: str, about: str, tries: int = 0) -> int:
    """Tell a learner of something by one channel, once; how many places got it."""
    return sending.send_or_wait(
        user_id=UUID(user_id), kind=kind, channel=channel, about=about, tries=tries, now=timezone.now()
    )


@shared_task(autoretry_for=(OSError, TryLater), retry_backoff=2, max_retries=4)
def send_phone_code(user_id: str, asked_at: str) -> bool:
    """Send the code that confirms a phone number."""
    asked = datetime.fromisoformat(asked_at)
    return phones.send_code(user_id=UUID(user_id), asked_at=asked, now=timezone.now())
