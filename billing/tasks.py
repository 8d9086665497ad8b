import stripe
from celery import shared_task
from django.utils import timezone

from accounts.models import User

from . import mailing, personal_data
from .figures import counting
from .from_stripe import applying, reconciling
from .stripe_api import is_on


@shared_task
def apply_events(customer: str) -> int:
    """Apply what Stripe told of a customer."""
    return applying.apply_waiting(customer, now=timezone.now())


@shared_task
def try_again() -> int:
    """Try again what could not be applied a minute ago."""
    return applying.queue_late(now=timezone.now())


@shared_task
def send_notice(notice_id: int) -> bool:
    """Send a mail that follows what Stripe told."""
    return mailing.send(notice_id=notice_id, now=timezone.now())


@shared_task
def send_waiting_notices() -> int:
    """Queue once more the mails that could not be sent."""
    return mailing.queue_waiting(now=timezone.now())


@shared_task
def count_money() -> None:
    """Count the business figures of money for the days that are over."""
    counting.refresh(now=timezone.now())


@shared_task
def reconcile() -> dict[str, int]:
    """Compare with Stripe, and forget old events."""
    now = timezone.now()
    applying.prune(now=now)
    return reconciling.compare_with_stripe(now=now) if is_on() else {}


@shared_task(autoretry_for=(stripe.StripeError,), retry_backoff=10, max_retries=8)
def stop_renewing(user_id: str) -> bool:
    """Cancel the subscriptions of who asked to be deleted; what fails ends when she is erased."""
    user = User.objects.filter(pk=user_id, erase_at__isnull=False).first()
    return user is not None and is_on() and personal_data.cancel_renewals(user, now=timezone.now())
