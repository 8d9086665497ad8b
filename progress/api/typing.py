"""Typing through the API: the texts, the tickets, and what is typed bit by bit."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import guests
from accounts.endpoints import Endpoint, Strict
from accounts.models import User
from lessons.api import IF_NONE_MATCH, LESSON_ID, Open, TypedLanguageField, example
from lessons.models import text_of
from lessons.outlines import LessonInCourse, lesson_in_course
from progress.api.fields import MODE_TEXT, Count, Events, ShownEvents
from progress.exercises import tickets
from progress.exercises.access import progress_around, require_access
from progress.exercises.exercise import MODES, Exercise, layout_for, lesson_exercise, ticket_for
from progress.exercises.timed_tests import MINUTES, WORDS, Length, timed_exercise
from progress.keystrokes.logs import MAX_EVENTS
from progress.models import TypingSession
from progress.recording import open_sessions

EXAMPLE_TEXT = "fjf jf"
EXAMPLE_EVENTS = [
    [0, "f", 92],
    [180.5, "j", 88],
    [165.1, "d", None],
    [402, "f", 85],
    [190, " ", 76],
    [171, "j", 90],
    [168.4, "f", 81],
]
"""`EXAMPLE_TEXT`, with a mistake."""
EXAMPLE_ID = "5b0c1f5e-7f4c-4c43-8e5e-0f6f0f1b9a10"
EXAMPLE_TICKET = "WyI1YjBjMWY1ZSIs…:1tXyZz:4gK0…"
SESSION_ID = OpenApiParameter(
    "session",
    OpenApiTypes.STR,
    OpenApiParameter.PATH,
    description="A session's id, or the `sessionId` of the report it came in",
)


class StartBody(Strict):
    mode = serializers.ChoiceField(
        MODES, required=False, help_text=f"{MODE_TEXT}; without it, as the lesson is meant"
    )
    anew = serializers.BooleanField(default=False, help_text="throw away what was typed of it before")


class TestBody(Strict):
    language = TypedLanguageField()
    minutes = serializers.ChoiceField(MINUTES, required=False, allow_null=True, default=None)
    words = serializers.ChoiceField(
        WORDS, required=False, allow_null=True, default=None, help_text="in place of `minutes`"
    )
    difficulty = serializers.ChoiceField(
        TypingSession.Difficulty.choices, default=TypingSession.Difficulty.ORDINARY
    )
    is_extendable = serializers.BooleanField(
        default=False, help_text="then it is not ranked; says nothing of a test of words"
    )

    def validate(self, asked: dict[str, Any]) -> dict[str, Any]:
        asked["length"] = Length(asked["minutes"], asked["words"])
        if (asked["minutes"] is None) == (asked["words"] is None):
            raise ValidationError({"minutes": [_("Choose either minutes or words.")]})
        return asked


@dataclass(frozen=True, slots=True)
class Run:
    """An exercise that was begun: its ticket, also as signed, and its text; `left`, what was typed of it before."""

    ticket: tickets.Ticket
    signed: str
    text: str
    left: open_sessions.OpenRun | None = None

    @property
    def events(self) -> Sequence[Any]:
        return self.left.events if self.left else []


class Started(serializers.Serializer):
    session_id = serializers.UUIDField(source="ticket.session")
    ticket = serializers.CharField(source="signed", help_text="goes into the log, as it is")
    text = serializers.CharField()
    layout = serializers.CharField(source="ticket.layout")
    mode = serializers.ChoiceField(MODES, source="ticket.mode", help_text=MODE_TEXT)
    minutes = serializers.IntegerField(
        source="ticket.minutes", allow_null=True, help_text="how long a test of a fixed time lasts"
    )
    words = serializers.IntegerField(
        source="ticket.words", allow_null=True, help_text="how many a test of words has"
    )
    has_rests = serializers.BooleanField(
        source="ticket.has_rests",
        help_text="true where waits before a line's end and its first key count as the run's mean wait at most",
    )
    started_at = serializers.IntegerField(
        source="left.started_at_ms",
        allow_null=True,
        help_text="of a run that goes on: ms since 1970 by the clock of the device it began on",
    )
    events = ShownEvents(help_text="of a run that goes on: what was typed so far")


class PartBody(Strict):
    ticket = serializers.CharField(max_length=16_384)
    started_at = serializers.IntegerField(help_text="ms since 1970 by the client's clock")
    start = serializers.IntegerField(
        min_value=0, max_value=MAX_EVENTS, help_text="how many events came before"
    )
    events = Events()


class PartKept(serializers.Serializer):
    session_id = serializers.UUIDField(source="id")
    received = Count(source="events", help_text="events from the first on that arrived without a gap")
    has_gap = serializers.BooleanField(
        source="missing", help_text="true while later ones wait for earlier ones"
    )


class Content(serializers.Serializer):
    lesson = serializers.IntegerField(source="exercise.lesson.pk")
    text = serializers.CharField(source="exercise.text.body")
    layout = serializers.CharField()
    taught = serializers.CharField(help_text="the characters taught by the end of the lesson")


EXAMPLE_STARTED: dict[str, Any] = {
    "sessionId": EXAMPLE_ID,
    "ticket": EXAMPLE_TICKET,
    "text": EXAMPLE_TEXT,
    "layout": "en-qwerty",
    "mode": "stop",
    "minutes": None,
    "words": None,
    "hasRests": False,
    "startedAt": None,
    "events": [],
}
EXAMPLE_PART = {
    "ticket": EXAMPLE_TICKET,
    "startedAt": 1_795_000_000_000,
    "start": 0,
    "events": EXAMPLE_EVENTS,
}
EXAMPLE_KEPT = {"sessionId": EXAMPLE_ID, "received": len(EXAMPLE_EVENTS), "hasGap": False}


class LessonContent(Open):
    errors = (402, 403, 404)

    @extend_schema(
        parameters=[LESSON_ID, IF_NONE_MATCH],
        responses={200: Content},
        examples=[example({"lesson": 1, "text": EXAMPLE_TEXT, "layout": "en-qwerty", "taught": " fj"})],
        summary="The text of a lesson that may be typed now",
    )
    def get(self, request: Request, lesson: int) -> HttpResponseBase:
        exercise = _exercise(request.user, lesson)
        layout = layout_for(request.user, exercise).code
        taught = "".join(sorted(exercise.taught))
        content = {"exercise": exercise, "layout": layout, "taught": taught}
        return self.tagged(request, f"{exercise.text.pk} {layout} {taught}", Content, content)


class StartLesson(Endpoint):
    errors = (402, 403, 404)

    @extend_schema(
        parameters=[LESSON_ID],
        request=StartBody,
        responses={200: Started},
        examples=[example({"mode": "stop", "anew": False}, of_request=True), example(EXAMPLE_STARTED)],
        summary="Begin a lesson, or go on with the run that was left",
        description="A run whose keystrokes were saved goes on, on whatever device: `events` are those there are. The "
        "first event typed after that has a `dt` of 0.",
    )
    def post(self, request: Request, lesson: int) -> Response:
        asked = self.asked(StartBody, request.data)
        user = cast(User, request.user)
        exercise = _exercise(user, lesson)
        left = open_sessions.open_session_of(user, lesson)
        if left and asked["anew"]:
            open_sessions.discard_open_session(left.id, user)
        elif left:
            ticket = tickets.open_ticket(left.signed)
            # A text made for the run, or that of a first run, stays although another is due by now.
            if ticket.body or ticket.text in (exercise.text.pk, exercise.lesson_text):
                run = Run(ticket, left.signed, ticket.body or text_of(ticket.text), left)
                return self.answer(Started, run)
        return self.answer(Started, begin(user, exercise, mode=asked.get("mode", "")))


class StartTest(Endpoint):
    @extend_schema(
        request=TestBody,
        responses={200: Started},
        examples=[
            example({"language": "en", "minutes": 1, "difficulty": "ordinary"}, of_request=True),
            example(EXAMPLE_STARTED | {"mode": "free", "minutes": 1}),
        ],
        summary="Begin a test of so many minutes, or so many words, on a fresh text",
    )
    def post(self, request: Request) -> Response:
        asked = self.asked(TestBody, request.data)
        user = cast(User, request.user)
        exercise = timed_exercise(
            user,
            asked["language"],
            asked["length"],
            asked["difficulty"],
            is_extendable=asked["is_extendable"],
        )
        return self.answer(Started, begin(user, exercise))


class Keystroke(Endpoint):
    errors = (403, 409)

    @extend_schema(
        request=PartBody,
        responses={200: PartKept},
        examples=[example(EXAMPLE_PART, of_request=True), example(EXAMPLE_KEPT)],
        summary="Append keystrokes to an open session",
        description="Parts may come in any order and more than once; what overlaps has to agree. Finish with "
        "`stats/session`.",
    )
    def post(self, request: Request) -> Response:
        return self.answer(PartKept, _keep(self, request))


class SaveLesson(Endpoint):
    errors = (403, 409)

    @extend_schema(
        parameters=[LESSON_ID],
        request=PartBody,
        responses={200: PartKept},
        examples=[example(EXAMPLE_PART, of_request=True), example(EXAMPLE_KEPT)],
        summary="Save what was typed of a lesson so far, to go on later or elsewhere",
    )
    def post(self, request: Request, lesson: int) -> Response:
        return self.answer(PartKept, _keep(self, request, lesson))


def begin(user: User, exercise: Exercise, *, mode: str = "") -> Run:
    """A new run of an exercise, with its ticket; writes nothing."""
    layout = layout_for(user, exercise).code
    ticket = ticket_for(user, exercise, layout, mode or exercise.mode, now=timezone.now())
    return Run(ticket, tickets.sign_ticket(ticket), exercise.text.body)


def _exercise(user: Any, lesson: int) -> Exercise:
    """A lesson that the learner may type now. Raises Http404 or a LessonClosed."""
    found = ready_lesson(lesson)
    rows = progress_around(user, found)
    runs = {one: row.as_runs() for one, row in rows.items()}
    require_access(user, found, now=timezone.now(), runs=runs)
    return lesson_exercise(found.lesson, user, runs=rows[lesson].runs if lesson in rows else 0)


def ready_lesson(lesson: int) -> LessonInCourse:
    """A lesson that has a text. Raises Http404."""
    found = lesson_in_course(lesson)
    if found is None or found.lesson.text_id is None:
        raise Http404
    return found


def _keep(endpoint: Endpoint, request: Request, lesson: int | None = None) -> open_sessions.OpenRun:
    asked = endpoint.asked(PartBody, request.data)
    now = timezone.now()
    ticket = tickets.open_ticket(asked["ticket"], lesson=lesson)
    with transaction.atomic():
        return open_sessions.append_part(
            signed=asked["ticket"],
            ticket=ticket,
            learner=learner_of(request, ticket, now),
            started_at_ms=asked["started_at"],
            start=asked["start"],
            events=asked["events"],
            now=now,
        )


def learner_of(request: Request, ticket: tickets.Ticket, now: datetime) -> User:
    return guests.claim(cast(HttpRequest, request), learner_id=ticket.learner, minted=ticket.minted, now=now)
