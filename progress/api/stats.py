"""What all practice adds up to, through the API."""

import uuid
from typing import Any, cast
from zoneinfo import ZoneInfo

from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.access import learner_or_404
from accounts.endpoints import Endpoint, Strict, choices
from accounts.models import User
from lessons import keyboards
from lessons.api import COURSE_ID, BlockShown, example
from lessons.models import Course
from progress.api.typing import rounded, wpm
from progress.figures.dashboard import MOST_PAIRS, Filters, stars_of
from progress.figures.days import PERIODS, points_of, practice_of, records, streak_record
from progress.figures.maps import Map, State, course_map, course_maps
from progress.figures.streaks import streak
from progress.keystrokes.costs import costly_keys, costly_pairs, weak_keys
from progress.models import DailyStat, SkillProfile


class LayoutQuery(Strict):
    layout = serializers.ChoiceField(sorted(keyboards.layouts()), required=False)


class ChartQuery(Strict):
    course = serializers.SlugField(required=False, allow_blank=True, default="")
    layout = serializers.ChoiceField(
        choices(*((code, code) for code in sorted(keyboards.layouts()))), default=""
    )
    period = serializers.ChoiceField(choices(*((period, period) for period in PERIODS)), default="")


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
    is_weak = serializers.BooleanField(
        help_text="one that holds the learner back: named by the result, drilled"
    )


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
EXAMPLE_WEAK_KEY = {
    "character": "p",
    "ms": 412.0,
    "errorRate": 0.081,
    "cost": 1.94,
    "tries": 88,
    "isWeak": True,
}
EXAMPLE_PROGRESS = [
    {"course": "en", "title": "English: QWERTY", "done": 15, "lessons": 99, "stars": 61, "nextLesson": 16}
]


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
                "wpm": wpm(point.cpm),
                "accuracy": round(point.accuracy, 1),
                "consistency": rounded(point.consistency),
                "rollover": rounded(point.rollover),
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
                    "keys": [
                        {
                            "character": "p",
                            "ms": 412.0,
                            "errorRate": 0.081,
                            "cost": 1.94,
                            "tries": 88,
                            "isWeak": True,
                        }
                    ],
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
        skill = SkillProfile.skill_of(user.pk, layout)
        weak = {key.character for key in weak_keys(skill, layout)}
        keys = [
            {
                "character": key.character,
                "ms": round(key.ms, 1),
                "error_rate": round(key.error_rate, 4),
                "cost": round(key.cost, 3),
                "tries": round(key.tries),
                "is_weak": key.character in weak,
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
        "best_wpm": wpm(best),
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
    return [_of_course(drawn) for drawn in course_maps(list(Course.objects.all()), user, now=timezone.now())]


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
