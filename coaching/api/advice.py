"""What the coach says, through the API."""

from typing import Any, cast

from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.endpoints import Conflict, Endpoint
from accounts.models import User
from coaching import wording
from coaching.advice.difficulty import Level
from coaching.plans.composition import Method, Step
from coaching.plans.overview import Overview, overview_of
from lessons.api import example
from progress.api.fields import Reached, Rounded, Whole, Wpm
from progress.api.stats import LayoutQuery

LAYOUT = OpenApiParameter(
    "layout", OpenApiTypes.STR, description="left out, or never typed on: the one typed on last"
)


class WeaknessShown(serializers.Serializer):
    item = serializers.CharField(
        trim_whitespace=False, help_text="a character, or two that follow each other"
    )
    is_pair = serializers.BooleanField()
    ms = Rounded(help_text="the interval to expect before it")
    error_rate = serializers.SerializerMethodField(help_text="per cent")
    cost = Rounded(
        digits=3, allow_null=True, help_text="seconds per 1,000 characters; null where too little is known"
    )
    tries = Whole()
    is_slow = serializers.BooleanField()
    is_missed = serializers.BooleanField()
    sentence = serializers.SerializerMethodField()

    def get_error_rate(self, weakness: Any) -> float:
        return round(100 * weakness.error_rate, 2)

    def get_sentence(self, weakness: Any) -> str:
        return wording.weakness_sentence(weakness)


class PlannedShown(serializers.Serializer):
    kind = serializers.ChoiceField([step.value for step in Step], source="step")
    items = serializers.ListField(child=serializers.CharField(trim_whitespace=False), source="weak")


class ProposalShown(serializers.Serializer):
    method = serializers.ChoiceField([method.value for method in Method])
    level = serializers.ChoiceField([level.value for level in Level], source="difficulty.level")
    target_cpm = Reached()
    target_wpm = Wpm(source="target_cpm")
    exercises = PlannedShown(many=True)


class ForecastShown(serializers.Serializer):
    goal_cpm = Reached()
    goal_wpm = Wpm(source="goal_cpm")
    is_reached = serializers.BooleanField()
    minutes_a_day = Rounded()
    p10 = serializers.DateField(source="early", allow_null=True, help_text="null: not within three years")
    p50 = serializers.DateField(source="middle", allow_null=True)
    p90 = serializers.DateField(source="late", allow_null=True)


class AchievedShown(serializers.Serializer):
    item = serializers.CharField(trim_whitespace=False)
    planned_at = serializers.DateTimeField(source="plan.made_at")
    cost = Rounded(digits=3)
    predicted_gain = Rounded(digits=3)
    cost_after = Rounded(digits=3, help_text="as it is now, until another plan is made")


class Recommendations(serializers.Serializer):
    layout = serializers.CharField(source="standing.layout")
    headline = serializers.SerializerMethodField()
    weaknesses = WeaknessShown(many=True, source="standing.worst")
    is_plateau = serializers.BooleanField(source="standing.is_plateau")
    plan = ProposalShown(source="proposal")
    forecast = ForecastShown(allow_null=True)
    achieved = AchievedShown(many=True)

    def get_headline(self, shown: Overview) -> str:
        return wording.headline(shown.standing)


class WeakKeysAnalysis(serializers.Serializer):
    layout = serializers.CharField()
    usual_ms = Rounded(allow_null=True)
    weaknesses = WeaknessShown(many=True)
    strengths = serializers.ListField(child=serializers.CharField(trim_whitespace=False))


EXAMPLE_WEAKNESS = {
    "item": "pr",
    "isPair": True,
    "ms": 530.0,
    "errorRate": 4.2,
    "cost": 1.02,
    "tries": 31,
    "isSlow": True,
    "isMissed": False,
    "sentence": "The pair “p → r” costs you 1.0 seconds in every 1,000 characters.",
}
EXAMPLE_RECOMMENDATIONS = {
    "layout": "en-qwerty",
    "headline": EXAMPLE_WEAKNESS["sentence"],
    "weaknesses": [EXAMPLE_WEAKNESS],
    "isPlateau": False,
    "plan": {
        "method": "usual",
        "level": "same",
        "targetCpm": 210.0,
        "targetWpm": 42.0,
        "exercises": [{"kind": "warm-up", "items": []}, {"kind": "targeted", "items": ["pr"]}],
    },
    "forecast": {
        "goalCpm": 250.0,
        "goalWpm": 50.0,
        "isReached": False,
        "minutesADay": 11.5,
        "p10": "2026-12-20",
        "p50": "2027-02-03",
        "p90": None,
    },
    "achieved": [
        {
            "item": "ph",
            "plannedAt": "2026-11-20T18:00:00Z",
            "cost": 1.4,
            "predictedGain": 0.2,
            "costAfter": 1.1,
        }
    ],
}


class AiRecommendations(Endpoint):
    errors = (409,)

    @extend_schema(
        parameters=[LAYOUT],
        responses={200: Recommendations},
        examples=[example(EXAMPLE_RECOMMENDATIONS)],
        summary="What to practice next and why, what earlier plans achieved, and when the goal is reached",
    )
    def get(self, request: Request) -> Response:
        return self.answer(Recommendations, _overview(self, request))


class AiWeakKeysAnalysis(Endpoint):
    errors = (409,)

    @extend_schema(
        parameters=[LAYOUT],
        responses={200: WeakKeysAnalysis},
        examples=[
            example(
                {
                    "layout": "en-qwerty",
                    "usualMs": 260.0,
                    "weaknesses": [EXAMPLE_WEAKNESS],
                    "strengths": ["e"],
                }
            )
        ],
        summary="All weak keys and pairs with why they are weak, and what is typed best",
    )
    def get(self, request: Request) -> Response:
        standing = _overview(self, request).standing
        found = {
            "layout": standing.layout,
            "usual_ms": standing.keys.usual_ms,
            "weaknesses": standing.weaknesses,
            "strengths": [one.item for one in standing.keys.strengths],
        }
        return self.answer(WeakKeysAnalysis, found)


def _overview(endpoint: Endpoint, request: Request) -> Overview:
    asked = endpoint.asked(LayoutQuery, request.query_params.dict())
    found = overview_of(cast(User, request.user), asked.get("layout", ""), now=timezone.now())
    if found is None:
        raise Conflict(_("You have not typed anything yet."), code="nothing_typed")
    return found
