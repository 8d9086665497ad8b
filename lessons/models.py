import hashlib
import json
import uuid
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from django.contrib.postgres.search import SearchVectorField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models, transaction
from django.db.models import F, Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from . import languages
from .checks import Problem, check_text
from .course_files import TIP_LENGTH, texts_in
from .expressions import BodyDigest, Characters, searched, spelled
from .keyboards import layout
from .problems import validate_further_texts


def localised(ru: str, en: str) -> str:
    """The Russian or the English wording, by the reader's language."""
    return ru if (get_language() or "").startswith("ru") else en


class ImmutableText(ValueError):
    """A typing text is never changed; another body makes another text."""


class TypingText(models.Model):
    """A text as it was typed: immutable, named by the SHA-256 of its body, so sessions keep theirs."""

    sha256 = models.CharField(primary_key=True, max_length=64, editable=False)
    body = models.TextField(_("text"))

    class Meta:
        verbose_name = _("typing text")
        verbose_name_plural = _("typing texts")
        constraints = [
            models.CheckConstraint(
                condition=Q(sha256=BodyDigest(F("body"))),
                name="typing_text_named_by_body",
            )
        ]

    def __str__(self) -> str:
        return self.body[:60]

    def save(self, *args: object, **options: object) -> None:
        """Raises ImmutableText when the body is not the one the text is named by."""
        if self.sha256 != self.digest(self.body):
            raise ImmutableText(self.sha256)
        super().save(*args, **options)  # type: ignore[arg-type]

    @staticmethod
    def digest(body: str) -> str:
        return hashlib.sha256(body.encode()).hexdigest()

    @classmethod
    def of(cls, body: str) -> "TypingText":
        """The one row that holds `body`, made when there is none."""
        return cls.of_or_new(body)[0]

    @classmethod
    def of_or_new(cls, body: str) -> tuple["TypingText", bool]:
        """The same, and whether it was made now."""
        return cls.objects.get_or_create(sha256=cls.digest(body), defaults={"body": body})


@lru_cache(maxsize=1024)
def text_of(sha256: str) -> str:
    """The body of a typing text, which never changes; kept in memory. Raises TypingText.DoesNotExist."""
    return TypingText.objects.values_list("body", flat=True).get(pk=sha256)


class FromFile(models.Model):
    """A row that `load_courses` fills from a course file until an editor changes it."""

    FILLED: tuple[str, ...] = ()
    MOVED = "moved"
    """The digest of a loaded row that an editor gave another place: it counts as edited, whatever it holds."""

    loaded_digest = models.CharField(max_length=64, blank=True, editable=False)

    class Meta:
        abstract = True

    @classmethod
    def digest(cls, values: Mapping[str, object]) -> str:
        """SHA-256 of the values of the FILLED fields."""
        filled = json.dumps([values[name] for name in cls.FILLED], ensure_ascii=False)
        return hashlib.sha256(filled.encode()).hexdigest()

    @property
    def current_digest(self) -> str:
        return self.digest({name: getattr(self, name) for name in self.FILLED})

    @property
    def is_edited(self) -> bool:
        """Whether an editor made this row or changed it since it was loaded."""
        return self.loaded_digest != self.current_digest


class Course(FromFile):
    FILLED = ("language", "layout", "title_ru", "title_en", "position")

    slug = models.SlugField(_("slug"), unique=True)
    language = models.CharField(_("language"), max_length=2, choices=languages.choices)
    layout = models.CharField(_("keyboard layout"), max_length=32)
    title_ru = models.CharField(_("title in Russian"), max_length=120)
    title_en = models.CharField(_("title in English"), max_length=120)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    revision = models.UUIDField(default=uuid.uuid4, editable=False)

    class Meta:
        ordering = ["position", "slug"]
        verbose_name = _("course")
        verbose_name_plural = _("courses")

    def __str__(self) -> str:
        return self.title

    def save(self, *args: Any, **options: Any) -> None:
        self.revision = uuid.uuid4()
        if options.get("update_fields") is not None:
            options["update_fields"] = {*options["update_fields"], "revision"}
        super().save(*args, **options)

    @classmethod
    def revise(cls, *courses: int) -> None:
        """Give courses a new revision: what is cached of them is theirs no more once this transaction is done."""
        cls.objects.filter(pk__in=courses).update(revision=uuid.uuid4())

    @property
    def title(self) -> str:
        return localised(self.title_ru, self.title_en)

    @property
    def typed(self) -> languages.TypedLanguage:
        """The language one types in it; of one that is not in the table any more, the first."""
        return languages.TYPED.get(self.language) or languages.first_for(self.language)

    @property
    def layout_name(self) -> str:
        names = layout(self.layout).names
        return localised(names["ru"], names["en"])


