"""Typing through the API."""

import uuid
from collections.abc import Mapping
from copy import copy
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Final, cast

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import guests, limits
from accounts.endpoints import Conflict, Endpoint, Strict
from accounts.models import Language, User
from lessons.api import IF_NONE_MATCH, LESSON_ID, Open, example
from lessons.models import Lesson, TypingText, text_of
from lessons.outlines import placed

from . import opened, recording, tickets
from .access import require_access
from .legacy import digest, log_of_legacy
from .logs import MAX_EVENTS, Log, log_of
from .models import TypingSession
from .practice import MODES, Exercise, layout_for, lesson_exercise, ticket_for
from .refusals import REFUSED, explain
from .results import Outcome, outcome_of
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


class Content(serializers.Serializer):
    lesson = serializers.IntegerField()
    text = serializers.CharField()
    layout = serializers.CharField()
    taught = serializers.CharField(help_text="the characters taught by the end of the lesson")


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
            "wpm": wpm(session.cpm),
            "accuracy": round(session.accuracy, 1),
            "improvement": _improvement(outcome),
        },
    }


def _improvement(outcome: Outcome) -> str | None:
    if outcome.gain is None:
        return None
    gain = round(outcome.gain / CPM_PER_WPM)
    return _("%(gain)s WPM from last session") % {"gain": f"{gain:+d}".replace("-", "−") if gain else "±0"}


def wpm(cpm: float) -> float:
    return round(cpm / CPM_PER_WPM, 1)
