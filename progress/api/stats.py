"""What all practice adds up to, through the API."""

import uuid
from typing import Any, cast

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
from progress.api.fields import Count, Percent, Reached, Rounded, Whole, Wpm
from progress.figures import maps
from progress.figures.days import PERIODS, points_of, practice_of
from progress.figures.keys import KnownKeys
from progress.figures.layouts import last_layout
from progress.figures.totals import totals_of


class LayoutQuery(Strict):
    layout = serializers.ChoiceField(sorted(keyboards.layouts()), required=False)


class WeakKeysQuery(LayoutQuery):
    all = serializers.BooleanField(default=False)


class ChartQuery(Strict):
    course = serializers.SlugField(required=False, allow_blank=True, default="")
    layout = serializers.ChoiceField(
        choices(*((code, code) for code in sorted(keyboards.layouts()))), default=""
    )
    period = serializers.ChoiceField(choices(*((period, period) for period in PERIODS)), default="")


class Place(serializers.Serializer):
    id = serializers.IntegerField(source="lesson.pk")
    number = serializers.IntegerField(source="lesson.number")
    title = serializers.CharField(source="lesson.title")
    block = BlockShown(source="lesson.block")
    state = serializers.ChoiceField([state.value for state in maps.State])
    stars = serializers.IntegerField(help_text="the best so far; 0 before the first run")

    def to_representation(self, place: maps.Place) -> dict[str, Any]:
        # By hand, as a course has a hundred: 7 µs each, by the fields 20.
        lesson = place.lesson
        return {
            "id": lesson.pk,
            "number": lesson.number,
            "title": lesson.title,
            "block": {"id": lesson.block.pk, "title": lesson.block.title},
            "state": place.state.value,
            "stars": place.stars,
        }


class CourseProgress(serializers.Serializer):
    course = serializers.CharField(source="course.slug")
    title = serializers.CharField(source="course.title")
    done = serializers.IntegerField()
    lessons = Count(source="places")
    stars = serializers.IntegerField()
    next_lesson = serializers.IntegerField(source="next.pk", allow_null=True)


class RecordShown(serializers.Serializer):
    kind = serializers.ChoiceField(["run", "day", "accuracy", "minutes", "streak"])
    value = Reached(help_text="CPM for run and day, per cent, minutes, or days")
    date = serializers.DateField()


class Summary(serializers.Serializer):
    sessions = serializers.IntegerField()
    characters = serializers.IntegerField()
    minutes = Reached()
    best_cpm = Reached()
    best_wpm = Wpm(source="best_cpm")
    accuracy = Reached(allow_null=True)
    stars = serializers.IntegerField()
    lessons = serializers.IntegerField(help_text="that have stars")
    streak = serializers.IntegerField(source="streak.days", help_text="days in a row")
    longest_streak = serializers.IntegerField(source="streak.longest")
    freezes = serializers.IntegerField(source="streak.freezes", help_text="days off in hand")
    records = RecordShown(many=True)


class ChartPoint(serializers.Serializer):
    start = serializers.DateField()
    cpm = Reached()
    wpm = Wpm(source="cpm")
    accuracy = Reached()
    consistency = Rounded(allow_null=True)
    rollover = Reached(allow_null=True)
    minutes = Reached()


class ProgressChart(serializers.Serializer):
    period = serializers.ChoiceField(PERIODS)
    points = ChartPoint(many=True)


class WeakItem(serializers.Serializer):
    ms = Rounded(help_text="the interval to expect")
    low_ms = Rounded(help_text="with 80 %, the mean of ten strokes in the next session is above this")
    high_ms = Rounded(help_text="and below this")
    usual_ms = Rounded(help_text="what such a key or pair takes this learner")
    error_rate = Percent(help_text="first tries that miss it, per cent")
    low_error_rate = Percent()
    high_error_rate = Percent()
    cost = Rounded(
        digits=3,
        allow_null=True,
        help_text="seconds lost per 1,000 characters of ordinary text against such a key; null: too little is known",
    )
    tries = Whole()
    is_slow = serializers.BooleanField()
    is_missed = serializers.BooleanField()


