"""The sessions a learner has typed, through the API."""

from dataclasses import replace
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

from accounts.endpoints import Endpoint, Moment, Strict
from accounts.models import User
from accounts.units import nearest
from lessons.api import example
from progress.api.fields import MODE_TEXT, Reached, Rounded, ShownEvents, Wpm, reached, reached_wpm
from progress.api.typing import EXAMPLE_EVENTS, EXAMPLE_ID, EXAMPLE_TEXT, SESSION_ID
from progress.exercises.exercise import MODES
from progress.figures.history import Cursor, HistoryFilters, InvalidCursor, history_of
from progress.figures.session_detail import keys_of
from progress.models import TypingSession
from progress.recording.deleting import delete_session
from progress.recording.reports import session_called


class SessionShown(serializers.Serializer):
    id = serializers.UUIDField()
    kind = serializers.ChoiceField(TypingSession.Kind.choices)
    lesson = serializers.IntegerField(source="lesson_id", allow_null=True)
    minutes = serializers.IntegerField(allow_null=True, help_text="of a test of a fixed time")
    words = serializers.IntegerField(allow_null=True, help_text="of a test of a fixed number of words")
    layout = serializers.CharField()
    started_at = Moment()
    duration_ms = serializers.IntegerField()
    cpm = Reached()
    wpm = Wpm(source="cpm")
    accuracy = Reached()
    consistency = Rounded(allow_null=True)
    errors = serializers.IntegerField()
    keystrokes = serializers.IntegerField()
    stars = serializers.IntegerField(allow_null=True)
    is_ranked = serializers.BooleanField(source="ranked")
    flags = serializers.ListField(child=serializers.CharField())

    def to_representation(self, session: TypingSession) -> dict[str, Any]:
        # By hand, as a page has fifty: 3 µs each, by the fields 27.
        return {
            "id": session.pk,
            "kind": session.kind,
            "lesson": session.lesson_id,
            "minutes": session.minutes,
            "words": session.words,
            "layout": session.layout,
            "started_at": session.started_at,
            "duration_ms": session.duration_ms,
            "cpm": reached(session.cpm),
            "wpm": reached_wpm(session.cpm),
            "accuracy": reached(session.accuracy),
            "consistency": None if session.consistency is None else float(nearest(session.consistency, 1)),
            "errors": session.errors,
            "keystrokes": session.keystrokes,
            "stars": session.stars,
            "is_ranked": session.ranked,
            "flags": session.flags,
        }


class SessionPage(serializers.Serializer):
    items = SessionShown(source="sessions", many=True)
    next = serializers.CharField(source="older", allow_null=True, help_text="the cursor of the next page")


class Keystrokes(serializers.Serializer):
    mode = serializers.ChoiceField(MODES, help_text=MODE_TEXT)
    text = serializers.CharField()
    events = ShownEvents()


class HistoryQuery(Strict):
    course = serializers.SlugField(required=False, allow_blank=True, default="")
    kind = serializers.ChoiceField(TypingSession.Kind.choices, required=False, allow_blank=True, default="")
    layout = serializers.CharField(max_length=32, required=False, allow_blank=True, default="")
    cursor = serializers.CharField(max_length=80, required=False)


EXAMPLE_SESSION: dict[str, Any] = {
    "id": EXAMPLE_ID,
    "kind": "lesson",
    "lesson": 1,
    "minutes": None,
    "words": None,
    "layout": "en-qwerty",
    "startedAt": "2026-11-21T09:30:00Z",
    "durationMs": 61_200,
    "cpm": 157.0,
    "wpm": 31.4,
    "accuracy": 96.8,
    "consistency": 71.2,
    "errors": 5,
    "keystrokes": 165,
    "stars": 4,
    "isRanked": True,
    "flags": [],
}


class History(Endpoint):
    @extend_schema(
        parameters=[
            OpenApiParameter("course", OpenApiTypes.STR),
            OpenApiParameter("kind", OpenApiTypes.STR, enum=TypingSession.Kind.values),
            OpenApiParameter("layout", OpenApiTypes.STR),
            OpenApiParameter("cursor", OpenApiTypes.STR, description="`next` of the page before"),
        ],
        responses={200: SessionPage},
        examples=[example({"items": [EXAMPLE_SESSION], "next": None})],
        summary="The sessions one has typed, newest first",
    )
    def get(self, request: Request) -> Response:
        asked = self.asked(HistoryQuery, request.query_params.dict())
        try:
            before = Cursor.parse(asked["cursor"]) if "cursor" in asked else None
        except InvalidCursor as error:
            raise ValidationError({"cursor": [_("This page is no longer there.")]}) from error
        filters = HistoryFilters(asked["course"], asked["kind"], asked["layout"])
        found = history_of(cast(User, request.user), filters, before=before)
        if before and found.newer is None:
            found = replace(found, sessions=(), older=None)
        return self.answer(SessionPage, found)


class OneSession(Endpoint):
    errors = (404,)

    @extend_schema(
        parameters=[SESSION_ID],
        responses={200: SessionShown},
        examples=[example(EXAMPLE_SESSION)],
        summary="One of one's own sessions",
    )
    def get(self, request: Request, session: str) -> Response:
        return self.answer(SessionShown, session_called(cast(User, request.user), session))

    @extend_schema(
        parameters=[SESSION_ID],
        responses={200: None},
        summary="Delete a session; what it added to every figure goes with it",
    )
    def delete(self, request: Request, session: str) -> Response:
        learner = cast(User, request.user)
        found = session_called(learner, session)
        try:
            delete_session(session_id=found.pk, learner=learner, now=timezone.now())
        except TypingSession.DoesNotExist as error:
            raise Http404 from error
        return Response(None)


class SessionKeystrokes(Endpoint):
    errors = (404,)

    @extend_schema(
        parameters=[SESSION_ID],
        responses={200: Keystrokes},
        examples=[example({"mode": "stop", "text": EXAMPLE_TEXT, "events": EXAMPLE_EVENTS})],
        summary="The keystrokes of one of one's own sessions",
    )
    def get(self, request: Request, session: str) -> Response:
        sessions = TypingSession.objects.select_related("text")
        found = keys_of(session_called(cast(User, request.user), session, sessions))
        if found is None:
            raise Http404
        return self.answer(Keystrokes, found)
