"""Finished sessions through the API: taken whole, in batches, as the old program reported them, or closed."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final, cast

from django.db import transaction
from django.http import Http404, HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import (
    OpenApiExample,
    OpenApiParameter,
    PolymorphicProxySerializer,
    extend_schema,
)
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import limits
from accounts.endpoints import Conflict, Endpoint, Strict
from accounts.models import User
from accounts.units import in_unit, nearest
from lessons.api import LESSON_ID, example
from progress.api.fields import Events, Reached, Wpm
from progress.api.typing import (
    EXAMPLE_EVENTS,
    EXAMPLE_ID,
    EXAMPLE_TICKET,
    learner_of,
    ready_lesson,
)
from progress.exercises import tickets
from progress.exercises.exercise import MODES, Exercise, lesson_exercise, ticket_for
from progress.figures.results import Outcome, outcome_of
from progress.keystrokes.legacy import digest, log_of_legacy
from progress.keystrokes.logs import MAX_EVENTS, Log, log_of
from progress.keystrokes.replay import LONGEST_TEXT, Replay, replay
from progress.models import LessonProgress
from progress.recording import open_sessions, record
from progress.recording.reports import id_of_report, name_of_report
from progress.refusals import REFUSED, explain

MOST_IN_A_BATCH: Final = 50
EARLIER: Final = 20
"""Runs before the one that is due whose text a report may have typed."""
SURELY_WRONG: Final = 0.1
"""The share of mistakes up to which a report is surely of the text that it types to its end."""
LONGEST_NAME: Final = 100
CLIENT_ID: Final = r"^[^\x00-\x20/\x7f-\xa0]+( [^\x00-\x20/\x7f-\xa0]+)*$(?!\n)"
"""Visible characters with single spaces between them; no slash, as it comes in addresses."""
IDEMPOTENCY_KEY = OpenApiParameter(
    "Idempotency-Key",
    OpenApiTypes.STR,
    OpenApiParameter.HEADER,
    description=f"Any text up to {LONGEST_NAME} characters that names this run, for a report of the old program "
    "without `sessionId`",
)


def one_of(name: str, *kinds: type[serializers.Serializer]) -> PolymorphicProxySerializer:
    """For the description: a body of one of several kinds."""
    return PolymorphicProxySerializer(name, list(kinds), resource_type_field_name=None)


class ClientBody(Strict):
    layout = serializers.CharField(max_length=32, required=False, help_text="not read: the ticket knows it")
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
    mode = serializers.ChoiceField(MODES, help_text="as `start` answered it")
    events = Events()
    client = ClientBody(required=False)


class LegacyStroke(serializers.Serializer):
    expected = serializers.CharField(
        required=False, allow_blank=True, allow_null=True, help_text="tells whether a mistake was passed over"
    )
    actual = serializers.CharField(
        trim_whitespace=False,
        max_length=LONGEST_TEXT,
        help_text="what was typed, or `Backspace`, `Enter`, `Space`",
    )
    correct = serializers.BooleanField(required=False, allow_null=True, help_text="not read")
    latency = serializers.FloatField(
        required=False, allow_null=True, help_text="ms since the key before; that of the first is not read"
    )
    timestamp = serializers.FloatField(
        required=False, allow_null=True, help_text="ms; read where there is no `latency`"
    )


class LegacyBody(serializers.Serializer):
    """A report of the old program."""

    session_id = serializers.RegexField(
        CLIENT_ID,
        max_length=LONGEST_NAME,
        trim_whitespace=False,
        required=False,
        allow_null=True,
        help_text="what the program calls the run: `sessions/{session}` finds it by that, and the same run reported "
        "again is one session",
    )
    duration = serializers.FloatField(required=False, help_text="not read, nor the next three")
    wpm = serializers.FloatField(required=False)
    accuracy = serializers.FloatField(required=False)
    errors = serializers.IntegerField(required=False)
    keystrokes = serializers.ListField(child=LegacyStroke(), min_length=1, max_length=MAX_EVENTS)


class BatchBody(Strict):
    logs = serializers.ListField(child=serializers.DictField(), min_length=1, max_length=MOST_IN_A_BATCH)


class AchievementShown(serializers.Serializer):
    id = serializers.CharField(source="code")
    name = serializers.CharField()
    description = serializers.CharField(source="how")


class NextLesson(serializers.Serializer):
    id = serializers.IntegerField(source="next_lesson.pk")
    title = serializers.CharField(source="next_lesson.title")
    unlocked = serializers.BooleanField(source="next_open")

    def get_attribute(self, outcome: Outcome) -> Outcome | None:
        return outcome if outcome.next_lesson else None


class Improvement(serializers.CharField):
    """What changed in speed since the last session of the same lesson, in words; None for the first."""

    def get_attribute(self, outcome: Outcome) -> Outcome | None:
        return None if outcome.previous_cpm is None else outcome

    def to_representation(self, outcome: Outcome) -> str:
        now, before = outcome.session.cpm, outcome.previous_cpm or 0.0
        gain = int(nearest(in_unit(now, "wpm") - in_unit(before, "wpm")))
        return _("%(gain)s WPM from last session") % {
            "gain": f"{gain:+d}".replace("-", "−") if gain else "±0"
        }


class CompletedStats(serializers.Serializer):
    wpm = Wpm(source="session.cpm")
    accuracy = Reached(source="session.accuracy")
    improvement = Improvement(source="*", allow_null=True, help_text="in words; null for a first run")


class Completed(serializers.Serializer):
    session_id = serializers.UUIDField(source="session.pk")
    rating = serializers.IntegerField(
        source="session.stars", allow_null=True, help_text="stars, 1 to 5; null for what has none"
    )
    achievements = AchievementShown(source="earned", many=True)
    next_lesson = NextLesson(source="*", allow_null=True)
    stats = CompletedStats(source="*")


class BatchItem(serializers.Serializer):
    completed = Completed(allow_null=True)
    error = serializers.DictField(allow_null=True)


EXAMPLE_LOG = {
    "v": 1,
    "ticket": EXAMPLE_TICKET,
    "startedAt": 1_795_000_000_000,
    "mode": "stop",
    "events": EXAMPLE_EVENTS,
    "client": {"input": "keyboard"},
}
EXAMPLE_LEGACY = {
    "sessionId": "sess_abc123",
    "duration": 1.3,
    "wpm": 46.98,
    "accuracy": 83.33,
    "errors": 1,
    "keystrokes": [
        {"expected": "f", "actual": "f", "correct": True, "latency": 0, "timestamp": 1_795_000_000_000},
        {"expected": "j", "actual": "j", "correct": True, "latency": 181, "timestamp": 1_795_000_000_181},
        {"expected": "f", "actual": "d", "correct": False, "latency": 165, "timestamp": 1_795_000_000_346},
        {"expected": " ", "actual": " ", "correct": True, "latency": 592, "timestamp": 1_795_000_000_938},
        {"expected": "j", "actual": "j", "correct": True, "latency": 171, "timestamp": 1_795_000_001_109},
        {"expected": "f", "actual": "f", "correct": True, "latency": 168, "timestamp": 1_795_000_001_277},
    ],
}
"""`EXAMPLE_TEXT` by a program that goes on after a mistake."""
EXAMPLE_COMPLETED = {
    "sessionId": EXAMPLE_ID,
    "rating": 4,
    "achievements": [{"id": "first-lesson", "name": "The first step", "description": "Finish a lesson."}],
    "nextLesson": {"id": 2, "title": "The middle fingers: D and K", "unlocked": True},
    "stats": {"wpm": 31.4, "accuracy": 96.8, "improvement": "+3 WPM from last session"},
}


class CompleteLesson(Endpoint):
    errors = (402, 403, 404, 409, 410)

    @extend_schema(
        parameters=[LESSON_ID, IDEMPOTENCY_KEY],
        request={"application/json": one_of("LogOrReport", LogBody, LegacyBody)},
        responses={200: Completed},
        examples=[
            example(EXAMPLE_LOG, of_request=True),
            OpenApiExample("legacy", EXAMPLE_LEGACY, request_only=True),
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
            return self.answer(Completed, _record(request, log_of(body), now, lesson=lesson))
        user = cast(User, request.user)
        exercise, log = _reported(user, lesson, body, now_ms=round(now.timestamp() * 1000))
        session = id_of_report(user, _name_of_report(request, body, lesson, log))
        ticket = ticket_for(user, exercise, exercise.layout, log.mode, now=now)
        # Nothing proves when it was typed but that it has arrived.
        ticket = replace(
            ticket,
            session=session,
            issued_at=now - timedelta(milliseconds=sum(event.dt for event in log.events)),
        )
        recorded = record.record_session(ticket=ticket, learner=user, log=log, now=now, is_report=True)
        return self.answer(Completed, outcome_of(recorded, now=now))


def _reported(user: User, lesson: int, body: Mapping[str, Any], *, now_ms: int) -> tuple[Exercise, Log]:
    """The exercise that a report is of, with its log: the run that is due, an earlier one or another text of the
    lesson, whichever the report types to its end with the fewest mistakes; else the one that is due."""
    found = ready_lesson(lesson).lesson
    runs = LessonProgress.objects.filter(user=user, lesson=found).values_list("runs", flat=True).first() or 0
    tried: list[tuple[Exercise, Log, Replay]] = []
    for run in dict.fromkeys((*range(runs, max(runs - EARLIER, -1), -1), *range(len(found.bodies)))):
        exercise = lesson_exercise(found, user, runs=run)
        log = log_of_legacy(body, exercise.text.body, now_ms=now_ms)
        played = replay(exercise.text.body, log.events, log.mode)
        tried.append((exercise, log, played))
        if played.finished and played.wrong <= SURELY_WRONG * len(played.strokes):
            break
    typed = [one for one in tried if one[2].finished] or tried[:1]
    exercise, log, _played = min(typed, key=lambda one: one[2].wrong)
    return exercise, log


class FinishSession(Endpoint):
    errors = (402, 403, 404, 409, 410)

    @extend_schema(
        request={"application/json": one_of("LogOrSession", FinishBody, LogBody)},
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
            return self.answer(Completed, _record(request, log_of(body), now))
        asked = self.asked(FinishBody, body)
        try:
            recorded = open_sessions.finish_open_session(
                session_id=asked["session_id"],
                learner=cast(User, request.user),
                client=asked.get("client", {}),
                now=now,
            )
        except open_sessions.NotOpen as error:
            raise Http404 from error
        except open_sessions.Incomplete as error:
            message = _("Keystrokes are missing: %(received)s arrived without a gap.")
            raise Conflict(message % {"received": error.received}, code="incomplete") from error
        return self.answer(Completed, outcome_of(recorded, now=now))


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
        return self.answer(
            BatchItem, [_one_of_batch(request, log, timezone.now()) for log in logs], many=True
        )


def _body(request: Request) -> Mapping[str, Any]:
    if not isinstance(request.data, dict):
        raise ValidationError([_("An object is expected.")])
    return request.data


def _record(request: Request, log: Log, now: datetime, *, lesson: int | None = None) -> Outcome:
    ticket = tickets.open_ticket(log.ticket, lesson=lesson)
    with transaction.atomic():
        learner = learner_of(request, ticket, now)
        recorded = record.record_session(ticket=ticket, learner=learner, log=log, now=now)
    return outcome_of(recorded, now=now)


def _one_of_batch(request: Request, document: Any, now: datetime) -> dict[str, Any]:
    try:
        return {"completed": _record(request, log_of(document), now), "error": None}
    except REFUSED as error:
        refusal = explain(error)
        return {"completed": None, "error": {"code": refusal.code, "message": refusal.message}}


def _name_of_report(request: Request, body: Mapping[str, Any], lesson: int, log: Log) -> str:
    """A legacy report goes by the id its program gave it, else by its key, else by its keystrokes."""
    if (told := body.get("session_id")) is not None:
        field = LegacyBody().fields["session_id"]
        try:
            return name_of_report(field.run_validation(told))
        except ValidationError as error:
            raise ValidationError({"session_id": error.detail}) from error
    key = request.headers.get("Idempotency-Key", "")
    if len(key) > LONGEST_NAME:
        told = serializers.CharField.default_error_messages["max_length"].format(max_length=LONGEST_NAME)
        raise ValidationError({"Idempotency-Key": [told]})
    return f"{lesson} {key or digest(log)}"
