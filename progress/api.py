"""Typing through the API, and what it adds up to."""

import uuid
from collections.abc import Mapping
from copy import copy
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Final, cast
from zoneinfo import ZoneInfo

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import guests, limits
from accounts.access import account_only, learner_or_404, owned_or_404
from accounts.endpoints import Conflict, Endpoint, Strict, choices
from accounts.models import Language, User
from lessons import keyboards
from lessons.api import COURSE_ID, IF_NONE_MATCH, LESSON_ID, BlockShown, Open, example
from lessons.models import Course, Lesson, TypingText, text_of
from lessons.outlines import placed

from . import boards, certificates, opened, recording, tickets
from .access import require_access
from .achievements import shelf
from .dashboard import (
    MOST_PAIRS,
    PERIODS,
    Filters,
    costly_keys,
    costly_pairs,
    points_of,
    practice_of,
    records,
    skill_of,
    stars_of,
    streak_record,
)
from .deleting import delete_session
from .detail import keys_of
from .forms import BoardNameForm, CertificateForm
from .history import Cursor, HistoryFilters, InvalidCursor, history_of
from .legacy import digest, log_of_legacy
from .logs import MAX_EVENTS, Log, log_of
from .maps import Map, State, course_map
from .models import DailyStat, TypingSession
from .practice import MODES, Exercise, layout_for, lesson_exercise, ticket_for
from .refusals import REFUSED, explain
from .results import Outcome, outcome_of
from .streaks import streak
from .timed import MINUTES, timed_exercise

MOST_IN_A_BATCH: Final = 50
CPM_PER_WPM: Final = 5
EXAMPLE_EVENTS = [[0, "f", 92], [180.5, "j", 88], [165.1, "f", None]]
EXAMPLE_ID = "5b0c1f5e-7f4c-4c43-8e5e-0f6f0f1b9a10"
EXAMPLE_TICKET = "WyI1YjBjMWY1ZSIs…:1tXyZz:4gK0…"
SESSION_ID = OpenApiParameter(
    "session", OpenApiTypes.UUID, OpenApiParameter.PATH, description="A session's id"
)
IDEMPOTENCY_KEY = OpenApiParameter(
    "Idempotency-Key",
    OpenApiTypes.STR,
    OpenApiParameter.HEADER,
    description="Any text up to 100 characters that names this run, for a legacy report without `sessionId`",
)


class StartBody(Strict):
    mode = serializers.ChoiceField(MODES, default=MODES[0])
    anew = serializers.BooleanField(default=False, help_text="throw away what was typed of it before")


class TestBody(Strict):
    language = serializers.ChoiceField(Language.choices)
    minutes = serializers.ChoiceField(MINUTES)
    difficulty = serializers.ChoiceField(
        TypingSession.Difficulty.choices, default=TypingSession.Difficulty.ORDINARY
    )
    is_extendable = serializers.BooleanField(default=False, help_text="then it is not ranked")


class Started(serializers.Serializer):
    session_id = serializers.UUIDField()
    ticket = serializers.CharField(help_text="goes into the log, as it is")
    text = serializers.CharField()
    layout = serializers.CharField()
    mode = serializers.ChoiceField(MODES)
    minutes = serializers.IntegerField(allow_null=True, help_text="how long a test lasts")
    started_at = serializers.IntegerField(
        allow_null=True,
        help_text="of a run that goes on: ms since 1970 by the clock of the device it began on",
    )
    events = serializers.ListField(
        child=serializers.ListField(), help_text="of a run that goes on: what was typed so far"
    )


class PartBody(Strict):
    ticket = serializers.CharField(max_length=16_384)
    started_at = serializers.IntegerField(help_text="ms since 1970 by the client's clock")
    start = serializers.IntegerField(
        min_value=0, max_value=MAX_EVENTS, help_text="how many events came before"
    )
    events = serializers.ListField(child=serializers.ListField(), min_length=1, max_length=MAX_EVENTS)


class PartKept(serializers.Serializer):
    session_id = serializers.UUIDField()
    received = serializers.IntegerField(help_text="events from the first on that arrived without a gap")
    has_gap = serializers.BooleanField(help_text="true while later ones wait for earlier ones")


class ClientBody(Strict):
    layout = serializers.CharField(max_length=32, required=False)
    input = serializers.ChoiceField(["keyboard", "ime", "touch"], required=False)
    untrusted = serializers.BooleanField(required=False)


class FinishBody(Strict):
    session_id = serializers.UUIDField()
    client = ClientBody(required=False)


