"""What is paid for."""

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.endpoints import Endpoint, Moment, shown_by

from .models import Entitlement
from .plans import PLANS


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
        active = Entitlement.objects.active(timezone.now()).filter(user=request.user)
        ends = list(active.values_list("ends_at", flat=True))
        ends_at = None if None in ends else max((end for end in ends if end), default=None)
        return self.answer(SubscriptionShown, {"is_premium": bool(ends), "ends_at": ends_at})