class ContentQuerySet(models.QuerySet[Any]):
    """Blocks or lessons, whose courses get a new revision with every change."""

    def update(self, **values: Any) -> int:
        with transaction.atomic():
            self._revise()
            return super().update(**values)

    update.alters_data = True  # type: ignore[attr-defined]

    def delete(self) -> tuple[int, dict[str, int]]:
        with transaction.atomic():
            self._revise()
            return super().delete()

    delete.alters_data = True  # type: ignore[attr-defined]
    delete.queryset_only = True  # type: ignore[attr-defined]

    def _revise(self) -> None:
        Course.revise(*self.order_by().values_list("course", flat=True).distinct())


class Content(FromFile):
    """A part of a course; the course is locked first and gets a new revision in the same transaction."""

    course_id: int

    class Meta:
        abstract = True

    def save(self, *args: Any, **options: Any) -> None:
        with transaction.atomic():
            Course.revise(self.course_id)
            super().save(*args, **options)

    def delete(self, *args: Any, **options: Any) -> tuple[int, dict[str, int]]:
        with transaction.atomic():
            Course.revise(self.course_id)
            return super().delete(*args, **options)


class Block(Content):
    FILLED = ("title_ru", "title_en")

    course = models.ForeignKey(Course, models.CASCADE, related_name="blocks", verbose_name=_("course"))
    position = models.PositiveSmallIntegerField(_("position"))
    title_ru = models.CharField(_("title in Russian"), max_length=120)
    title_en = models.CharField(_("title in English"), max_length=120)
    search = models.GeneratedField(
        expression=spelled("title_ru", "title_en", "B") + searched("title_ru", "title_en", "B"),
        output_field=SearchVectorField(),
        db_persist=True,
    )

    objects = ContentQuerySet.as_manager()

    class Meta:
        ordering = ["course", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["course", "position"],
                name="block_position_unique",
                deferrable=models.Deferrable.DEFERRED,
            )
        ]
        verbose_name = _("block")
        verbose_name_plural = _("blocks")

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        return localised(self.title_ru, self.title_en)


class LessonQuerySet(ContentQuerySet):
    def ready(self) -> "LessonQuerySet":
        """The lessons that can be typed now."""
        return self.filter(is_published=True, text__isnull=False)

    def of_course(self, slug: str) -> "LessonQuerySet":
        return self.filter(course__slug=slug)


class LessonManager(models.Manager.from_queryset(LessonQuerySet)):  # type: ignore[misc]
    """Leaves what is searched in the database."""

    def get_queryset(self) -> LessonQuerySet:
        return super().get_queryset().defer("search")


