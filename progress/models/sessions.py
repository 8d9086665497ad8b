"""Typing sessions: recorded ones with their keystrokes, and those begun and not finished."""

from typing import Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from lessons.models import Lesson, TypingText

RECORD_ACCURACY = 85
"""Per cent below which a speed is no record, however high: as many as the first certificate wants."""
BOARD_ACCURACY = 90
"""Per cent below which a run has no place on a leaderboard, however fast."""
SPRINT = 50
"""Words below which a test shows how fast one is for a moment: its record is one among its like only."""


class TypingSessionQuerySet(models.QuerySet["TypingSession"]):
    def records(self) -> Self:
        """Those whose speed counts as a record; `TypingSession.sets_records` says so of one."""
        return self.filter(ranked=True, accuracy__gte=RECORD_ACCURACY)

    def comparable(self) -> Self:
        """Those that many learners type alike: lessons, and tests of minutes, not easy ones; `is_comparable` of one."""
        return self.filter(
            models.Q(kind=TypingSession.Kind.LESSON)
            | models.Q(
                kind=TypingSession.Kind.TEST, minutes__isnull=False, difficulty__in=COMPARABLE_DIFFICULTIES
            )
        )

    def on_boards(self) -> Self:
        """Those that have a place on a leaderboard; `has_board` of one."""
        return self.comparable().filter(ranked=True, accuracy__gte=BOARD_ACCURACY)


class TypingSession(models.Model):
    """One run over one text, from the first to the last key, as the server scored it."""

    class Kind(models.TextChoices):
        LESSON = "lesson", _("Lesson")
        DRILL = "drill", _("Drill")
        TEST = "test", _("Test")
        PLACING = "placing", _("Placement test")
        LINE = "line", _("First line")

    class Difficulty(models.TextChoices):
        """What a test is made of."""

        EASY = "easy", _("easy: the most frequent words")
        EASY_SIGNS = "easy-p", _("frequent words with punctuation")
        EASY_DIGITS = "easy-d", _("frequent words with numbers")
        EASY_BOTH = "easy-pd", _("frequent words with punctuation and numbers")
        PLAIN = "plain", _("prose without punctuation")
        PLAIN_DIGITS = "plain-d", _("prose without punctuation, with numbers")
        ORDINARY = "ordinary", _("ordinary: prose")
        HARD = "hard", _("hard: prose with digits and signs")

    class Source(models.TextChoices):
        KEYSTROKES = "keystrokes", _("keystroke log")
        PLAIN = "plain", _("plain form")
        LEGACY = "legacy", _("log of the old program")

    id = models.UUIDField(primary_key=True, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, db_index=False, related_name="typing_sessions"
    )
    kind = models.CharField(max_length=8, choices=Kind.choices)
    lesson = models.ForeignKey(Lesson, models.PROTECT, null=True, related_name="typing_sessions")
    text = models.ForeignKey(TypingText, models.PROTECT, db_index=False, related_name="typing_sessions")
    minutes = models.PositiveSmallIntegerField(null=True)
    """How long a test of a fixed time lasts."""
    words = models.PositiveSmallIntegerField(null=True)
    """How many a test of a fixed number of words has."""
    difficulty = models.CharField(max_length=8, choices=Difficulty.choices, blank=True, db_default="")
    is_extendable = models.BooleanField(default=False, db_default=False)
    """A test whose time could be extended."""
    layout = models.CharField(max_length=32)
    started_at = models.DateTimeField()
    recorded_at = models.DateTimeField(_("recorded"))
    local_date = models.DateField()
    """The learner's day in which it began, by her time zone of then."""
    counted_at = models.DateTimeField()
    """When it was counted into its learner's aggregates; no two on one layout at once."""
    duration_ms = models.PositiveIntegerField()
    cpm = models.FloatField(_("characters per minute"))
    raw_cpm = models.FloatField()
    accuracy = models.FloatField(_("accuracy, %"))
    consistency = models.FloatField(_("evenness, %"), null=True)
    rollover = models.FloatField(null=True)
    """The share of keys still held when the next came, 0 to 1; None where no hold is known."""
    errors = models.PositiveIntegerField()
    keystrokes = models.PositiveIntegerField()
    stars = models.PositiveSmallIntegerField(null=True)
    ranked = models.BooleanField()
    flags = ArrayField(models.CharField(max_length=24), default=list)
    is_reviewed = models.BooleanField(default=False, db_default=False)
    """Somebody looked at it and decided whether to rank it."""
    source = models.CharField(max_length=10, choices=Source.choices)
    submission_sha256 = models.BinaryField(max_length=32)
    rhythm = models.BinaryField(max_length=16, null=True)

    objects = TypingSessionQuerySet.as_manager()

    class Meta:
        verbose_name = _("typed exercise")
        verbose_name_plural = _("typed exercises")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(stars=None) | models.Q(stars__range=(1, 5)), name="stars_1_to_5"
            ),
            models.CheckConstraint(condition=models.Q(accuracy__range=(0, 100)), name="accuracy_percent"),
            models.CheckConstraint(
                condition=models.Q(kind="lesson", lesson__isnull=False) | ~models.Q(kind="lesson"),
                name="lesson_session_has_lesson",
            ),
            models.CheckConstraint(
                condition=models.Q(kind="test", minutes__isnull=False, words=None)
                | models.Q(kind="test", minutes=None, words__isnull=False)
                | models.Q(kind="placing", words=None)
                | (~models.Q(kind__in=["test", "placing"]) & models.Q(minutes=None, words=None)),
                name="test_session_has_length",
            ),
        ]
        indexes = [
            models.Index(fields=["user", "-started_at"], name="session_user_started"),
            models.Index(fields=["user", "lesson", "-started_at"], name="session_lesson_started"),
            models.Index(fields=["text"], name="session_text"),
            models.Index(fields=["rhythm"], name="session_rhythm", condition=models.Q(rhythm__isnull=False)),
            models.Index(fields=["user", "text", "-recorded_at"], name="session_user_text"),
            models.Index(
                fields=["user", "layout", "minutes", "words", "cpm"],
                name="session_of_test",
                condition=models.Q(kind="test", ranked=True),
            ),
            models.Index(fields=["-recorded_at"], name="session_flagged", condition=~models.Q(flags=[])),
            # In the order of the table, so that a few kilobytes find what came lately.
            BrinIndex(fields=["recorded_at"], autosummarize=True, name="session_recorded"),
        ]

    def __str__(self) -> str:
        return str(self.id)

    def get_absolute_url(self) -> str:
        return reverse("progress:session", args=[self.id])

    @property
    def characters(self) -> int:
        """Those that stand, without the first, which takes no time."""
        return round(self.cpm * self.duration_ms / 60_000)

    @property
    def limit_ms(self) -> int | None:
        """When a timed run was over, ms; None where it lasted as long as it took."""
        return None if self.minutes is None or self.is_extendable else self.minutes * 60_000

    @property
    def may_be_ranked(self) -> bool:
        """Typed key by key, in its time, longer than a line, and nothing speaks against it."""
        if self.kind == self.Kind.LINE:
            return False
        return self.source == self.Source.KEYSTROKES and not self.flags and not self.is_extendable

    @property
    def sets_records(self) -> bool:
        """Whether its speed counts as one among its like."""
        return self.ranked and self.accuracy >= RECORD_ACCURACY

    @property
    def sets_records_of_all(self) -> bool:
        """Whether its speed counts as one beside everything else that was typed."""
        return self.sets_records and not is_sprint(self.words)

    @property
    def is_comparable(self) -> bool:
        """A lesson, or a test of minutes that is not easy."""
        is_timed = self.kind == self.Kind.TEST and self.minutes is not None
        return self.kind == self.Kind.LESSON or (is_timed and self.difficulty in COMPARABLE_DIFFICULTIES)

    @property
    def has_board(self) -> bool:
        """Whether it has a place on a leaderboard."""
        return self.is_comparable and self.ranked and self.accuracy >= BOARD_ACCURACY