class LogBody(serializers.Serializer):
    """A keystroke log, version 1."""

    v = serializers.ChoiceField([1])
    ticket = serializers.CharField()
    started_at = serializers.IntegerField(help_text="ms since 1970 by the client's clock")
    mode = serializers.ChoiceField(MODES)
    events = serializers.ListField(child=serializers.ListField())
    client = ClientBody(required=False)


class LegacyStroke(serializers.Serializer):
    expected = serializers.CharField(required=False, allow_blank=True)
    actual = serializers.CharField()
    correct = serializers.BooleanField(required=False)
    latency = serializers.FloatField(required=False)
    timestamp = serializers.FloatField(required=False)


class LegacyBody(serializers.Serializer):
    """A report of the old program; speed, accuracy and errors in it are not believed."""

    session_id = serializers.UUIDField(required=False)
    duration = serializers.FloatField(required=False)
    wpm = serializers.FloatField(required=False)
    accuracy = serializers.FloatField(required=False)
    errors = serializers.IntegerField(required=False)
    keystrokes = LegacyStroke(many=True)


class BatchBody(Strict):
    logs = serializers.ListField(child=serializers.DictField(), min_length=1, max_length=MOST_IN_A_BATCH)


class AchievementShown(serializers.Serializer):
    id = serializers.CharField()
    name = serializers.CharField()
    description = serializers.CharField()


class NextLesson(serializers.Serializer):
    id = serializers.IntegerField()
    title = serializers.CharField()
    unlocked = serializers.BooleanField()


class CompletedStats(serializers.Serializer):
    wpm = serializers.FloatField()
    accuracy = serializers.FloatField()
    improvement = serializers.CharField(allow_null=True, help_text="in words; null for a first run")


class Completed(serializers.Serializer):
    session_id = serializers.UUIDField()
    rating = serializers.IntegerField(allow_null=True, help_text="stars, 1 to 5; null for what has none")
    achievements = AchievementShown(many=True)
    next_lesson = NextLesson(allow_null=True)
    stats = CompletedStats()


class BatchItem(serializers.Serializer):
    completed = Completed(allow_null=True)
    error = serializers.DictField(allow_null=True)


class SessionShown(serializers.Serializer):
    id = serializers.UUIDField()
    kind = serializers.ChoiceField(TypingSession.Kind.choices)
    lesson = serializers.IntegerField(allow_null=True)
    minutes = serializers.IntegerField(allow_null=True)
    layout = serializers.CharField()
    started_at = serializers.DateTimeField()
    duration_ms = serializers.IntegerField()
    cpm = serializers.FloatField()
    wpm = serializers.FloatField()
    accuracy = serializers.FloatField()
    consistency = serializers.FloatField(allow_null=True)
    errors = serializers.IntegerField()
    keystrokes = serializers.IntegerField()
    stars = serializers.IntegerField(allow_null=True)
    is_ranked = serializers.BooleanField()
    flags = serializers.ListField(child=serializers.CharField())


class SessionPage(serializers.Serializer):
    items = SessionShown(many=True)
    next = serializers.CharField(allow_null=True, help_text="the cursor of the next page")


class Keystrokes(serializers.Serializer):
    mode = serializers.ChoiceField(MODES)
    text = serializers.CharField()
    events = serializers.ListField(child=serializers.ListField())


class HistoryQuery(Strict):
    course = serializers.SlugField(required=False, allow_blank=True, default="")
    kind = serializers.ChoiceField(TypingSession.Kind.choices, required=False, allow_blank=True, default="")
    layout = serializers.CharField(max_length=32, required=False, allow_blank=True, default="")
    cursor = serializers.CharField(max_length=80, required=False)


class LayoutQuery(Strict):
    layout = serializers.ChoiceField(sorted(keyboards.layouts()), required=False)


class ChartQuery(Strict):
    course = serializers.SlugField(required=False, allow_blank=True, default="")
    layout = serializers.ChoiceField(
        choices(*((code, code) for code in sorted(keyboards.layouts()))), default=""
    )
    period = serializers.ChoiceField(choices(*((period, period) for period in PERIODS)), default="")


class Content(serializers.Serializer):
    lesson = serializers.IntegerField()
    text = serializers.CharField()
    layout = serializers.CharField()
    taught = serializers.CharField(help_text="the characters taught by the end of the lesson")


