"""What a learner agreed to, through the API."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import consents
from accounts.access import account_only
from accounts.api import example
from accounts.endpoints import Conflict, Endpoint, Moment, Strict
from accounts.models import Consent


class ConsentShown(serializers.Serializer):
    kind = serializers.ChoiceField(Consent.Kind.choices)
    title = serializers.CharField(source="kind.label")
    version = serializers.IntegerField(source="text.version", help_text="of the text")
    text = serializers.CharField(source="text.question")
    today = serializers.CharField(source="text.today", help_text="what is done with the answer today")
    is_given = serializers.BooleanField(allow_null=True, help_text="null: this text was not answered yet")
    answered_at = Moment(source="last.answered_at", default=None, allow_null=True)


class ConsentAnswer(Strict):
    kind = serializers.ChoiceField(Consent.Kind.choices)
    version = serializers.IntegerField(min_value=1, max_value=9999, help_text="of the text that was shown")
    is_given = serializers.BooleanField()


class ConsentAnswers(Strict):
    answers = serializers.ListField(child=ConsentAnswer(), min_length=1, max_length=len(Consent.Kind))


EXAMPLE: Any = [
    {
        "kind": "marketing",
        "title": "News by email",
        "version": 1,
        "text": "May we write to you about new courses, new features and offers?",
        "today": "No such email goes out unless you agree, and each one has a link to stop them.",
        "isGiven": None,
        "answeredAt": None,
    }
]


class Consents(Endpoint):
    errors = (403, 409)

    @extend_schema(
        responses={200: ConsentShown(many=True)},
        examples=[example(EXAMPLE)],
        summary="What one was asked, and what one answered",
    )
    def get(self, request: Request) -> Response:
        user = account_only(request.user)
        return self.answer(ConsentShown, consents.questions_for(user), many=True)

    @extend_schema(
        request=ConsentAnswers,
        responses={200: ConsentShown(many=True)},
        examples=[
            example({"answers": [{"kind": "marketing", "version": 1, "isGiven": False}]}, of_request=True),
            example([EXAMPLE[0] | {"isGiven": False, "answeredAt": "2026-11-28T09:30:00Z"}]),
        ],
        summary="Agree or refuse",
        description="Earlier answers are kept; kinds that are left out stay as they are. A version that is not "
        "the present one is answered 409 `text_changed`, and nothing is kept.",
    )
    def put(self, request: Request) -> Response:
        user = account_only(request.user)
        asked = self.asked(ConsentAnswers, request.data)["answers"]
        given = {consents.Kind(one["kind"]): (one["version"], one["is_given"]) for one in asked}
        try:
            consents.answer(user, given, place=Consent.Place.API, now=timezone.now())
        except consents.TextChanged as error:
            said = _("The text has changed meanwhile: please read it again.")
            raise Conflict(said, code="text_changed") from error
        return self.answer(ConsentShown, consents.questions_for(user), many=True)
