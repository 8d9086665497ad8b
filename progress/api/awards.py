"""Achievements, leaderboards and certificates through the API."""

import uuid
from collections.abc import Mapping
from typing import Any, cast

from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.access import account_only, owned_or_404
from accounts.endpoints import Conflict, Endpoint, Strict
from accounts.models import Language, User
from lessons.api import example
from progress.api.typing import SESSION_ID, wpm
from progress.honours import certificates, leaderboards
from progress.honours.achievements import shelf
from progress.honours.forms import BoardNameForm, CertificateForm
from progress.models import TypingSession


class BoardQuery(Strict):
    language = serializers.ChoiceField(Language.choices, required=False)
    course = serializers.SlugField(required=False)
    number = serializers.IntegerField(min_value=1, max_value=999, required=False)
    period = serializers.ChoiceField(leaderboards.Period.choices, default=leaderboards.Period.WEEK)


class BoardPlace(serializers.Serializer):
    place = serializers.IntegerField()
    name = serializers.CharField()
    cpm = serializers.FloatField()
    accuracy = serializers.FloatField()
    is_own = serializers.BooleanField()


class Board(serializers.Serializer):
    period = serializers.ChoiceField(leaderboards.Period.choices)
    places = BoardPlace(many=True)
    own = BoardPlace(allow_null=True)


class NameBody(Strict):
    name = serializers.CharField(max_length=60)


class Named(serializers.Serializer):
    name = serializers.CharField()


class Earned(serializers.Serializer):
    id = serializers.CharField()
    name = serializers.CharField()
    description = serializers.CharField()
    earned_at = serializers.DateTimeField(allow_null=True)


class CertificateShown(serializers.Serializer):
    code = serializers.CharField()
    name = serializers.CharField()
    level = serializers.CharField()
    issued_at = serializers.DateTimeField()
    cpm = serializers.FloatField()
    wpm = serializers.FloatField()
    accuracy = serializers.FloatField()
    is_valid = serializers.BooleanField(help_text="false once it is withdrawn")
    url = serializers.CharField()


EXAMPLE_PLACE = {"place": 3, "name": "Anna", "cpm": 201.3, "accuracy": 97.1, "isOwn": True}
EXAMPLE_CERTIFICATE = {
    "code": "7KQ2-M9XD-4TRA",
    "name": "Anna Ivanova",
    "level": "silver",
    "issuedAt": "2026-11-21T09:30:00Z",
    "cpm": 211.0,
    "wpm": 42.2,
    "accuracy": 94.0,
    "isValid": True,
    "url": "/certificates/7KQ2-M9XD-4TRA/",
}


class IssueCertificate(Endpoint):
    errors = (403, 404, 409)

    @extend_schema(
        parameters=[SESSION_ID],
        request=NameBody,
        responses={200: CertificateShown},
        examples=[example({"name": "Anna Ivanova"}, of_request=True), example(EXAMPLE_CERTIFICATE)],
        summary="Get the certificate of a ranked test; there is one, and its name stays",
    )
    def post(self, request: Request, session: uuid.UUID) -> Response:
        account_only(request.user)
        sessions = TypingSession.objects.select_related("user").filter(pk=session)
        found = owned_or_404(sessions, request.user)
        name = _checked_name(CertificateForm(self.asked(NameBody, request.data)))
        try:
            issued = certificates.certify(session=found, name=name, now=timezone.now())
        except certificates.NotEligible as error:
            raise Conflict(_("This session earns no certificate."), code="not_eligible") from error
        except TypingSession.DoesNotExist as error:
            raise Http404 from error
        return Response(_certificate(issued))


class ShowCertificate(Endpoint):
    errors = (404,)
    is_open = True

    @extend_schema(
        parameters=[OpenApiParameter("code", OpenApiTypes.STR, OpenApiParameter.PATH)],
        responses={200: CertificateShown},
        examples=[example(EXAMPLE_CERTIFICATE)],
        summary="Check a certificate by its code",
    )
    def get(self, request: Request, code: str) -> Response:
        found = certificates.find_certificate(code)
        if found is None:
            raise Http404
        return Response(_certificate(found))


