"""Achievements, leaderboards and certificates through the API."""

from collections.abc import Mapping
from typing import Any, NamedTuple, cast

from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.access import account_only
from accounts.endpoints import Conflict, Endpoint, Moment, NameInput, Strict
from lessons.api import TypedLanguageField, example
from lessons.languages import ENGLISH, TYPED
from progress.api.fields import Reached, Wpm
from progress.api.typing import SESSION_ID
from progress.honours import certificates, leaderboards
from progress.honours.achievements import shelf
from progress.honours.forms import BoardNameForm, CertificateForm
from progress.models import Certificate, TypingSession
from progress.recording.reports import session_called


class BoardQuery(Strict):
    language = TypedLanguageField(required=False)
    course = serializers.SlugField(required=False)
    number = serializers.IntegerField(min_value=1, max_value=999, required=False)
    period = serializers.ChoiceField(leaderboards.Period.choices, default=leaderboards.Period.WEEK)


class Row(NamedTuple):
    """A place on a leaderboard, and whether it is that of who asks."""

    place: leaderboards.Place
    is_own: bool


class BoardPlace(serializers.Serializer):
    place = serializers.IntegerField(source="place.place")
    name = serializers.CharField(source="place.name")
    cpm = serializers.FloatField(source="place.cpm")
    accuracy = serializers.FloatField(source="place.accuracy")
    is_own = serializers.BooleanField()


class Board(serializers.Serializer):
    period = serializers.ChoiceField(leaderboards.Period.choices)
    places = BoardPlace(many=True)
    own = BoardPlace(allow_null=True)


class NameBody(Strict):
    name = NameInput(max_length=60)


class Named(serializers.Serializer):
    name = serializers.CharField()


class Earned(serializers.Serializer):
    id = serializers.CharField(source="achievement.code")
    name = serializers.CharField(source="achievement.name")
    description = serializers.CharField(source="achievement.how")
    earned_at = Moment(source="award.earned_at", allow_null=True)


class NameShown(serializers.CharField):
    """Of a certificate; none once it is withdrawn."""

    def to_representation(self, issued: Certificate) -> str:
        return issued.name if issued.session.ranked else ""


class CertificateShown(serializers.Serializer):
    code = serializers.CharField()
    name = NameShown(source="*")
    level = serializers.CharField()
    issued_at = Moment()
    cpm = Reached(source="session.cpm")
    wpm = Wpm(source="session.cpm")
    accuracy = Reached(source="session.accuracy")
    is_valid = serializers.BooleanField(source="session.ranked", help_text="false once it is withdrawn")
    url = serializers.CharField(source="get_absolute_url")


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
    def post(self, request: Request, session: str) -> Response:
        learner = account_only(request.user)
        found = session_called(learner, session, TypingSession.objects.select_related("user"))
        name = _checked_name(CertificateForm(self.asked(NameBody, request.data)))
        try:
            issued = certificates.certify(session=found, name=name, now=timezone.now())
        except certificates.NotEligible as error:
            raise Conflict(_("This session earns no certificate."), code="not_eligible") from error
        except TypingSession.DoesNotExist as error:
            raise Http404 from error
        return self.answer(CertificateShown, issued)


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
        return self.answer(CertificateShown, found)


class Achievements(Endpoint):
    @extend_schema(
        responses={200: Earned(many=True)},
        examples=[
            example(
                [
                    {
                        "id": "first-lesson",
                        "name": "The first step",
                        "description": "Finish a lesson.",
                        "earnedAt": "2026-11-21T09:30:00Z",
                    }
                ]
            )
        ],
        summary="Every achievement, with when one earned it",
    )
    def get(self, request: Request) -> Response:
        return self.answer(Earned, shelf(request.user), many=True)


class Leaderboard(Endpoint):
    errors = (404,)
    is_open = True

    @extend_schema(
        parameters=[
            OpenApiParameter("language", OpenApiTypes.STR, enum=list(TYPED), description="of tests"),
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
        places = leaderboards.standings(board, asked["period"], now=now)
        own = (
            leaderboards.place_of(user, board, asked["period"], now=now) if user and user.board_name else None
        )
        shown = {
            "period": asked["period"],
            "places": [Row(place, user is not None and place.learner == user.pk) for place in places],
            "own": own and Row(own, is_own=True),
        }
        return self.answer(Board, shown)


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
            raise Conflict(_("That name is taken."), code="name_taken") from error
        return self.answer(Named, {"name": name})

    @extend_schema(responses={200: None}, summary="Take part in the leaderboards no more")
    def delete(self, request: Request) -> Response:
        leaderboards.leave_leaderboards(account_only(request.user).pk)
        return Response(None)


def _board_name(asked: Mapping[str, Any]) -> str:
    if "course" in asked or "number" in asked:
        return f"{asked.get('course', '')}/{asked.get('number', '')}"
    return cast(str, asked.get("language", ENGLISH.code))


def _checked_name(form: Any) -> str:
    if not form.is_valid():
        raise ValidationError({"name": form.errors["name"]})
    return cast(str, form.cleaned_data["name"])
