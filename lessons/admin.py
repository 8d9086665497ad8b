from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import BadRequest, PermissionDenied
from django.db import transaction
from django.db.models import Model, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import URLPattern, path, reverse
from django.utils.decorators import method_decorator
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from import_export.admin import ImportMixin

from .course_files import texts_in
from .forms import BlockForm, CourseForm, DraftForm, LessonForm, OrderForm
from .history import HistoryAdmin, Values, log_rows, message
from .models import Block, Course, FromFile, Lesson, TypingText
from .ordering import SpoilsLessons, arrange
from .problems import describe, is_blocking, spans
from .spreadsheets import LessonResource, Uploads, changes_of
from .table_files import FORMATS, Unreadable


class FromFileAdmin(HistoryAdmin):
    """Rows that come from a course file stay: deleted, they would be back at the next start."""

    def has_delete_permission(self, request: HttpRequest, obj: FromFile | None = None) -> bool:
        return super().has_delete_permission(request, obj) and not (obj and obj.loaded_digest)


class BlockInline(admin.TabularInline):
    model = Block
    form = BlockForm
    extra = 0


@admin.register(Course)
class CourseAdmin(ImportMixin, FromFileAdmin):
    form = CourseForm
    inlines = [BlockInline]
    resource_classes = [LessonResource]
    tmp_storage_class = Uploads
    import_template_name = "admin/lessons/course/import.html"
    list_display = ["__str__", "slug", "language", "layout_name"]
    fields = ["slug", "language", "layout", ("title_ru", "title_en"), "position"]

    @admin.display(description=_("keyboard layout"), ordering="layout")
    def layout_name(self, course: Course) -> str:
        return course.layout_name

    def get_readonly_fields(self, request: HttpRequest, obj: Course | None = None) -> list[str]:
        return ["slug"] if obj else []

    def get_urls(self) -> list[URLPattern]:
        ours = [
            path("<int:pk>/order/", self.admin_site.admin_view(self.order), name="lessons_course_order"),
            path(
                "<int:pk>/export/<str:file_format>/",
                self.admin_site.admin_view(self.export),
                name="lessons_course_export",
            ),
        ]
        return [*ours, *super().get_urls()]

    @method_decorator(require_http_methods(["GET", "HEAD", "POST"]))
    def order(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The page on which blocks and lessons are moved, by number or by hand."""
        course = get_object_or_404(Course, pk=pk)
        if not (
            self.has_change_permission(request, course) and request.user.has_perm("lessons.change_lesson")
        ):
            raise PermissionDenied
        form = OrderForm(
            request.POST or None,
            blocks=list(course.blocks.all()),
            lessons=list(course.lessons.all()),
        )
        spoils: tuple[str, ...] = ()
        if form.is_valid():
            try:
                with transaction.atomic():
                    moves = arrange(course, positions=form.positions(), places=form.places())
                    log_rows(request.user.pk, moves)
            except SpoilsLessons as error:
                spoils = error.args
            else:
                said = ngettext("%(count)d place changed.", "%(count)d places changed.", len(moves))
                self.message_user(request, said % {"count": len(moves)}, messages.SUCCESS)
                return redirect("admin:lessons_course_order", course.pk)
        context = self.admin_site.each_context(request) | {
            "title": gettext("Order of blocks and lessons"),
            "subtitle": str(course),
            "opts": self.opts,
            "original": course,
            "form": form,
            "spoils": spoils,
        }
        return render(request, "admin/lessons/course/order.html", context)

    @method_decorator(require_safe)
    def export(self, request: HttpRequest, pk: int, file_format: str) -> HttpResponse:
        """The course as a file that the import takes back."""
        course = get_object_or_404(Course, pk=pk)
        if not (self.has_view_permission(request, course) and request.user.has_perm("lessons.view_lesson")):
            raise PermissionDenied
        if file_format not in FORMATS:
            raise Http404
        writer = FORMATS[file_format]()
        lessons = course.lessons.select_related("course", "block", "text")
        data = writer.export_data(LessonResource().export(lessons))
        return HttpResponse(
            data,
            content_type=writer.get_content_type(),
            headers={"Content-Disposition": f'attachment; filename="{course.slug}.{file_format}"'},
        )

    def has_import_permission(self, request: HttpRequest) -> bool:
        needed = [
            f"lessons.{verb}_{what}" for verb in ("add", "change") for what in ("course", "block", "lesson")
        ]
        return request.user.has_perms(needed)

    def get_import_formats(self) -> list[Any]:
        return list(FORMATS.values())

    def add_data_read_fail_error_to_form(self, form: Any, e: Exception) -> None:
        if not isinstance(e, Unreadable | BadRequest):
            raise e
        form.add_error("import_file", str(e))

    def get_import_data_kwargs(self, **options: Any) -> dict[str, Any]:
        return super().get_import_data_kwargs(**options) | {"rollback_on_validation_errors": True}

    @method_decorator(require_http_methods(["GET", "HEAD", "POST"]))
    def import_action(self, request: HttpRequest, **options: Any) -> HttpResponse:
        return super().import_action(request, **options)

    @method_decorator(require_POST)
    @transaction.atomic
    def process_import(self, request: HttpRequest, **options: Any) -> HttpResponse:
        """The import that was looked at; with its log entries or not at all."""
        if not self.has_import_permission(request):
            raise PermissionDenied
        form = self.create_confirm_form(request)
        if not form.is_valid() or form.cleaned_data["format"] not in map(str, range(len(FORMATS))):
            raise BadRequest("Not the form that the preview showed.")
        try:
            return super().process_import(request, **options)
        except (Unreadable, LookupError) as error:
            raise BadRequest("The file is of another format than the preview showed.") from error

    def process_result(self, result: Any, request: HttpRequest) -> HttpResponse:
        if result.has_errors() or result.has_validation_errors():
            said = gettext("Nothing was imported: the course has changed since. Look at the file again.")
            self.message_user(request, said, messages.ERROR)
            return redirect("admin:lessons_course_import")
        return super().process_result(result, request)

    def generate_log_entries(self, result: Any, request: HttpRequest) -> None:
        rows: list[tuple[Model, Values | None]] = [(row, None) for row in result.made]
        for row in result:
            if row.is_new():
                rows.append((row.instance, None))
            elif row.is_update():
                rows.append((row.instance, changes_of(row.original, row.instance)))
        log_rows(request.user.pk, rows)


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
            {
                "fields": [
                    "kind",
                    ("new_characters", "length"),
                    ("target_cpm", "target_accuracy"),
                    "mode",
                    "is_free",
                    "has_rests",
                    "is_for_learner",
                ]
            },
        ),
        (_("Text"), {"fields": [("typed_text", "preview"), "further_texts", "is_published"]}),
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

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **options: Any
    ) -> Any:
        """With the lessons before and after it in its course."""
        if lesson := options.get("obj"):
            beside = Lesson.objects.filter(course=lesson.course_id).order_by("number")
            context |= {
                "previous": beside.filter(number__lt=lesson.number).last(),
                "next": beside.filter(number__gt=lesson.number).first(),
                "further_runs": range(2, len(texts_in(lesson.further_texts)) + 2),
            }
        return super().render_change_form(request, context, *args, **options)

    def save_model(self, request: HttpRequest, lesson: Lesson, form: LessonForm, change: bool) -> None:
        body = form.cleaned_data["typed_text"]
        lesson.text = TypingText.of(body) if body else None
        super().save_model(request, lesson, form, change)
        for number, text in enumerate((body, *texts_in(lesson.further_texts)), 1):
            for problem in lesson.problems(text) if text else ():
                self.message_user(request, describe(problem, number), messages.WARNING)

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
        self.log_change(request, lesson, message(lesson, {"is_published": (not is_published, is_published)}))


def _reason_not_to_publish(lesson: Lesson) -> str:
    if lesson.text is None:
        return gettext("A lesson without a text cannot be published.")
    return " ".join(
        describe(problem, number)
        for number, body in enumerate(lesson.bodies, 1)
        for problem in lesson.problems(body)
        if is_blocking(problem)
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