class Place(serializers.Serializer):
    id = serializers.IntegerField()
    number = serializers.IntegerField()
    title = serializers.CharField()
    block = BlockShown()
    state = serializers.ChoiceField([state.value for state in State])
    stars = serializers.IntegerField(help_text="the best so far; 0 before the first run")


class CourseProgress(serializers.Serializer):
    course = serializers.CharField()
    title = serializers.CharField()
    done = serializers.IntegerField()
    lessons = serializers.IntegerField()
    stars = serializers.IntegerField()
    next_lesson = serializers.IntegerField(allow_null=True)


class RecordShown(serializers.Serializer):
    kind = serializers.ChoiceField(["run", "day", "accuracy", "minutes", "streak"])
    value = serializers.FloatField(help_text="CPM for run and day, per cent, minutes, or days")
    date = serializers.DateField()


class Summary(serializers.Serializer):
    sessions = serializers.IntegerField()
    characters = serializers.IntegerField()
    minutes = serializers.FloatField()
    best_cpm = serializers.FloatField()
    best_wpm = serializers.FloatField()
    accuracy = serializers.FloatField(allow_null=True)
    stars = serializers.IntegerField()
    lessons = serializers.IntegerField(help_text="that have stars")
    streak = serializers.IntegerField(help_text="days in a row")
    longest_streak = serializers.IntegerField()
    freezes = serializers.IntegerField(help_text="days off in hand")
    records = RecordShown(many=True)


class ChartPoint(serializers.Serializer):
    start = serializers.DateField()
    cpm = serializers.FloatField()
    wpm = serializers.FloatField()
    accuracy = serializers.FloatField()
    consistency = serializers.FloatField(allow_null=True)
    rollover = serializers.FloatField(allow_null=True)
    minutes = serializers.FloatField()


class ProgressChart(serializers.Serializer):
    period = serializers.ChoiceField(PERIODS)
    points = ChartPoint(many=True)


class WeakKey(serializers.Serializer):
    character = serializers.CharField(trim_whitespace=False)
    ms = serializers.FloatField()
    error_rate = serializers.FloatField(help_text="0 to 1")
    cost = serializers.FloatField(help_text="seconds per 1,000 characters of ordinary text")
    tries = serializers.IntegerField()


class WeakPair(serializers.Serializer):
    pair = serializers.CharField(trim_whitespace=False)
    ms = serializers.FloatField()
    cost = serializers.FloatField(help_text="seconds per 1,000 characters of ordinary text")
    tries = serializers.IntegerField()


class WeakKeys(serializers.Serializer):
    layout = serializers.CharField(
        allow_null=True, help_text="the one typed on last, unless asked for another"
    )
    keys = WeakKey(many=True)
    pairs = WeakPair(many=True)


class BoardQuery(Strict):
    language = serializers.ChoiceField(Language.choices, required=False)
    course = serializers.SlugField(required=False)
    number = serializers.IntegerField(min_value=1, max_value=999, required=False)
    period = serializers.ChoiceField(boards.Period.choices, default=boards.Period.WEEK)


class BoardPlace(serializers.Serializer):
    place = serializers.IntegerField()
    name = serializers.CharField()
    cpm = serializers.FloatField()
    accuracy = serializers.FloatField()
    is_own = serializers.BooleanField()


class Board(serializers.Serializer):
    period = serializers.ChoiceField(boards.Period.choices)
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


