"""A course as a table, one lesson a row: out of the admin and back into it. Files are those of `table_files`."""

import re
from collections.abc import Mapping
from typing import Any, Final

import tablib
from django.core.exceptions import BadRequest, ValidationError
from django.db.models import Model
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from import_export import fields, resources, widgets
from import_export.results import Result
from import_export.tmp_storages import CacheStorage

from .course_files import joined, texts_in
from .forms import CourseForm, TypedTextField
from .history import TEXT, Piece, Values, compare
from .models import Block, Course, Lesson, TypingText
from .ordering import SpoilsLessons, advice, untypeable

LONGEST_NUMBER: Final = 20
_WHOLE: Final = re.compile(r"(\d{1,9})(?:[.,]0*)?")
YES: Final = frozenset({"1", "1.0", "true", "yes", "истина", "да"})
NO: Final = frozenset({"0", "0.0", "false", "no", "ложь", "нет"})


class Uploads(CacheStorage):
    """Files between preview and import, where every web process finds them, for an hour."""

    CACHE_LIFETIME = 3600

    def read(self) -> bytes:
        data = super().read()
        if data is None:
            raise BadRequest(_("The uploaded file is no longer kept; choose it again."))
        return data


class TypedText(widgets.Widget):
    """The body of a typing text; another body makes another text. `known`: texts already read, by body."""

    def __init__(self) -> None:
        super().__init__()
        self.known: dict[str, TypingText | None] = {"": None}

    def clean(self, value: Any, row: Any = None, **options: Any) -> TypingText | None:
        body = TypedTextField().clean("" if value is None else str(value))
        if body not in self.known:
            self.known[body] = TypingText.of(body)
        return self.known[body]

    def render(self, value: TypingText | None, obj: Any = None, **options: Any) -> str:
        return value.body if value else ""


class FurtherTexts(widgets.Widget):
    """Texts with an empty line between two, in the form they are typed in."""

    def clean(self, value: Any, row: Any = None, **options: Any) -> str:
        return joined(texts_in("" if value is None else str(value)))


class WholeNumber(widgets.IntegerWidget):
    """A whole number however a program of tables writes it: 50, "50,0", "1 000". Only its first digits are read."""

    def clean(self, value: Any, row: Any = None, **options: Any) -> int | None:
        if value is None or value == "":
            return None
        found = _WHOLE.fullmatch(re.sub(r"\s", "", str(value)[:LONGEST_NUMBER]))
        if not found:
            raise ValidationError(_("Enter a whole number."))
        return int(found[1])


class Flag(widgets.BooleanWidget):
    """Yes or no, by the words that programs of tables have for them."""

    def clean(self, value: Any, row: Any = None, **options: Any) -> bool | None:
        word = "" if value is None else str(value).strip().lower()
        if word and word not in YES | NO:
            raise ValidationError(_("Write 1 for yes and 0 for no."))
        return word in YES if word else None


class Comparison(resources.Diff):
    """A row's cells with what goes and what comes, without the styles that the site's policy forbids."""

    def as_html(self) -> list[SafeString]:
        before = [""] * len(self.right) if self.new else self.left
        return [
            format_html_join("", "{}", ((_marked(piece),) for piece in compare(str(old), str(new))))
            for old, new in zip(before, self.right, strict=True)
        ]


def _marked(piece: Piece) -> SafeString | str:
    match piece.state:
        case "gone":
            return format_html("<del>{}</del>", piece.text)
        case "new":
            return format_html("<ins>{}</ins>", piece.text)
    return piece.text