class Achievements(Endpoint):
    @extend_schema(
        responses={200: Earned(many=True)},
        examples=[
            example(
                [
                    {
                        "id": "first-lesson",
                        "name": "The first lesson",
                        "description": "Finish a lesson.",
                        "earnedAt": "2026-11-21T09:30:00Z",
                    }
                ]
            )
        ],
        summary="Every achievement, with when one earned it",
    )
    def get(self, request: Request) -> Response:
        shown = [
            {
                "id": one.code,
                "name": str(one.name),
                "description": str(one.how),
                "earned_at": award.earned_at if award else None,
            }
            for one, award in shelf(request.user)
        ]
        return Response(shown)


class Leaderboard(Endpoint):
    errors = (404,)
    is_open = True

    @extend_schema(
        parameters=[
            OpenApiParameter("language", OpenApiTypes.STR, enum=Language.values, description="of tests"),
            OpenApiParameter("course", OpenApiTypes.STR, description="with `number`: of that lesson"),
            OpenApiParameter("number", OpenApiTypes.INT),
            OpenApiParameter("period", OpenApiTypes.STR, enum=leaderboards.Period.values),
        ],
        responses={200: Board},
        examples=[example({"period": "week", "places": [EXAMPLE_PLACE], "own": EXAMPLE_PLACE})],
        summary="The fastest on a lesson or in a language",
    )
    def get(self, request: Request) -> Response:
        asked = self.asked(BoardQuery, request.query_params.dict())
        try:
            board, _lesson = leaderboards.find_board(_board_name(asked))
        except leaderboards.NoSuchBoard as error:
            raise Http404 from error
        now, user = timezone.now(), request.user if request.user.is_authenticated else None
        places = [_place(place, user) for place in leaderboards.standings(board, asked["period"], now=now)]
        own = (
            leaderboards.place_of(user, board, asked["period"], now=now) if user and user.board_name else None
        )
        return Response(
            {"period": asked["period"], "places": places, "own": _place(own, user) if own else None}
        )


class BoardName(Endpoint):
    errors = (403, 409)

    @extend_schema(
        request=NameBody,
        responses={200: Named},
        examples=[example({"name": "Anna"}, of_request=True), example({"name": "Anna"})],
        summary="Take part in the leaderboards under a name",
    )
    def put(self, request: Request) -> Response:
        user = account_only(request.user)
        name = _checked_name(BoardNameForm(self.asked(NameBody, request.data)))
        try:
            leaderboards.join_leaderboards(user.pk, name, now=timezone.now())
        except leaderboards.NameTaken as error:
            raise Conflict(_("Somebody goes by that name already."), code="name_taken") from error
        return Response({"name": name})

    @extend_schema(responses={200: None}, summary="Take part in the leaderboards no more")
    def delete(self, request: Request) -> Response:
        leaderboards.leave_leaderboards(account_only(request.user).pk)
        return Response(None)


def _board_name(asked: Mapping[str, Any]) -> str:
    if "course" in asked or "number" in asked:
        return f"{asked.get('course', '')}/{asked.get('number', '')}"
    return cast(str, asked.get("language", Language.EN))


def _place(place: leaderboards.Place, user: User | None) -> dict[str, Any]:
    return {
        "place": place.place,
        "name": place.name,
        "cpm": place.cpm,
        "accuracy": place.accuracy,
        "is_own": user is not None and place.learner == user.pk,
    }


def _checked_name(form: Any) -> str:
    if not form.is_valid():
        raise ValidationError({"name": form.errors["name"]})
    return cast(str, form.cleaned_data["name"])


def _certificate(issued: Any) -> dict[str, Any]:
    session = issued.session
    return {
        "code": issued.code,
        "name": issued.name if session.ranked else "",
        "level": issued.level,
        "issued_at": issued.issued_at,
        "cpm": round(session.cpm, 1),
        "wpm": wpm(session.cpm),
        "accuracy": round(session.accuracy, 1),
        "is_valid": session.ranked,
        "url": issued.get_absolute_url(),
    }
