"""What there is to buy, buying it, invoices, and what Stripe tells."""

from typing import Any, Final

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import ParseError
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import limits
from accounts.access import account_only
from accounts.api import example
from accounts.endpoints import Endpoint, Moment, Strict, shown_by
from accounts.models import User
from billing import wording
from billing.buying import checkout, subscribing
from billing.buying.money import money
from billing.entitlement import rules
from billing.from_stripe import receiving
from billing.models import Plan

from .refusals import payer, refusals

IN_UNITS: Final = "in the smallest unit of the currency"


class PlanShown(serializers.Serializer):
    """What it costs is null for what is not for sale."""

    id = serializers.CharField(source="code")
    name = serializers.CharField()
    includes = serializers.CharField()
    can_be_bought = serializers.BooleanField(help_text="false where payments are off")
    kind = serializers.ChoiceField(Plan.Kind.choices, allow_null=True)
    amount = serializers.IntegerField(allow_null=True, help_text=IN_UNITS)
    currency = serializers.CharField(allow_null=True)
    price = serializers.CharField(allow_null=True, help_text="the amount as people read it")
    months = serializers.IntegerField(
        allow_null=True, help_text="how many months one payment is for; 0 for what is paid once"
    )
    trial_days = serializers.IntegerField(
        allow_null=True, help_text="free days for who has not had a subscription yet"
    )
    saved_percent = serializers.IntegerField(
        allow_null=True, help_text="how much less it is than month by month, rounded down"
    )


class PlanAsked(Strict):
    plan = serializers.CharField(max_length=40, help_text="its id, from `payments/plans`")


class Opened(serializers.Serializer):
    url = serializers.URLField(help_text="Stripe's page, where the learner pays")
    session = serializers.CharField(help_text="its id at Stripe")


class InvoiceShown(serializers.Serializer):
    number = serializers.CharField(allow_null=True)
    created_at = Moment()
    amount = serializers.IntegerField(help_text=IN_UNITS)
    currency = serializers.CharField()
    price = serializers.CharField()
    status = serializers.ChoiceField(["open", "paid", "uncollectible", "void"])
    page = serializers.URLField(allow_null=True, help_text="where it is shown, and paid if it is open")
    pdf = serializers.URLField(allow_null=True)


EXAMPLE_OPENED: Final = {"url": "https://checkout.stripe.com/c/pay/cs_…", "session": "cs_…"}
EXAMPLE_PLANS: Final = [
    {
        "id": "free",
        "name": "Free",
        "includes": "Scoring of every keystroke, stars, tests, …",
        "canBeBought": False,
        **dict.fromkeys(("kind", "amount", "currency", "price", "months", "trialDays", "savedPercent")),
    },
    {
        "id": "yearly",
        "name": "Yearly",
        "includes": "All lessons of all courses: …",
        "canBeBought": True,
        "kind": "subscription",
        "amount": 3999,
        "currency": "eur",
        "price": "€39.99",
        "months": 12,
        "trialDays": 7,
        "savedPercent": 33,
    },
]


EXAMPLE_EVENT: Final = {
    "id": "evt_…",
    "object": "event",
    "type": "invoice.paid",
    "created": 1795858200,
    "livemode": True,
    "data": {"object": {"id": "in_…", "object": "invoice", "customer": "cus_…"}},
}


class Plans(Endpoint):
    is_open = True

    @extend_schema(
        responses={200: PlanShown(many=True)},
        examples=[example(EXAMPLE_PLANS)],
        summary="What is free, and what can be bought",
    )
    def get(self, request: Request) -> Response:
        return Response(plans_shown(request.user))


def plans_shown(user: User | AnonymousUser) -> Any:
    """What is free and the plans on offer, or premium as such where none is.

    At most two queries, none with payments off.
    """
    sold: list[Any] = [_sold(offer) for offer in wording.offers(checkout.offered(), user)]
    return shown_by(PlanShown, [wording.FREE, *(sold or [wording.PREMIUM])], many=True)