class Lesson(Content):
    """A lesson of a course. It is coming while it has no text or is unpublished."""

    class Kind(models.TextChoices):
        KEYS = "keys", _("new keys")
        WORDS = "words", _("words")
        TEXT = "text", _("running text")
        TEST = "test", _("test")

    class Mode(models.TextChoices):
        STOP = "stop", _("the text waits for the right key")
        FREE = "free", _("what was typed stays until it is corrected")

    FILLED = (
        "block_id",
        "title_ru",
        "title_en",
        "goal_ru",
        "goal_en",
        "new_characters",
        "target_cpm",
        "target_accuracy",
        "length",
        "is_free",
        "is_published",
        "text_id",
        "tip_ru",
        "tip_en",
        "kind",
        "further_texts",
        "mode",
        "has_rests",
        "is_for_learner",
    )

    course = models.ForeignKey(Course, models.CASCADE, related_name="lessons", verbose_name=_("course"))
    block = models.ForeignKey(Block, models.PROTECT, related_name="lessons", verbose_name=_("block"))
    number = models.PositiveSmallIntegerField(_("number"), validators=[MinValueValidator(1)])
    title_ru = models.CharField(_("title in Russian"), max_length=120)
    title_en = models.CharField(_("title in English"), max_length=120)
    goal_ru = models.CharField(_("goal in Russian"), max_length=200, blank=True)
    goal_en = models.CharField(_("goal in English"), max_length=200, blank=True)
    tip_ru = models.CharField(_("tip in Russian"), max_length=TIP_LENGTH, blank=True)
    tip_en = models.CharField(_("tip in English"), max_length=TIP_LENGTH, blank=True)
    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices, default=Kind.KEYS)
    new_characters = models.CharField(_("new characters"), max_length=64, blank=True)
    target_cpm = models.PositiveSmallIntegerField(
        _("target speed, characters per minute"), validators=[MinValueValidator(1)]
    )
    target_accuracy = models.PositiveSmallIntegerField(
        _("target accuracy, %"), validators=[MaxValueValidator(100)]
    )
    length = models.PositiveSmallIntegerField(
        _("planned length, characters"), validators=[MinValueValidator(1)]
    )
    is_free = models.BooleanField(_("free"), default=False)
    is_published = models.BooleanField(_("published"), default=False)
    text = models.ForeignKey(
        TypingText, models.PROTECT, null=True, blank=True, related_name="lessons", verbose_name=_("text")
    )
    further_texts = models.TextField(
        _("further texts"),
        blank=True,
        validators=[validate_further_texts],
        help_text=_(
            "Typed in turn by learners who repeat the lesson; leave an empty line between two texts."
        ),
    )
    mode = models.CharField(_("what a mistake does"), max_length=4, choices=Mode.choices, default=Mode.STOP)
    has_rests = models.BooleanField(
        _("rests between lines"),
        default=False,
        help_text=_("The waits before a line's end and before its first key are not counted."),
    )
    is_for_learner = models.BooleanField(
        _("made for the learner"),
        default=False,
        help_text=_("A learner who has typed enough gets a text made of what costs the most time."),
    )

    search = models.GeneratedField(
        expression=(
            spelled("title_ru", "title_en", "A")
            + searched("title_ru", "title_en", "A")
            + Characters("new_characters")
            + searched("goal_ru", "goal_en", "C")
        ),
        output_field=SearchVectorField(),
        db_persist=True,
    )

    objects = LessonManager()

    class Meta:
        ordering = ["course", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["course", "number"],
                name="lesson_number_unique",
                deferrable=models.Deferrable.DEFERRED,
            )
        ]
        verbose_name = _("lesson")
        verbose_name_plural = _("lessons")

    def __str__(self) -> str:
        return f"{self.number}. {self.title}"

    @property
    def title(self) -> str:
        return localised(self.title_ru, self.title_en)

    @property
    def goal(self) -> str:
        return localised(self.goal_ru, self.goal_en)

    @property
    def tip(self) -> str:
        return localised(self.tip_ru, self.tip_en)

    @property
    def is_ready(self) -> bool:
        return self.is_published and self.text_id is not None

    @property
    def bodies(self) -> tuple[str, ...]:
        """The texts of a lesson that is ready, the one of a first run first."""
        return (text_of(str(self.text_id)), *texts_in(self.further_texts))

    def alphabet(self) -> frozenset[str]:
        """The characters this course has taught by the end of this lesson, and the space."""
        before = Lesson.objects.filter(course=self.course_id, number__lt=self.number)
        return frozenset(
            " ".join(before.values_list("new_characters", flat=True)) + self.new_characters + " "
        )

    def problems(self, body: str) -> tuple[Problem, ...]:
        """What is wrong with `body` as the text of this lesson."""
        return check_text(
            body,
            alphabet=self.alphabet(),
            new=self.new_characters if self.kind == self.Kind.KEYS else "",
            length=self.length,
            layout=layout(self.course.layout),
        )