EXAMPLE_STARTED: dict[str, Any] = {
    "sessionId": EXAMPLE_ID,
    "ticket": EXAMPLE_TICKET,
    "text": "fjf jfj ffj jjf",
    "layout": "en-qwerty",
    "mode": "stop",
    "minutes": None,
    "startedAt": None,
    "events": [],
}
EXAMPLE_PART = {
    "ticket": EXAMPLE_TICKET,
    "startedAt": 1_795_000_000_000,
    "start": 0,
    "events": EXAMPLE_EVENTS,
}
EXAMPLE_KEPT = {"sessionId": EXAMPLE_ID, "received": 3, "hasGap": False}
EXAMPLE_LOG = {
    "v": 1,
    "ticket": EXAMPLE_TICKET,
    "startedAt": 1_795_000_000_000,
    "mode": "stop",
    "events": EXAMPLE_EVENTS,
    "client": {"layout": "en-qwerty", "input": "keyboard"},
}
EXAMPLE_COMPLETED = {
    "sessionId": EXAMPLE_ID,
    "rating": 4,
    "achievements": [{"id": "first-lesson", "name": "The first lesson", "description": "Finish a lesson."}],
    "nextLesson": {"id": 2, "title": "The middle fingers: D and K", "unlocked": True},
    "stats": {"wpm": 31.4, "accuracy": 96.8, "improvement": "+3 WPM from last session"},
}
EXAMPLE_SESSION: dict[str, Any] = {
    "id": EXAMPLE_ID,
    "kind": "lesson",
    "lesson": 1,
    "minutes": None,
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
EXAMPLE_SUMMARY = {
    "sessions": 42,
    "characters": 12_400,
    "minutes": 81.5,
    "bestCpm": 201.3,
    "bestWpm": 40.3,
    "accuracy": 95.9,
    "stars": 61,
    "lessons": 15,
    "streak": 6,
    "longestStreak": 9,
    "freezes": 1,
    "records": [{"kind": "run", "value": 201.3, "date": "2026-11-20"}],
}
EXAMPLE_PROGRESS = [
    {"course": "en", "title": "English: QWERTY", "done": 15, "lessons": 99, "stars": 61, "nextLesson": 16}
]
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


class CourseLessons(Endpoint):
    errors = (404,)
    is_open = True

    @extend_schema(
        parameters=[COURSE_ID],
        responses={200: Place(many=True)},
        examples=[
            example(
                [
                    {
                        "id": 1,
                        "number": 1,
                        "title": "The index fingers: F and J",
                        "block": {"id": 1, "title": "The home row"},
                        "state": "done",
                        "stars": 4,
                    }
                ]
            )
        ],
        summary="The lessons of a course, with where the learner stands in each",
    )
    def get(self, request: Request, course: str) -> Response:
        found = get_object_or_404(Course, slug=course)
        drawn = course_map(found, request.user, now=timezone.now())
        places = [
            {
                "id": place.lesson.pk,
                "number": place.lesson.number,
                "title": place.lesson.title,
                "block": {"id": block.pk, "title": block.title},
                "state": place.state.value,
                "stars": place.stars,
            }
            for block, of_block in drawn.blocks
            for place in of_block
        ]
        return Response(places)


class LessonContent(Open):
    errors = (402, 403, 404)

    @extend_schema(
        parameters=[LESSON_ID, IF_NONE_MATCH],
        responses={200: Content},
        examples=[example({"lesson": 1, "text": "fjf jfj ffj", "layout": "en-qwerty", "taught": " fj"})],
        summary="The text of a lesson that may be typed now",
    )
    def get(self, request: Request, lesson: int) -> HttpResponseBase:
        exercise = _exercise(request.user, lesson)
        layout = layout_for(request.user, exercise).code
        made = {
            "lesson": lesson,
            "text": exercise.text.body,
            "layout": layout,
            "taught": "".join(sorted(exercise.taught)),
        }
        return self.tagged(request, f"{exercise.text.pk} {layout} {made['taught']}", lambda: made)


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
        left = opened.of_lesson(user, lesson)
        if left and asked["anew"]:
            opened.forget(left.id, user)
        elif left and tickets.open_ticket(left.signed).text == exercise.text.pk:
            return Response(_started(tickets.open_ticket(left.signed), left.signed, exercise.text.body, left))
        return Response(begin(user, exercise, mode=asked["mode"]))


class StartTest(Endpoint):
    @extend_schema(
        request=TestBody,
        responses={200: Started},
        examples=[
            example({"language": "en", "minutes": 1, "difficulty": "ordinary"}, of_request=True),
            example(EXAMPLE_STARTED | {"mode": "free", "minutes": 1}),
        ],
        summary="Begin a timed test on a fresh text",
    )
    def post(self, request: Request) -> Response:
        asked = self.asked(TestBody, request.data)
        user = cast(User, request.user)
        exercise = timed_exercise(
            asked["language"], asked["minutes"], asked["difficulty"], is_extendable=asked["is_extendable"]
        )
        return Response(begin(user, exercise))


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
        return Response(_keep(self, request))


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
        return Response(_keep(self, request, lesson))


class CompleteLesson(Endpoint):
    errors = (402, 403, 404, 409, 410)

    @extend_schema(
        parameters=[LESSON_ID, IDEMPOTENCY_KEY],
        request={"application/json": LogBody},
        responses={200: Completed},
        examples=[
            example(EXAMPLE_LOG, of_request=True),
            OpenApiExample(
                "legacy",
                {
                    "duration": 61.2,
                    "wpm": 31.4,
                    "accuracy": 96.8,
                    "errors": 5,
                    "keystrokes": [
                        {
                            "expected": "f",
                            "actual": "f",
                            "correct": True,
                            "latency": 0,
                            "timestamp": 1_795_000_000_000,
                        }
                    ],
                },
                request_only=True,
            ),
            example(EXAMPLE_COMPLETED),
        ],
        summary="Score a finished lesson",
        description="Takes a keystroke log, or a report of the old program, which is not ranked. The same again "
        "answers the same again.",
    )
    def post(self, request: Request, lesson: int) -> Response:
        now = timezone.now()
        body = _body(request)
        if "keystrokes" not in body:
            return Response(_record(request, log_of(body), now, lesson=lesson))
        log = log_of_legacy(body, now_ms=round(now.timestamp() * 1000))
        user = cast(User, request.user)
        exercise = _lesson_exercise(lesson)
        session = _legacy_session(request, body, user, lesson, log)
        ticket = ticket_for(user, exercise, exercise.layout, log.mode, now=now)
        ticket = replace(
            ticket, session=session, issued_at=datetime.fromtimestamp(log.started_at_ms / 1000, UTC)
        )
        return Response(
            _completed(recording.record_session(ticket=ticket, learner=user, log=log, now=now), now)
        )


class FinishSession(Endpoint):
    errors = (402, 403, 404, 409, 410)

    @extend_schema(
        request={"application/json": FinishBody},
        responses={200: Completed},
        examples=[
            example({"sessionId": EXAMPLE_ID}, of_request=True),
            OpenApiExample("log", EXAMPLE_LOG, request_only=True),
            example(EXAMPLE_COMPLETED),
        ],
        summary="Finish a session",
        description="An open one by its id, once all its keystrokes are there; or any, with its whole log.",
    )
    def post(self, request: Request) -> Response:
        now = timezone.now()
        body = _body(request)
        if "v" in body or "events" in body:
            return Response(_record(request, log_of(body), now))
        asked = self.asked(FinishBody, body)
        try:
            session = opened.finish(
                session_id=asked["session_id"],
                learner=cast(User, request.user),
                client=asked.get("client", {}),
                now=now,
            )
        except opened.NotOpen as error:
            raise Http404 from error
        except opened.Incomplete as error:
            message = _("Keystrokes are missing: %(received)s arrived without a gap.")
            raise Conflict(message % {"received": error.received}, code="incomplete") from error
        return Response(_completed(session, now))


class Batch(Endpoint):
    def count(self, request: HttpRequest, user: User | None) -> limits.Verdict:
        return limits.of_batch(user) if user else super().count(request, user)

    @extend_schema(
        request=BatchBody,
        responses={200: BatchItem(many=True)},
        examples=[
            example({"logs": [EXAMPLE_LOG]}, of_request=True),
            example([{"completed": EXAMPLE_COMPLETED, "error": None}]),
        ],
        summary="Send up to 50 sessions that were typed offline",
        description="Each is recorded, or not, for itself, in the order of the answers. Counted apart from other "
        "requests.",
    )
    def post(self, request: Request) -> Response:
        logs = self.asked(BatchBody, request.data)["logs"]
        return Response([_one_of_batch(request, log, timezone.now()) for log in logs])


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
            return Response({"items": [], "next": None})
        items = [_session(session) for session in found.sessions]
        return Response({"items": items, "next": str(found.older) if found.older else None})


class OneSession(Endpoint):
    errors = (404,)

    @extend_schema(
        parameters=[SESSION_ID],
        responses={200: SessionShown},
        examples=[example(EXAMPLE_SESSION)],
        summary="One of one's own sessions",
    )
    def get(self, request: Request, session: uuid.UUID) -> Response:
        return Response(_session(owned_or_404(TypingSession.objects.filter(pk=session), request.user)))

    @extend_schema(
        parameters=[SESSION_ID],
        responses={200: None},
        summary="Delete a session; what it added to every figure goes with it",
    )
    def delete(self, request: Request, session: uuid.UUID) -> Response:
        found = owned_or_404(TypingSession.objects.filter(pk=session), request.user)
        try:
            delete_session(session_id=found.pk, learner=cast(User, request.user), now=timezone.now())
        except TypingSession.DoesNotExist as error:
            raise Http404 from error
        return Response(None)


class SessionKeystrokes(Endpoint):
    errors = (404,)

    @extend_schema(
        parameters=[SESSION_ID],
        responses={200: Keystrokes},
        examples=[example({"mode": "stop", "text": "fjf", "events": EXAMPLE_EVENTS})],
        summary="The keystrokes of one of one's own sessions",
    )
    def get(self, request: Request, session: uuid.UUID) -> Response:
        sessions = TypingSession.objects.select_related("text").filter(pk=session)
        found = keys_of(owned_or_404(sessions, request.user))
        if found is None:
            raise Http404
        return Response(found)


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
            issued = certificates.issue(session=found, name=name, now=timezone.now())
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
        found = certificates.find(code)
        if found is None:
            raise Http404
        return Response(_certificate(found))


class StatsSummary(Endpoint):
    @extend_schema(
        responses={200: Summary},
        examples=[example(EXAMPLE_SUMMARY)],
        summary="What all practice adds up to",
    )
    def get(self, request: Request) -> Response:
        return Response(_summary(cast(User, request.user)))


class ProgressOverview(Endpoint):
    @extend_schema(
        responses={200: CourseProgress(many=True)},
        examples=[example(EXAMPLE_PROGRESS)],
        summary="How far one is in every course",
    )
    def get(self, request: Request) -> Response:
        return Response(_progress(cast(User, request.user)))


class ProgressOf(Endpoint):
    errors = (404,)

    @extend_schema(
        parameters=[OpenApiParameter("user", OpenApiTypes.UUID, OpenApiParameter.PATH)],
        responses={200: CourseProgress(many=True)},
        examples=[example(EXAMPLE_PROGRESS)],
        summary="How far a learner is: oneself, or anybody for support and admins",
    )
    def get(self, request: Request, user: uuid.UUID) -> Response:
        learner = learner_or_404(cast(User, request.user), user)
        return Response(_progress(learner))


class ProgressChartOf(Endpoint):
    errors = (404,)

    @extend_schema(
        parameters=[
            OpenApiParameter("course", OpenApiTypes.STR),
            OpenApiParameter("layout", OpenApiTypes.STR),
            OpenApiParameter(
                "period", OpenApiTypes.STR, enum=PERIODS, description="left out: the shortest that fits"
            ),
        ],
        responses={200: ProgressChart},
        examples=[
            example(
                {
                    "period": "day",
                    "points": [
                        {
                            "start": "2026-11-20",
                            "cpm": 157.0,
                            "wpm": 31.4,
                            "accuracy": 96.8,
                            "consistency": 71.2,
                            "rollover": 4.1,
                            "minutes": 12.5,
                        }
                    ],
                }
            )
        ],
        summary="Speed, accuracy and evenness over time",
    )
    def get(self, request: Request) -> Response:
        asked = self.asked(ChartQuery, request.query_params.dict())
        course = get_object_or_404(Course, slug=asked["course"]) if asked["course"] else None
        layouts = [asked["layout"]] if asked["layout"] else None
        practised = practice_of(cast(User, request.user), course=course, layouts=layouts)
        period, points = points_of(practised, asked["period"])
        shown = [
            {
                "start": point.start,
                "cpm": round(point.cpm, 1),
                "wpm": _wpm(point.cpm),
                "accuracy": round(point.accuracy, 1),
                "consistency": _rounded(point.consistency),
                "rollover": _rounded(point.rollover),
                "minutes": round(point.minutes, 1),
            }
            for point in points
        ]
        return Response({"period": period, "points": shown})


class StatsWeakKeys(Endpoint):
    @extend_schema(
        parameters=[OpenApiParameter("layout", OpenApiTypes.STR)],
        responses={200: WeakKeys},
        examples=[
            example(
                {
                    "layout": "en-qwerty",
                    "keys": [{"character": "p", "ms": 412.0, "errorRate": 0.081, "cost": 1.94, "tries": 88}],
                    "pairs": [{"pair": "pr", "ms": 530.0, "cost": 1.02, "tries": 31}],
                }
            )
        ],
        summary="What costs the most time, the costliest first",
    )
    def get(self, request: Request) -> Response:
        user = cast(User, request.user)
        layout = self.asked(LayoutQuery, request.query_params.dict()).get("layout") or _last_layout(user)
        if layout is None:
            return Response({"layout": None, "keys": [], "pairs": []})
        skill = skill_of(user, layout)
        keys = [
            {
                "character": key.character,
                "ms": round(key.ms, 1),
                "error_rate": round(key.error_rate, 4),
                "cost": round(key.cost, 3),
                "tries": round(key.tries),
            }
            for key in costly_keys(skill, layout)
        ]
        pairs = [
            {
                "pair": pair.pair,
                "ms": round(pair.ms, 1),
                "cost": round(pair.cost, 3),
                "tries": round(pair.tries),
            }
            for pair in costly_pairs(skill, layout)[:MOST_PAIRS]
        ]
        return Response({"layout": layout, "keys": keys, "pairs": pairs})


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
            OpenApiParameter("period", OpenApiTypes.STR, enum=boards.Period.values),
        ],
        responses={200: Board},
        examples=[example({"period": "week", "places": [EXAMPLE_PLACE], "own": EXAMPLE_PLACE})],
        summary="The fastest on a lesson or in a language",
    )
    def get(self, request: Request) -> Response:
        asked = self.asked(BoardQuery, request.query_params.dict())
        try:
            board, _lesson = boards.named(_board_name(asked))
        except boards.NoSuchBoard as error:
            raise Http404 from error
        now, user = timezone.now(), request.user if request.user.is_authenticated else None
        places = [_place(place, user) for place in boards.standings(board, asked["period"], now=now)]
        own = boards.place_of(user, board, asked["period"], now=now) if user and user.board_name else None
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
            boards.join(user.pk, name, now=timezone.now())
        except boards.NameTaken as error:
            raise Conflict(_("Somebody goes by that name already."), code="name_taken") from error
        return Response({"name": name})

    @extend_schema(responses={200: None}, summary="Take part in the leaderboards no more")
    def delete(self, request: Request) -> Response:
        boards.leave(account_only(request.user).pk)
        return Response(None)


