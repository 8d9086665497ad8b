from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from lessons.models import Lesson, TypingText

from .unlocking import ACCURATE, Runs


class TypingSession(models.Model):
    """One run over one text, from the first to the last key, as the server scored it."""

    class Kind(models.TextChoices):
        LESSON = "lesson", _("Lesson")
        DRILL = "drill", _("Drill")

    class Source(models.TextChoices):
        KEYSTROKES = "keystrokes", _("keystroke log")
        PLAIN = "plain", _("plain form")

    id = models.UUIDField(primary_key=True, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="typing_sessions")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    lesson = models.ForeignKey(Lesson, models.PROTECT, null=True, related_name="typing_sessions")
    text = models.ForeignKey(TypingText, models.PROTECT, related_name="typing_sessions")
    layout = models.CharField(max_length=32)
    started_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    duration_ms = models.PositiveIntegerField()
    cpm = models.FloatField()
    raw_cpm = models.FloatField()
    accuracy = models.FloatField()
    consistency = models.FloatField(null=True)
    errors = models.PositiveIntegerField()
    keystrokes = models.PositiveIntegerField()
    stars = models.PositiveSmallIntegerField(null=True)
    ranked = models.BooleanField()
    flags = ArrayField(models.CharField(max_length=24), default=list)
    source = models.CharField(max_length=10, choices=Source.choices)
    submission_sha256 = models.BinaryField(max_length=32)
    rhythm = models.BinaryField(max_length=16, null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(stars=None) | models.Q(stars__range=(1, 5)), name="stars_1_to_5"
            ),
            models.CheckConstraint(condition=models.Q(accuracy__range=(0, 100)), name="accuracy_percent"),
            models.CheckConstraint(
                condition=models.Q(kind="lesson", lesson__isnull=False) | ~models.Q(kind="lesson"),
                name="lesson_session_has_lesson",
            ),
        ]
        indexes = [
            models.Index(fields=["user", "-recorded_at"], name="session_user_recorded"),
            models.Index(fields=["user", "lesson", "-recorded_at"], name="session_user_lesson"),
            models.Index(fields=["rhythm"], name="session_rhythm", condition=models.Q(rhythm__isnull=False)),
        ]

    def __str__(self) -> str:
        return str(self.id)

    def get_absolute_url(self) -> str:
        return reverse("progress:session", args=[self.id])


class KeystrokeLog(models.Model):
    """A session's packed keystrokes (`progress.packing`), in a table partitioned by month."""

    pk = models.CompositePrimaryKey("session_id", "month")
    month = models.DateField()
    session = models.OneToOneField(TypingSession, models.CASCADE, related_name="log", db_index=False)
    packed = models.BinaryField()


class LessonProgress(models.Model):
    """What a learner's sessions of one lesson add up to; `rebuild_aggregates` makes it anew from them."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="lesson_progress")
    lesson = models.ForeignKey(Lesson, models.CASCADE, related_name="progress")
    runs = models.PositiveIntegerField(default=0)
    accurate_runs = models.PositiveIntegerField(default=0)
    best_stars = models.PositiveSmallIntegerField(default=0)
    best_cpm = models.FloatField(default=0)
    best_accuracy = models.FloatField(default=0)
    last_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "lesson"], name="lesson_progress_unique")]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.lesson_id}"

    def as_runs(self) -> Runs:
        return Runs(self.best_stars, self.accurate_runs)

    def add(self, session: TypingSession) -> None:
        """Count one more session of this lesson."""
        self.runs += 1
        self.accurate_runs += session.accuracy >= ACCURATE
        self.best_stars = max(self.best_stars, session.stars or 0)
        if not session.flags:
            self.best_cpm = max(self.best_cpm, session.cpm)
        self.best_accuracy = max(self.best_accuracy, session.accuracy)
        self.last_at = max(self.last_at, session.recorded_at)
