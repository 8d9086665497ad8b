from uuid import UUID

from celery import shared_task
from django.core.management import call_command
from django.utils import timezone

from . import guesses, guests, tokens
from .models import User
from .personal_data import deletion, exports, leftovers


@shared_task
def prune() -> int:
    """Forget the guests who stay away, and the sign-ins that are over, in browsers and through the API."""
    now = timezone.now()
    call_command("clearsessions")
    tokens.prune_families(now=now)
    return guests.prune_guests(now=now)


@shared_task(autoretry_for=(OSError,), retry_backoff=2, max_retries=5)
def warn_of_guesses(user_id: str) -> bool:
    """Mail an account's owner that somebody guesses at the password, once an hour at most; whether a mail went."""
    owner = User.objects.filter(pk=user_id, email__isnull=False, is_active=True).first()
    return owner is not None and guesses.warn(owner)


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


@shared_task
def end_sessions(user_id: str) -> int:
    """Sign who asked for a deletion out in every browser."""
    return leftovers.end_sessions(UUID(user_id))


@shared_task(autoretry_for=(OSError,), retry_backoff=2, max_retries=5)
def tell_of_deletion(user_id: str) -> bool:
    """Mail an owner that the account will be deleted, unless that was taken back."""
    user = User.objects.filter(pk=user_id).first()
    return user is not None and deletion.tell(user)


@shared_task
def erase_due() -> int:
    """Queue the erasures whose time has come."""
    return deletion.queue_due(now=timezone.now())


@shared_task
def erase(user_id: str) -> bool:
    """Erase a learner whose time has come; what fails is queued again by the next `erase_due`."""
    return deletion.erase_due(UUID(user_id), now=timezone.now())