def _sold(offer: wording.Offer) -> dict[str, Any]:
    plan = offer.plan
    return {
        "code": plan.code,
        "name": plan.name,
        "includes": wording.includes(plan),
        "can_be_bought": True,
        "kind": plan.kind,
        "amount": plan.amount,
        "currency": plan.currency,
        "price": offer.price,
        "months": plan.months,
        "trial_days": offer.trial_days,
        "saved_percent": offer.saved,
    }


class Subscribe(Endpoint):
    errors = (409,)
    kinds: tuple[str, ...] = (Plan.Kind.SUBSCRIPTION,)

    @extend_schema(
        request=PlanAsked,
        responses={200: Opened},
        examples=[example({"plan": "yearly"}, of_request=True), example(EXAMPLE_OPENED)],
        summary="Open Stripe's page for a subscription, or find the one that is open",
    )
    def post(self, request: Request) -> Response:
        return self.open(request)

    def open(self, request: Request) -> Response:
        with refusals():
            user, asked = payer(request), self.asked(PlanAsked, request.data)
            opened = checkout.begin(user, asked["plan"], now=timezone.now(), kinds=self.kinds)
        return self.answer(Opened, opened)


class BuyOnce(Subscribe):
    kinds = (Plan.Kind.LIFETIME, Plan.Kind.GIFT)

    @extend_schema(
        request=PlanAsked,
        responses={200: Opened},
        examples=[example({"plan": "gift_year"}, of_request=True), example(EXAMPLE_OPENED)],
        summary="Open Stripe's page for what is paid once: premium for good, or a gift code",
    )
    def post(self, request: Request) -> Response:
        return self.open(request)


class Invoices(Endpoint):
    @extend_schema(
        responses={200: InvoiceShown(many=True)},
        examples=[
            example(
                [
                    {
                        "number": "A1B2C3D4-0001",
                        "createdAt": "2026-11-28T09:30:00Z",
                        "amount": 499,
                        "currency": "eur",
                        "price": "€4.99",
                        "status": "paid",
                        "page": "https://invoice.stripe.com/i/…",
                        "pdf": "https://pay.stripe.com/invoice/…/pdf",
                    }
                ]
            )
        ],
        summary="One's invoices, the newest first",
    )
    def get(self, request: Request) -> Response:
        said = subscribing.invoices_of(account_only(request.user))
        return self.answer(InvoiceShown, map(_invoice, said), many=True)


def _invoice(said: dict[str, Any]) -> dict[str, Any]:
    return {
        "number": said.get("number"),
        "created_at": rules.moment(said["created"]),
        "amount": wording.charged(said),
        "currency": said["currency"],
        "price": money(wording.charged(said), said["currency"]),
        "status": said["status"],
        "page": said.get("hosted_invoice_url"),
        "pdf": said.get("invoice_pdf"),
    }


class Webhook(Endpoint):
    """Read as bytes, which are what is signed; no token is looked at."""

    is_open = True

    def get_authenticators(self) -> list[BaseAuthentication]:
        return []

    def count(self, request: HttpRequest, user: User | None) -> limits.Verdict:
        return limits.of_webhook(request)

    @extend_schema(
        auth=[],
        parameters=[OpenApiParameter("Stripe-Signature", OpenApiTypes.STR, OpenApiParameter.HEADER)],
        request={"application/json": OpenApiTypes.OBJECT},
        responses={200: None},
        examples=[example(EXAMPLE_EVENT, of_request=True)],
        summary="What Stripe tells, as at /stripe/webhook/",
    )
    def post(self, request: Request) -> Response:
        signature = request.headers.get("Stripe-Signature", "")
        try:
            receiving.receive(request._request.body, signature, now=timezone.now())
        except receiving.Forged as error:
            raise ParseError(_("Stripe did not sign this, or too long ago."), code="bad_signature") from error
        return Response(None)
