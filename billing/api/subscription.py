"""What a learner has, until when, and what she changes of it."""

from typing import Any, Final

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import PolymorphicProxySerializer, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.access import account_only
from accounts.api import example
from accounts.endpoints import Endpoint, Moment, Strict
from billing.buying import subscribing
from billing.buying.money import money
from billing.entitlement import gifts, rules
from billing.entitlement.premium import FOR_GOOD, premium_until

from .payments import IN_UNITS
from .refusals import payer, refusals


class HeldShown(serializers.Serializer):
    """A subscription that is paid for or about to be."""

    plan = serializers.CharField(source="plan.code", allow_null=True, help_text="null for one of old times")
    status = serializers.ChoiceField(rules.LIVE, help_text="past_due: the last payment failed")
    amount = serializers.IntegerField(help_text=IN_UNITS)
    currency = serializers.CharField()
    price = serializers.SerializerMethodField()
    renews = serializers.BooleanField()
    paid_until = Moment(help_text="of a trial: its end")
    open_until = Moment(help_text="when premium closes unless it is paid for again")
    cancelled_to = Moment(allow_null=True, help_text="when it ends, if it is cancelled")

    def get_price(self, held: subscribing.Held) -> str:
        return money(held.amount, held.currency)


class StatusShown(serializers.Serializer):
    is_premium = serializers.BooleanField()
    ends_at = Moment(
        allow_null=True,
        help_text="when premium closes unless something is paid before; null without it, and for good",
    )
    is_for_good = serializers.BooleanField()
    subscriptions = HeldShown(many=True, help_text="the newest first; two only after accounts were merged")


class UpgradeAsked(Strict):
    """Either `plan`, to be told what it costs, or the `quote` that is accepted."""

    plan = serializers.CharField(max_length=40, required=False)
    quote = serializers.CharField(max_length=500, required=False)

    def validate(self, asked: dict[str, Any]) -> dict[str, Any]:
        if len(asked) != 1:
            raise ValidationError(_("Send either plan or quote."), code="invalid")
        return asked


class QuoteShown(serializers.Serializer):
    plan = serializers.CharField()
    amount = serializers.IntegerField(help_text=f"due at once, {IN_UNITS}")
    currency = serializers.CharField()
    price = serializers.CharField(help_text="the amount as people read it")
    credit = serializers.IntegerField(help_text="what is left over for later payments")
    quote = serializers.CharField(help_text="accepts exactly this, for a quarter of an hour")


class PortalShown(serializers.Serializer):
    url = serializers.URLField()


class CodeAsked(Strict):
    code = serializers.CharField(max_length=gifts.LONGEST_TYPED, help_text="however spaced, dashed and cased")


EXAMPLE_HELD: Final = {
    "plan": "monthly",
    "status": "active",
    "amount": 499,
    "currency": "eur",
    "price": "€4.99",
    "renews": True,
    "paidUntil": "2026-12-28T09:30:00Z",
    "openUntil": "2027-01-04T09:30:00Z",
    "cancelledTo": None,
}
EXAMPLE_STATUS: Final = {
    "isPremium": True,
    "endsAt": "2027-01-04T09:30:00Z",
    "isForGood": False,
    "subscriptions": [EXAMPLE_HELD],
}
EXAMPLE_CANCELLED: Final = EXAMPLE_STATUS | {
    "endsAt": "2026-12-28T09:30:00Z",
    "subscriptions": [
        EXAMPLE_HELD
        | {"renews": False}
        | dict.fromkeys(("paidUntil", "openUntil", "cancelledTo"), "2026-12-28T09:30:00Z")
    ],
}


class Status(Endpoint):
    """`show` answers what a learner has, also after what changes it."""

    def show(self, user: Any) -> Response:
        until = premium_until(user, timezone.now())
        shown = {
            "is_premium": until is not None,
            "ends_at": None if until == FOR_GOOD else until,
            "is_for_good": until == FOR_GOOD,
            "subscriptions": subscribing.held(user),
        }
        return self.answer(StatusShown, shown)


class SubscriptionStatus(Status):
    @extend_schema(
        responses={200: StatusShown},
        examples=[example(EXAMPLE_STATUS)],
        summary="Whether all lessons are open, and what is paid until when",
    )
    def get(self, request: Request) -> Response:
        return self.show(request.user)


class Cancel(Status):
    errors = (409,)

    @extend_schema(
        request=None,
        responses={200: StatusShown},
        examples=[example(EXAMPLE_CANCELLED)],
        summary="End one's subscription with what is paid",
    )
    def post(self, request: Request) -> Response:
        with refusals():
            subscribing.cancel_subscription(payer(request), now=timezone.now())
        return self.show(request.user)


class Resume(Status):
    errors = (409,)

    @extend_schema(
        request=None,
        responses={200: StatusShown},
        examples=[example(EXAMPLE_STATUS)],
        summary="Go on with a subscription that is cancelled and not over",
    )
    def post(self, request: Request) -> Response:
        with refusals():
            subscribing.resume_subscription(payer(request), now=timezone.now())
        return self.show(request.user)


class Upgrade(Status):
    errors = (402, 409)

    @extend_schema(
        request=UpgradeAsked,
        responses={
            200: PolymorphicProxySerializer(
                "QuoteOrStatus", [QuoteShown, StatusShown], resource_type_field_name=None
            )
        },
        examples=[
            example({"plan": "yearly"}, of_request=True),
            example(
                {
                    "plan": "yearly",
                    "amount": 3667,
                    "currency": "eur",
                    "price": "€36.67",
                    "credit": 0,
                    "quote": "WyIwYTZj…",
                }
            ),
        ],
        summary="What another plan costs now, and, with the quote, changing to it for exactly that",
    )
    def post(self, request: Request) -> Response:
        with refusals():
            user, asked = payer(request), self.asked(UpgradeAsked, request.data)
            now = timezone.now()
            if "plan" in asked:
                return self.answer(
                    QuoteShown, _quoted(subscribing.quote_change(user, asked["plan"], now=now))
                )
            subscribing.change_plan(user, asked["quote"], now=now)
        return self.show(user)


def _quoted(quote: subscribing.Quote) -> dict[str, Any]:
    due = max(0, quote.amount)
    return {
        "plan": quote.plan.code,
        "amount": due,
        "currency": quote.currency,
        "price": money(due, quote.currency),
        "credit": max(0, -quote.amount),
        "quote": quote.token,
    }


class Portal(Endpoint):
    errors = (409,)

    @extend_schema(
        request=None,
        responses={200: PortalShown},
        examples=[example({"url": "https://billing.stripe.com/p/session/…"})],
        summary="Open Stripe's own page for cards, invoices and subscription",
    )
    def post(self, request: Request) -> Response:
        with refusals():
            return self.answer(PortalShown, {"url": subscribing.portal_address(payer(request))})


class RedeemGift(Status):
    errors = (409,)

    @extend_schema(
        request=CodeAsked,
        responses={200: StatusShown},
        examples=[
            example({"code": "7KQM-2XHA-9RTC-4WPE"}, of_request=True),
            example(EXAMPLE_STATUS | {"subscriptions": []}),
        ],
        summary="Enter a gift code",
    )
    def post(self, request: Request) -> Response:
        with refusals():
            user, asked = account_only(request.user), self.asked(CodeAsked, request.data)
            gifts.redeem(asked["code"], user, now=timezone.now())
        return self.show(user)
