from celery import shared_task
from django.core.management import call_command
from django.utils import timezone

from . import guests, tokens


@shared_task
def prune() -> int:
    """Forget the guests who stay away, and the sign-ins that are over, in browsers and through the API."""
    now = timezone.now()
    call_command("clearsessions")
    tokens.prune_families(now=now)
    return guests.prune_guests(now=now)