def begin(user: User, exercise: Exercise, *, mode: str = "") -> dict[str, Any]:
    """A new run of an exercise, with its ticket; writes nothing."""
    layout = layout_for(user, exercise).code
    ticket = ticket_for(user, exercise, layout, mode or exercise.mode, now=timezone.now())
    return _started(ticket, tickets.issue(ticket), exercise.text.body)


def _exercise(user: Any, lesson: int) -> Exercise:
    """A lesson that the learner may type now. Raises Http404 or a LessonClosed."""
    exercise = _lesson_exercise(lesson)
    require_access(user, cast(Lesson, exercise.lesson), now=timezone.now())
    return exercise


def _lesson_exercise(lesson: int) -> Exercise:
    found = copy(placed(lesson))
    if found is None or found.text_id is None:
        raise Http404
    found.text = TypingText(sha256=str(found.text_id), body=text_of(str(found.text_id)))
    return lesson_exercise(found)


def _started(
    ticket: tickets.Ticket, signed: str, text: str, left: opened.Opened | None = None
) -> dict[str, Any]:
    return {
        "session_id": ticket.session,
        "ticket": signed,
        "text": text,
        "layout": ticket.layout,
        "mode": ticket.mode,
        "minutes": ticket.minutes,
        "started_at": left.started_at_ms if left else None,
        "events": left.events if left else [],
    }


