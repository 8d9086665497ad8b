"""Who may buy, and why something could not be bought, as the API's errors."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

import stripe
from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import APIException
from rest_framework.request import Request

from accounts import limits
from accounts.access import account_only
from accounts.endpoints import Conflict, TooMany
from accounts.models import User
from billing import wording
from billing.buying import checkout, subscribing
from billing.entitlement import gifts
from billing.stripe_api import RETRY_AFTER, few_at_once, for_the_log, is_on

log = logging.getLogger(__name__)


class CardRefused(APIException):
    """Nothing was charged or changed."""

    status_code = 402
    default_code = "card_refused"


class StripeAway(APIException):
    """Stripe does not answer; `seconds` until it may again."""

    status_code = 503
    default_code = "stripe_away"
    default_detail = _("The payment page does not answer. Try again in a minute: nothing is charged twice.")
    seconds = RETRY_AFTER


@contextmanager
def refusals() -> Iterator[None]:
    """What buying raises, as the API's errors; Stripe's own sentences are neither passed on nor logged."""
    try:
        with few_at_once():
            yield
    except checkout.CannotBuy as error:
        raise Conflict(wording.cannot_buy(error.why), code=error.why.value) from error
    except gifts.Unusable as error:
        raise Conflict(wording.unusable(error.why), code=error.why.value) from error
    except subscribing.NoSubscription as error:
        raise Conflict(wording.not_changed(error), code="no_subscription") from error
    except subscribing.NoChange as error:
        raise Conflict(wording.not_changed(error), code="no_change") from error
    except subscribing.QuoteGone as error:
        raise Conflict(wording.not_changed(error), code="quote_gone") from error
    except subscribing.PaymentFailed as error:
        raise CardRefused(wording.not_changed(error)) from None
    except limits.UsedUp as error:
        raise TooMany(error.seconds) from error
    except stripe.StripeError as error:
        log.error("Stripe: %s", for_the_log(error))
        # The connection refused behind it would make this an outage of ours.
        raise StripeAway from None


def payer(request: Request) -> User:
    """Who buys and has bought: an account, where payments are on. Raises PermissionDenied, CannotBuy."""
    user = account_only(request.user)
    if not is_on():
        raise checkout.CannotBuy(checkout.Why.OFF)
    return user
