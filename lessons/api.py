"""What there is to type, without anybody's progress."""

import hashlib
from collections.abc import Sequence
from typing import Any

from django.http import Http404, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.cache import get_conditional_response
from django.utils.translation import get_language
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer

from accounts.endpoints import Endpoint, Strict
from accounts.units import in_unit

from . import languages
from .models import Course, Lesson
from .outlines import outline
from .search import search

PAGE, LARGEST_PAGE = 50, 100
LESSON_ID = OpenApiParameter("lesson", OpenApiTypes.INT, OpenApiParameter.PATH, description="A lesson's id")
COURSE_ID = OpenApiParameter("course", OpenApiTypes.STR, OpenApiParameter.PATH, description="A course's id")
IF_NONE_MATCH = OpenApiParameter(
    "If-None-Match",
    OpenApiTypes.STR,
    OpenApiParameter.HEADER,
    description="The ETag one has: 304 if it still holds",
)


class TypedLanguageField(serializers.ChoiceField):
    """The code of a language one types."""

    def __init__(self, **options: Any) -> None:
        super().__init__(languages.choices(), **options)


class CourseShown(serializers.Serializer):
    id = serializers.CharField(source="slug")
    title = serializers.CharField()
    language = TypedLanguageField()
    layout = serializers.CharField()
    lessons = serializers.SerializerMethodField()

    def get_lessons(self, course: Course) -> int:
        return len(outline(course))


class BlockShown(serializers.Serializer):
    id = serializers.IntegerField()
    title = serializers.CharField()


def wanted_wpm(cpm: int) -> float:
    """Characters per minute as words per minute, exact: a fifth has one digit."""
    return float(in_unit(cpm, "wpm"))


class WantedWpm(serializers.FloatField):
    """Characters per minute that are wanted as words per minute."""

    def to_representation(self, cpm: int) -> float:
        return wanted_wpm(cpm)


class LessonShown(serializers.Serializer):
    id = serializers.IntegerField()
    course = serializers.CharField(source="course.slug")
    number = serializers.IntegerField()
    title = serializers.CharField()
    goal = serializers.CharField()
    kind = serializers.ChoiceField(Lesson.Kind.choices)
    block = BlockShown()
    new_characters = serializers.CharField()
    target_cpm = serializers.IntegerField()
    target_wpm = WantedWpm(source="target_cpm")
    target_accuracy = serializers.IntegerField(help_text="per cent")
    is_free = serializers.BooleanField()
    is_ready = serializers.BooleanField(help_text="false while it is still being written")

    def to_representation(self, lesson: Lesson) -> dict[str, Any]:
        # By hand, as a page has a hundred: 11 µs each, by the fields 32.
        return {
            "id": lesson.pk,
            "course": lesson.course.slug,
            "number": lesson.number,
            "title": lesson.title,
            "goal": lesson.goal,
            "kind": lesson.kind,
            "block": {"id": lesson.block.pk, "title": lesson.block.title},
            "new_characters": lesson.new_characters,
            "target_cpm": lesson.target_cpm,
            "target_wpm": wanted_wpm(lesson.target_cpm),
            "target_accuracy": lesson.target_accuracy,
            "is_free": lesson.is_free,
            "is_ready": lesson.is_ready,
        }


class LessonPage(serializers.Serializer):
    items = LessonShown(many=True)
    next = serializers.CharField(allow_null=True, help_text="the cursor of the next page")


class SearchShown(serializers.Serializer):
    items = LessonShown(many=True, source="lessons")
    mended = serializers.CharField(help_text="the words that were searched instead of mistyped ones")
    partly = serializers.BooleanField(help_text="true where no lesson has all of the words")


class LessonsQuery(Strict):
    course = serializers.SlugField(required=False)
    cursor = serializers.IntegerField(required=False)
    limit = serializers.IntegerField(min_value=1, max_value=LARGEST_PAGE, default=PAGE)


class SearchQuery(Strict):
    q = serializers.CharField(max_length=100, trim_whitespace=True)


EXAMPLE_COURSE = {
    "id": "en",
    "title": "English: QWERTY",
    "language": "en",
    "layout": "en-qwerty",
    "lessons": 99,
}
EXAMPLE_LESSON = {
    "id": 1,
    "course": "en",
    "number": 1,
    "title": "The index fingers: F and J",
    "goal": "Find the two keys with the bumps.",
    "kind": "keys",
    "block": {"id": 1, "title": "The home row"},
    "newCharacters": "fj",
    "targetCpm": 60,
    "targetWpm": 12.0,
    "targetAccuracy": 92,
    "isFree": True,
    "isReady": True,
}