def _keep(endpoint: Endpoint, request: Request, lesson: int | None = None) -> dict[str, Any]:
    asked = endpoint.asked(PartBody, request.data)
    now = timezone.now()
    ticket = tickets.open_ticket(asked["ticket"])
    if lesson is not None and ticket.lesson != lesson:
        raise tickets.InvalidTicket
    with transaction.atomic():
        kept = opened.append(
            signed=asked["ticket"],
            ticket=ticket,
            learner=_learner(request, ticket, now),
            started_at_ms=asked["started_at"],
            start=asked["start"],
            events=asked["events"],
            now=now,
        )
    return {"session_id": kept.id, "received": len(kept.events), "has_gap": kept.missing}


def _learner(request: Request, ticket: tickets.Ticket, now: datetime) -> User:
    return guests.claim(cast(HttpRequest, request), learner_id=ticket.learner, minted=ticket.minted, now=now)


def _body(request: Request) -> Mapping[str, Any]:
    if not isinstance(request.data, dict):
        raise ValidationError([_("An object is expected.")])
    return request.data


def _record(request: Request, log: Log, now: datetime, *, lesson: int | None = None) -> dict[str, Any]:
    ticket = tickets.open_ticket(log.ticket)
    if lesson is not None and ticket.lesson != lesson:
        raise tickets.InvalidTicket
    with transaction.atomic():
        learner = _learner(request, ticket, now)
        session = recording.record_session(ticket=ticket, learner=learner, log=log, now=now)
    return _completed(session, now)


