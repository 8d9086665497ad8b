from celery import shared_task
from django.utils import timezone

from . import events


@shared_task
def prune() -> int:
    """Forget what was sent over a week ago."""
    return events.prune_events(now=timezone.now())
