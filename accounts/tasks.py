from celery import shared_task
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.utils import timezone

from . import avatars, guesses, guests, tokens
from .models import User
from .staff.log import prune_acts


@shared_task
def prune() -> int:
    """Forget the guests who stay away, sign-ins that are over, on pages and in the API, old acts of staff, and pictures
    that are nobody's."""
    now = timezone.now()
    call_command("clearsessions")
    # Those of before `BrowserSession`, until all of them are over.
    Session.objects.filter(expire_date__lt=now).delete()
    tokens.prune_families(now=now)
    prune_acts(now=now)
    pruned = guests.prune_guests(now=now)
    avatars.sweep(now=now)
    return pruned


@shared_task(autoretry_for=(OSError,), retry_backoff=2, max_retries=5)
def warn_of_guesses(user_id: str, guessed: guesses.Guessed = "password") -> bool:
    """Mail an account's owner that somebody guesses at it, once an hour at most; whether a mail went."""
    owner = User.objects.filter(pk=user_id, email__isnull=False, is_active=True).first()
    return owner is not None and guesses.warn(owner, guessed)