def _one_of_batch(request: Request, document: Any, now: datetime) -> dict[str, Any]:
    try:
        return {"completed": _record(request, log_of(document), now), "error": None}
    except REFUSED as error:
        refusal = explain(error)
        return {"completed": None, "error": {"code": refusal.code, "message": refusal.message}}


def _legacy_session(
    request: Request, body: Mapping[str, Any], user: User, lesson: int, log: Log
) -> uuid.UUID:
    """The id a legacy report is stored under: its own, that of its key, or one its keystrokes make."""
    if "session_id" in body:
        asked = serializers.UUIDField().run_validation(body["session_id"])
        return uuid.uuid5(user.pk, str(asked))
    key = request.headers.get("Idempotency-Key", "")[:100] or digest(log)
    return uuid.uuid5(user.pk, f"{lesson} {key}")


def _completed(session: TypingSession, now: datetime) -> dict[str, Any]:
    outcome = outcome_of(session, now=now)
    following = outcome.next_lesson
    return {
        "session_id": session.pk,
        "rating": session.stars,
        "achievements": [
            {"id": one.code, "name": str(one.name), "description": str(one.how)} for one in outcome.earned
        ],
        "next_lesson": {
            "id": following.pk,
            "title": following.title,
            "unlocked": outcome.next_closed is None,
        }
        if following
        else None,
        "stats": {
            "wpm": _wpm(session.cpm),
            "accuracy": round(session.accuracy, 1),
            "improvement": _improvement(outcome),
        },
    }


