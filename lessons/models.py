import hashlib

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.models import Language


def localised(ru: str, en: str) -> str:
    """The Russian or the English wording, by the reader's language."""
    return ru if (get_language() or "").startswith("ru") else en


class TypingText(models.Model):
    """A text as it was typed: immutable, named by the SHA-256 of its body, so sessions keep theirs."""

    sha256 = models.CharField(primary_key=True, max_length=64, editable=False)
    body = models.TextField(_("text"))

    class Meta:
        verbose_name = _("typing text")
        verbose_name_plural = _("typing texts")

    def __str__(self) -> str:
        return self.body[:60]

    @staticmethod
    def digest(body: str) -> str:
        return hashlib.sha256(body.encode()).hexdigest()

    @classmethod
    def of(cls, body: str) -> "TypingText":
        """The one row that holds `body`, made when there is none."""
        return cls.objects.get_or_create(sha256=cls.digest(body), defaults={"body": body})[0]


class Course(models.Model):
    slug = models.SlugField(_("slug"), unique=True)
    language = models.CharField(_("language"), max_length=2, choices=Language.choices)
    layout = models.CharField(_("keyboard layout"), max_length=32)
    title_ru = models.CharField(_("title in Russian"), max_length=120)
    title_en = models.CharField(_("title in English"), max_length=120)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        ordering = ["position", "slug"]
        verbose_name = _("course")
        verbose_name_plural = _("courses")

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        return localised(self.title_ru, self.title_en)


class Block(models.Model):
    course = models.ForeignKey(Course, models.CASCADE, related_name="blocks", verbose_name=_("course"))
    position = models.PositiveSmallIntegerField(_("position"))
    title_ru = models.CharField(_("title in Russian"), max_length=120)
    title_en = models.CharField(_("title in English"), max_length=120)

    class Meta:
        ordering = ["course", "position"]
        constraints = [models.UniqueConstraint(fields=["course", "position"], name="block_position_unique")]
        verbose_name = _("block")
        verbose_name_plural = _("blocks")

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        return localised(self.title_ru, self.title_en)


class Lesson(models.Model):
    """One of a course's lessons. Without a text, or unpublished, it is shown as coming."""

    course = models.ForeignKey(Course, models.CASCADE, related_name="lessons", verbose_name=_("course"))
    block = models.ForeignKey(Block, models.PROTECT, related_name="lessons", verbose_name=_("block"))
    number = models.PositiveSmallIntegerField(_("number"), validators=[MinValueValidator(1)])
    title_ru = models.CharField(_("title in Russian"), max_length=120)
    title_en = models.CharField(_("title in English"), max_length=120)
    goal_ru = models.CharField(_("goal in Russian"), max_length=200, blank=True)
    goal_en = models.CharField(_("goal in English"), max_length=200, blank=True)
    new_characters = models.CharField(_("new characters"), max_length=64, blank=True)
    target_cpm = models.PositiveSmallIntegerField(_("target speed, characters per minute"))
    target_accuracy = models.PositiveSmallIntegerField(
        _("target accuracy, %"), validators=[MaxValueValidator(100)]
    )
    length = models.PositiveSmallIntegerField(_("planned length, characters"))
    is_free = models.BooleanField(_("free"), default=False)
    is_published = models.BooleanField(_("published"), default=False)
    text = models.ForeignKey(
        TypingText, models.PROTECT, null=True, blank=True, related_name="lessons", verbose_name=_("text")
    )
    loaded_digest = models.CharField(max_length=64, blank=True, editable=False)

    class Meta:
        ordering = ["course", "number"]
        constraints = [models.UniqueConstraint(fields=["course", "number"], name="lesson_number_unique")]
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
    def is_ready(self) -> bool:
        return self.is_published and self.text_id is not None