class LessonResource(resources.ModelResource):
    """Lessons by course and number. A course or a block that is not there is made, one that is stays as it is."""

    course = fields.Field("course__slug", "course", readonly=True)
    language = fields.Field("course__language", "language", readonly=True)
    layout = fields.Field("course__layout", "layout", readonly=True)
    course_title_ru = fields.Field("course__title_ru", "course_title_ru", readonly=True)
    course_title_en = fields.Field("course__title_en", "course_title_en", readonly=True)
    block = fields.Field("block__position", "block", readonly=True)
    block_title_ru = fields.Field("block__title_ru", "block_title_ru", readonly=True)
    block_title_en = fields.Field("block__title_en", "block_title_en", readonly=True)
    typed_text = fields.Field("text", "typed_text", widget=TypedText())
    further_texts = fields.Field("further_texts", "further_texts", widget=FurtherTexts())
    WIDGETS_MAP = {
        **resources.ModelResource.WIDGETS_MAP,
        "PositiveSmallIntegerField": WholeNumber,
        "BooleanField": Flag,
    }

    PLAN = (
        "title_ru",
        "title_en",
        "goal_ru",
        "goal_en",
        "tip_ru",
        "tip_en",
        "kind",
        "new_characters",
        "target_cpm",
        "target_accuracy",
        "length",
        "is_free",
        "is_published",
        "further_texts",
        "mode",
        "has_rests",
        "is_for_learner",
    )

    class Meta:
        model = Lesson
        exclude = ("search", "loaded_digest", "text")
        import_id_fields = ("course", "number")
        use_transactions = True
        skip_unchanged = True
        report_skipped = True

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.courses: dict[str, Course] = {}
        self.blocks: dict[tuple[int, int], Block] = {}
        self.lessons: dict[tuple[int, int], Lesson] = {}
        self.seen: set[tuple[str, int]] = set()
        self.made: list[Model] = []
        self.spoiled: dict[int, str] = {}

    def get_diff_class(self) -> type[Comparison]:
        return Comparison

    def before_import(self, dataset: tablib.Dataset, **options: Any) -> None:
        slugs = {str(slug) for slug in dataset["course"]} if "course" in dataset.headers else set()
        self.courses = {
            course.slug: course for course in Course.objects.select_for_update().filter(slug__in=slugs)
        }
        courses = list(self.courses.values())
        for block in Block.objects.filter(course__in=courses):
            self.blocks[block.course_id, block.position] = block
        for lesson in Lesson.objects.filter(course__in=courses).select_related("course", "block", "text"):
            self.lessons[lesson.course_id, lesson.number] = lesson
            if lesson.text:
                self.fields["typed_text"].widget.known[lesson.text.body] = lesson.text
        for course in courses:
            self.spoiled |= untypeable(course)

    def before_import_row(self, row: dict[str, Any], **options: Any) -> None:
        slug = str(row["course"] or "")
        number = _whole(row["number"], "number")
        if (slug, number) in self.seen:
            raise ValidationError({"number": _("Another row has this number.")})
        self.seen.add((slug, number))
        row["number"] = number
        if slug not in self.courses:
            self.courses[slug] = self._made(_new_course(slug, row))

    def get_instance(self, instance_loader: Any, row: Mapping[str, Any]) -> Lesson | None:
        return self.lessons.get((self.courses[str(row["course"])].pk, row["number"]))

    def after_init_instance(
        self, instance: Lesson, new: bool, row: Mapping[str, Any], **options: Any
    ) -> None:
        if new:
            instance.course = self.courses[str(row["course"])]

    def import_instance(self, instance: Lesson, row: Mapping[str, Any], **options: Any) -> None:
        if instance.block_id is None or "block" in row:
            instance.block = self._block(instance.course, row)
        super().import_instance(instance, row, **options)

    def skip_row(
        self, instance: Lesson, original: Lesson, row: Any, import_validation_errors: Any = None
    ) -> bool:
        unchanged = super().skip_row(instance, original, row, import_validation_errors)
        return unchanged and instance.block_id == original.block_id

    def validate_instance(
        self, instance: Lesson, import_validation_errors: Any = None, validate_unique: bool = True
    ) -> None:
        errors = dict(import_validation_errors or {})
        try:
            instance.clean_fields(exclude={*errors, "course", "block", "text"})
        except ValidationError as error:
            errors = error.update_error_dict(errors)
        if instance.is_published and instance.text is None and "text" not in errors:
            errors["is_published"] = [ValidationError(_("A lesson without a text cannot be published."))]
        if errors:
            raise ValidationError(errors)

    def after_import(self, dataset: tablib.Dataset, result: Result, **options: Any) -> None:
        result.made = self.made
        result.advice = [sentence for course in self.courses.values() for sentence in advice(course)]
        spoiled = [
            sentence
            for course in self.courses.values()
            for pk, sentence in untypeable(course).items()
            if sentence != self.spoiled.get(pk)
        ]
        if spoiled and not result.has_errors() and not result.has_validation_errors():
            raise SpoilsLessons(*spoiled)

    def _block(self, course: Course, row: Mapping[str, Any]) -> Block:
        position = _whole(row.get("block"), "block")
        if (course.pk, position) not in self.blocks:
            titles = {name: str(row.get(f"block_{name}") or "") for name in ("title_ru", "title_en")}
            block = Block(course=course, position=position, **titles)
            block.clean_fields(exclude={"course"})
            self.blocks[course.pk, position] = self._made(block)
        return self.blocks[course.pk, position]

    def _made(self, row: Any) -> Any:
        row.save()
        self.made.append(row)
        return row


def changes_of(original: Lesson, lesson: Lesson) -> Values:
    """What an import changed in a lesson, by field name."""
    values: Values = {name: (getattr(original, name), getattr(lesson, name)) for name in LessonResource.PLAN}
    values["block"] = original.block, lesson.block
    values[TEXT] = original.text.body if original.text else "", lesson.text.body if lesson.text else ""
    return {name: pair for name, pair in values.items() if pair[0] != pair[1]}


def _new_course(slug: str, row: Mapping[str, Any]) -> Course:
    names = {"title_ru": "course_title_ru", "title_en": "course_title_en"}
    given = {name: row.get(names.get(name, name)) for name in ("language", "layout", "title_ru", "title_en")}
    form = CourseForm({**given, "slug": slug, "position": 0})
    if not form.is_valid():
        raise ValidationError(
            {names.get(name, name): errors for name, errors in form.errors.as_data().items()}
        )
    return form.save(commit=False)


def _whole(value: Any, column: str) -> int:
    try:
        number = WholeNumber().clean(value) or 0
    except ValidationError:
        number = 0
    if not 1 <= number <= 32767:
        raise ValidationError({column: _("Enter a whole number from 1 to 32767.")})
    return number