def is_sprint(words: int | None) -> bool:
    """Whether a test of so many words is too short for its speed to count beside others; None: no such test."""
    return words is not None and words < SPRINT


COMPARABLE_DIFFICULTIES = (TypingSession.Difficulty.ORDINARY, TypingSession.Difficulty.HARD)


class KeystrokeLog(models.Model):
    """A session's packed keystrokes (`progress.keystrokes.packing`), in a table partitioned by month."""

    pk = models.CompositePrimaryKey("session_id", "month")
    month = models.DateField()
    session = models.OneToOneField(TypingSession, models.CASCADE, related_name="log", db_index=False)
    packed = models.BinaryField()


class OpenSession(models.Model):
    """A run that has begun and is not finished: what was typed so far, in parts, so that it can go on elsewhere."""

    id = models.UUIDField(primary_key=True, editable=False)
    """Of the session it becomes."""
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="open_sessions")
    lesson = models.ForeignKey(Lesson, models.CASCADE, null=True, related_name="+")
    ticket = models.TextField()
    started_at_ms = models.BigIntegerField()
    updated_at = models.DateTimeField(db_index=True)


class OpenPart(models.Model):
    """Keystrokes of an open session; `start` is how many came before them."""

    session = models.ForeignKey(OpenSession, models.CASCADE, db_index=False, related_name="parts")
    start = models.PositiveIntegerField()
    events = models.JSONField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["session", "start"], name="open_part_unique")]
