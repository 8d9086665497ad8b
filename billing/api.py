"""What is paid for."""

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.endpoints import Endpoint, Moment, shown_by

from .entitlement.premium import FOR_GOOD, premium_until
from .wording import PLANS


class SubscriptionShown(serializers.Serializer):
    is_premium = serializers.BooleanField()
    ends_at = Moment(allow_null=True, help_text="null without a subscription, or without an end")


class PlanShown(serializers.Serializer):
    id = serializers.CharField(source="code")
    name = serializers.CharField()
    includes = serializers.CharField()
    can_be_bought = serializers.BooleanField(help_text="false while payment is not switched on")


class Plans(Endpoint):
    is_open = True

    @extend_schema(
        responses={200: PlanShown(many=True)},
        examples=[
            OpenApiExample(
                "example",
                [
                    {
                        "id": "premium",
                        "name": "Premium",
                        "includes": "Lessons 16 to 99 of each course.",
                        "canBeBought": False,
                    }
                ],
                response_only=True,
            )
        ],
        summary="What there is to have",
    )
    def get(self, request: Request) -> Response:
        return self.answer(PlanShown, PLANS, many=True)


def plans_shown() -> Any:
    return shown_by(PlanShown, PLANS, many=True)


class SubscriptionStatus(Endpoint):
    @extend_schema(
        responses={200: SubscriptionShown},
        examples=[
            OpenApiExample(
                "example", {"isPremium": True, "endsAt": "2027-01-01T00:00:00Z"}, response_only=True
            )
        ],
        summary="Whether all lessons are open",
    )
    def get(self, request: Request) -> Response:
        until = premium_until(request.user, timezone.now())
        ends_at = None if until == FOR_GOOD else until
        return self.answer(SubscriptionShown, {"is_premium": until is not None, "ends_at": ends_at})
