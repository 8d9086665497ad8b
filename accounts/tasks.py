from celery import shared_task
from django.core.management import call_command
from django.utils import timezone

from . import guests


@shared_task
def prune() -> int:
    """Forget the guests who stay away, and the sessions that are over."""
    call_command("clearsessions")
    return guests.prune(now=timezone.now())