def example(value: Any, *, of_request: bool = False) -> OpenApiExample:
    return OpenApiExample("example", value, request_only=of_request, response_only=not of_request)


class Open(Endpoint):
    """Anyone may read it; an ETag says whether it is still the same."""

    is_open = True

    def tagged(
        self, request: Request, tag: str, kind: type[Serializer], value: Any, *, many: bool = False
    ) -> HttpResponseBase:
        """304 to who has `tag` in this language, else the answer."""
        digest = hashlib.sha256(f"{tag} {get_language()}".encode()).hexdigest()[:32]
        etag = f'"{digest}"'
        found: HttpResponseBase | None = get_conditional_response(request._request, etag=etag)
        if found is None:
            found = self.answer(kind, value, many=many)
        found["ETag"] = etag
        found["Cache-Control"] = "private, no-cache"
        return found


class Courses(Open):
    @extend_schema(
        parameters=[IF_NONE_MATCH],
        responses={200: CourseShown(many=True)},
        examples=[example([EXAMPLE_COURSE])],
        summary="All courses",
    )
    def get(self, request: Request) -> HttpResponseBase:
        courses = list(Course.objects.all())
        return self.tagged(request, revision(courses), CourseShown, courses, many=True)


class OneCourse(Open):
    errors = (404,)

    @extend_schema(
        parameters=[COURSE_ID, IF_NONE_MATCH],
        responses={200: CourseShown},
        examples=[example(EXAMPLE_COURSE)],
        summary="One course",
    )
    def get(self, request: Request, course: str) -> HttpResponseBase:
        found = get_object_or_404(Course, slug=course)
        return self.tagged(request, revision([found]), CourseShown, found)


class CourseSearch(Endpoint):
    is_open = True

    @extend_schema(
        parameters=[
            OpenApiParameter("q", OpenApiTypes.STR, required=True, description="Words, or a character")
        ],
        responses={200: SearchShown},
        examples=[example({"items": [EXAMPLE_LESSON], "mended": "", "partly": False})],
        summary="Search the lessons of all courses",
    )
    def get(self, request: Request) -> Response:
        asked = self.asked(SearchQuery, request.query_params.dict())
        return self.answer(SearchShown, search(asked["q"]))


class Lessons(Open):
    errors = (404,)

    @extend_schema(
        parameters=[
            OpenApiParameter("course", OpenApiTypes.STR, description="Only those of this course"),
            OpenApiParameter("cursor", OpenApiTypes.INT, description="`next` of the page before"),
            OpenApiParameter(
                "limit", {"type": "integer", "minimum": 1, "maximum": LARGEST_PAGE, "default": PAGE}
            ),
            IF_NONE_MATCH,
        ],
        responses={200: LessonPage},
        examples=[example({"items": [EXAMPLE_LESSON], "next": "50"})],
        summary="The lessons of all courses, in order",
    )
    def get(self, request: Request) -> HttpResponseBase:
        asked = self.asked(LessonsQuery, request.query_params.dict())
        courses = [one for one in Course.objects.all() if asked.get("course") in (None, one.slug)]
        if not courses:
            raise Http404
        lessons = [lesson for course in courses for lesson in outline(course)]
        ids = [lesson.pk for lesson in lessons]
        if "cursor" in asked and asked["cursor"] not in ids:
            raise ValidationError({"cursor": ["This page is no longer there."]})
        start = ids.index(asked["cursor"]) + 1 if "cursor" in asked else 0
        page = lessons[start : start + asked["limit"]]
        more = start + asked["limit"] < len(lessons)
        return self.tagged(
            request,
            f"{revision(courses)} {start} {asked['limit']}",
            LessonPage,
            {"items": page, "next": page[-1].pk if more else None},
        )


class OneLesson(Open):
    errors = (404,)

    @extend_schema(
        parameters=[LESSON_ID, IF_NONE_MATCH],
        responses={200: LessonShown},
        examples=[example(EXAMPLE_LESSON)],
        summary="One lesson",
    )
    def get(self, request: Request, lesson: int) -> HttpResponseBase:
        found = get_object_or_404(Lesson.objects.select_related("course", "block"), pk=lesson)
        return self.tagged(request, revision([found.course]), LessonShown, found)


def revision(courses: Sequence[Course]) -> str:
    return " ".join(str(course.revision) for course in courses)