def _improvement(outcome: Outcome) -> str | None:
    if outcome.gain is None:
        return None
    gain = round(outcome.gain / CPM_PER_WPM)
    return _("%(gain)s WPM from last session") % {"gain": f"{gain:+d}".replace("-", "−") if gain else "±0"}


def _session(session: TypingSession) -> dict[str, Any]:
    return {
        "id": session.pk,
        "kind": session.kind,
        "lesson": session.lesson_id,
        "minutes": session.minutes,
        "layout": session.layout,
        "started_at": session.started_at,
        "duration_ms": session.duration_ms,
        "cpm": round(session.cpm, 1),
        "wpm": _wpm(session.cpm),
        "accuracy": round(session.accuracy, 1),
        "consistency": _rounded(session.consistency),
        "errors": session.errors,
        "keystrokes": session.keystrokes,
        "stars": session.stars,
        "is_ranked": session.ranked,
        "flags": session.flags,
    }


def _summary(user: User) -> dict[str, Any]:
    days = practice_of(user)
    today = timezone.now().astimezone(ZoneInfo(user.timezone)).date()
    stars, _possible = stars_of(user, Filters())
    characters = sum(day.characters for day in days)
    row = streak((day.date for day in days), today=today)
    best = max((day.best_cpm for day in days), default=0.0)
    return {
        "sessions": sum(day.sessions for day in days),
        "characters": characters,
        "minutes": round(sum(day.duration_ms for day in days) / 60_000, 1),
        "best_cpm": round(best, 1),
        "best_wpm": _wpm(best),
        "accuracy": round(sum(day.accuracy_sum for day in days) / characters, 1) if characters else None,
        "stars": sum(stars),
        "lessons": len(stars),
        "streak": row.days,
        "longest_streak": row.longest,
        "freezes": row.freezes,
        "records": [
            {"kind": one.kind, "value": round(one.value, 1), "date": one.date}
            for one in [*records(days), *streak_record(day.date for day in days)]
        ],
    }


def _progress(user: User) -> list[dict[str, Any]]:
    now = timezone.now()
    return [_of_course(course_map(course, user, now=now)) for course in Course.objects.all()]


def _of_course(drawn: Map) -> dict[str, Any]:
    return {
        "course": drawn.course.slug,
        "title": drawn.course.title,
        "done": drawn.done,
        "lessons": len(drawn.places),
        "stars": sum(place.stars for place in drawn.places),
        "next_lesson": drawn.next.pk if drawn.next else None,
    }


def _last_layout(user: User) -> str | None:
    return DailyStat.objects.filter(user=user).order_by("-date").values_list("layout", flat=True).first()


def _board_name(asked: Mapping[str, Any]) -> str:
    if "course" in asked or "number" in asked:
        return f"{asked.get('course', '')}/{asked.get('number', '')}"
    return cast(str, asked.get("language", Language.EN))


def _place(place: boards.Place, user: User | None) -> dict[str, Any]:
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
        "wpm": _wpm(session.cpm),
        "accuracy": round(session.accuracy, 1),
        "is_valid": session.ranked,
        "url": issued.get_absolute_url(),
    }


def _wpm(cpm: float) -> float:
    return round(cpm / CPM_PER_WPM, 1)


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 1)
