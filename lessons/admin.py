from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import URLPattern, path, reverse
from django.utils.decorators import method_decorator
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from .forms import CourseForm, DraftForm, LessonForm
from .models import Block, Course, FromFile, Lesson, TypingText
from .problems import describe, is_blocking, spans


class FromFileAdmin(admin.ModelAdmin):
    """Rows that come from a course file stay: deleted, they would be back at the next start."""

    def has_delete_permission(self, request: HttpRequest, obj: FromFile | None = None) -> bool:
        return super().has_delete_permission(request, obj) and not (obj and obj.loaded_digest)


class BlockInline(admin.TabularInline):
    model = Block
    extra = 0


@admin.register(Course)
class CourseAdmin(FromFileAdmin):
    form = CourseForm
    inlines = [BlockInline]
    list_display = ["__str__", "slug", "language", "layout_name"]
    fields = ["slug", "language", "layout", ("title_ru", "title_en"), "position"]

    @admin.display(description=_("keyboard layout"), ordering="layout")
    def layout_name(self, course: Course) -> str:
        return course.layout_name

    def get_readonly_fields(self, request: HttpRequest, obj: Course | None = None) -> list[str]:
        return ["slug"] if obj else []


class ReadyFilter(admin.SimpleListFilter):
    title = _("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("ready", _("Ready to type")), ("coming", _("Coming"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Lesson]) -> QuerySet[Lesson]:
        ready = Q(is_published=True, text__isnull=False)
        match self.value():
            case "ready":
                return queryset.filter(ready)
            case "coming":
                return queryset.exclude(ready)
        return queryset


@admin.register(Lesson)
class LessonAdmin(FromFileAdmin):
    form = LessonForm
    actions = ["publish", "unpublish"]
    list_display = ["number", "title", "course", "is_ready", "is_free", "is_published"]
    list_display_links = ["number", "title"]
    list_filter = ["course", ReadyFilter, "is_free", "is_published"]
    list_per_page = 200
    list_select_related = ["course"]
    ordering = ["course__position", "number"]
    search_fields = ["title_ru", "title_en", "new_characters", "text__body"]
    fieldsets = [
        (
            None,
            {
                "fields": [
                    "course",
                    "block",
                    "number",
                    "title_ru",
                    "title_en",
                    "goal_ru",
                    "goal_en",
                    "tip_ru",
                    "tip_en",
                ]
            },
        ),
        (
            _("Plan"),
            {"fields": ["kind", ("new_characters", "length"), ("target_cpm", "target_accuracy"), "is_free"]},
        ),
        (_("Text"), {"fields": [("typed_text", "preview"), "is_published"]}),
    ]

    def get_readonly_fields(self, request: HttpRequest, obj: Lesson | None = None) -> list[str]:
        return ["preview", "course", "number"] if obj else ["preview"]

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """Many lessons at once can be unpublished, never deleted."""
        actions = super().get_actions(request)
        actions.pop("delete_selected", None)
        return actions

    def get_urls(self) -> list[URLPattern]:
        return [path("check/", self.check_text, name="lessons_lesson_check"), *super().get_urls()]

    def save_model(self, request: HttpRequest, lesson: Lesson, form: LessonForm, change: bool) -> None:
        body = form.cleaned_data["typed_text"]
        lesson.text = TypingText.of(body) if body else None
        super().save_model(request, lesson, form, change)
        for problem in lesson.problems(body) if body else ():
            self.message_user(request, describe(problem), messages.WARNING)

    @admin.display(description=_("title"), ordering="title_ru")
    def title(self, lesson: Lesson) -> str:
        return lesson.title

    @admin.display(description=_("ready"), boolean=True)
    def is_ready(self, lesson: Lesson) -> bool:
        return lesson.is_ready

    @admin.display(description=_("Typed text"))
    def typed_text(self, lesson: Lesson) -> str:
        return lesson.text.body if lesson.text else ""

    @admin.display(description=_("preview"))
    def preview(self, lesson: Lesson) -> SafeString:
        context = _preview(lesson, self.typed_text(lesson)) if lesson.pk else {}
        return render_to_string(
            "lessons/_preview.html",
            context | {"lesson": lesson, "check_url": reverse("admin:lessons_lesson_check")},
        )

    @method_decorator(require_POST)
    def check_text(self, request: HttpRequest) -> HttpResponse:
        """The preview of a text as it stands in the form, saved or not."""
        if not (self.has_change_permission(request) or self.has_add_permission(request)):
            raise PermissionDenied
        draft = DraftForm(request.POST)
        context = (
            _preview(draft.lesson(), draft.cleaned_data["typed_text"])
            if draft.is_valid()
            else {"draft": draft}
        )
        return render(request, "lessons/_check.html", context)

    @admin.action(description=_("Publish the selected lessons"), permissions=["change"])
    def publish(self, request: HttpRequest, lessons: QuerySet[Lesson]) -> None:
        published = 0
        for lesson in lessons.filter(is_published=False).select_related("course", "text"):
            if reason := _reason_not_to_publish(lesson):
                self.message_user(request, f"{lesson.course} › {lesson}: {reason}", messages.ERROR)
            else:
                self._set_published(request, lesson, True)
                published += 1
        said = ngettext("%(count)d lesson published.", "%(count)d lessons published.", published)
        self.message_user(request, said % {"count": published}, messages.SUCCESS)

    @admin.action(description=_("Unpublish the selected lessons"), permissions=["change"])
    def unpublish(self, request: HttpRequest, lessons: QuerySet[Lesson]) -> None:
        published = list(lessons.filter(is_published=True))
        for lesson in published:
            self._set_published(request, lesson, False)
        said = ngettext("%(count)d lesson unpublished.", "%(count)d lessons unpublished.", len(published))
        self.message_user(request, said % {"count": len(published)}, messages.SUCCESS)

    def _set_published(self, request: HttpRequest, lesson: Lesson, is_published: bool) -> None:
        lesson.is_published = is_published
        lesson.save(update_fields=["is_published"])
        self.log_change(request, lesson, [{"changed": {"fields": [gettext("published")]}}])


def _reason_not_to_publish(lesson: Lesson) -> str:
    if lesson.text is None:
        return gettext("A lesson without a text cannot be published.")
    return " ".join(
        describe(problem) for problem in lesson.problems(lesson.text.body) if is_blocking(problem)
    )


def _preview(lesson: Lesson, body: str) -> dict[str, Any]:
    problems = lesson.problems(body)
    wrong = {
        char for problem in problems if is_blocking(problem) for char in str(problem.params["characters"])
    }
    return {
        "language": lesson.course.language,
        "lines": spans(body, wrong) if body else [],
        "blocking": [describe(problem) for problem in problems if is_blocking(problem)],
        "advice": [
            describe(problem) for problem in problems if not is_blocking(problem) and problem.code != "length"
        ],
        "length": len(body),
        "planned": lesson.length,
        "is_length_off": any(problem.code == "length" for problem in problems),
    }