class WeakKey(WeakItem):
    character = serializers.CharField(source="item", trim_whitespace=False)


class WeakPair(WeakItem):
    pair = serializers.CharField(source="item", trim_whitespace=False)


class WeakKeys(serializers.Serializer):
    layout = serializers.CharField(
        allow_null=True, help_text="the one typed on last, unless asked for another"
    )
    keys = WeakKey(
        many=True, help_text="that hold the learner back, the costliest first: named by results, drilled"
    )
    pairs = WeakPair(many=True)
    all_keys = WeakKey(many=True, help_text="with `all`: every key tried five times, the costliest first")
    all_pairs = WeakPair(many=True, help_text="with `all`: the pairs that cost most")


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
EXAMPLE_WEAK: dict[str, Any] = {
    "ms": 412.0,
    "lowMs": 361.0,
    "highMs": 470.2,
    "usualMs": 270.4,
    "errorRate": 8.1,
    "lowErrorRate": 5.2,
    "highErrorRate": 11.3,
    "cost": 1.94,
    "tries": 88,
    "isSlow": True,
    "isMissed": False,
}
EXAMPLE_WEAK_KEYS = {
    "layout": "en-qwerty",
    "keys": [EXAMPLE_WEAK | {"character": "p"}],
    "pairs": [EXAMPLE_WEAK | {"pair": "pr", "ms": 530.0, "lowMs": 438.6, "highMs": 640.4, "cost": 1.02}],
    "allKeys": [],
    "allPairs": [],
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
        drawn = maps.course_map(found, request.user, now=timezone.now())
        return self.answer(Place, drawn.places, many=True)


class StatsSummary(Endpoint):
    @extend_schema(
        responses={200: Summary},
        examples=[example(EXAMPLE_SUMMARY)],
        summary="What all practice adds up to",
    )
    def get(self, request: Request) -> Response:
        return self.answer(Summary, totals_of(cast(User, request.user), now=timezone.now()))


class ProgressOverview(Endpoint):
    @extend_schema(
        responses={200: CourseProgress(many=True)},
        examples=[example(EXAMPLE_PROGRESS)],
        summary="How far one is in every course",
    )
    def get(self, request: Request) -> Response:
        return self.answer(CourseProgress, _progress(cast(User, request.user)), many=True)


class ProgressOf(Endpoint):
    errors = (404,)

    @extend_schema(
        parameters=[OpenApiParameter("user", OpenApiTypes.UUID, OpenApiParameter.PATH)],
        responses={200: CourseProgress(many=True)},
        examples=[example(EXAMPLE_PROGRESS)],
        summary="How far a learner is: oneself, or anybody for support and admins",
    )
    def get(self, request: Request, user: uuid.UUID) -> Response:
        learner = learner_or_404(request, user)
        return self.answer(CourseProgress, _progress(learner), many=True)


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
        return self.answer(ProgressChart, {"period": period, "points": points})


class StatsWeakKeys(Endpoint):
    @extend_schema(
        parameters=[
            OpenApiParameter("layout", OpenApiTypes.STR),
            OpenApiParameter("all", OpenApiTypes.BOOL, description="every key and pair too, weak or not"),
        ],
        responses={200: WeakKeys},
        examples=[example(EXAMPLE_WEAK_KEYS)],
        summary="The keys and pairs of keys that hold one back, the costliest first",
    )
    def get(self, request: Request) -> Response:
        user = cast(User, request.user)
        asked = self.asked(WeakKeysQuery, request.query_params.dict())
        layout = asked.get("layout") or last_layout(user)
        found: dict[str, Any] = {"layout": layout, "keys": [], "pairs": [], "all_keys": [], "all_pairs": []}
        if layout is not None:
            keys = KnownKeys.of(user.pk, layout)
            found |= {"keys": keys.weak, "pairs": keys.weak_pairs}
            if asked["all"]:
                found |= {"all_keys": keys.all, "all_pairs": keys.pairs}
        return self.answer(WeakKeys, found)


def _progress(user: User) -> list[maps.Map]:
    return maps.course_maps(list(Course.objects.all()), user, now=timezone.now())
