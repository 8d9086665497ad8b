"""What a guest has of billing when she signs in: it becomes the learner's, and two subscriptions are told of."""

from django.utils import timezone
from djstripe.models import Customer

from accounts.models import User

from .from_stripe.settling import tell_of_two
from .models import Checkout, Grant, Notice


def move(guest: User, into: User) -> None:
    """Merging: grants, checkouts and customers of a guest go to the learner."""
    Grant.objects.filter(user=guest).update(user=into)
    # One open checkout a learner: hers, and Stripe's page of the guest's is not found any more.
    Checkout.objects.filter(user=guest, status=Checkout.Status.OPEN).update(status=Checkout.Status.EXPIRED)
    Checkout.objects.filter(user=guest).update(user=into)
    Notice.objects.filter(user=guest).update(user=into)
    if Customer.objects.filter(subscriber=guest).update(subscriber=into):
        tell_of_two(into, now=timezone.now())
