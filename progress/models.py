from collections.abc import Collection
from dataclasses import dataclass

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from lessons.models import Course, Lesson, TypingText
from progress.keystrokes.passing import ACCURATE, Runs
from progress.keystrokes.replay import Replay
from progress.keystrokes.skill import Skill, from_state, to_state
from progress.keystrokes.strikes import strikes

RECORD_ACCURACY = 85
"""Per cent below which a speed is no record, however high: as many as the first certificate wants."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """What recording a session brought to light, so that its result need not read it again.

    `played`: its keystrokes played again; `before_cpm`: the speed of the learner's last session of the lesson before;
    `progress`: her progress in the lesson; `earned`: the codes of the achievements it brought.
    """

    played: Replay | None
    before_cpm: float | None
    progress: "LessonProgress | None"
    earned: Collection[str]


class TypingSession(models.Model):
    """One run over one text, from the first to the last key, as the server scored it."""

    class Kind(models.TextChoices):
        LESSON = "lesson", _("Lesson")
        DRILL = "drill", _("Drill")
        TEST = "test", _("Test")

    class Difficulty(models.TextChoices):
        """What a test is made of."""

        EASY = "easy", _("easy: the most frequent words")
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
    """How long a test lasts."""
    difficulty = models.CharField(max_length=8, choices=Difficulty.choices, blank=True, db_default="")
    is_extendable = models.BooleanField(default=False, db_default=False)
    """A test whose time could be extended."""
    layout = models.CharField(max_length=32)
    started_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    local_date = models.DateField()
    """The learner's day in which it began, by her time zone of then."""
    counted_at = models.DateTimeField()
    """When it was counted into its learner's aggregates; no two on one layout at once."""
    duration_ms = models.PositiveIntegerField()
    cpm = models.FloatField()
    raw_cpm = models.FloatField()
    accuracy = models.FloatField()
    consistency = models.FloatField(null=True)
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

    recorded: "Recorded | None" = None
    """What was at hand when it was recorded, only then."""

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
            models.CheckConstraint(
                condition=models.Q(kind="test", minutes__isnull=False)
                | (~models.Q(kind="test") & models.Q(minutes=None)),
                name="test_session_has_minutes",
            ),
        ]
        indexes = [
            models.Index(fields=["user", "-recorded_at"], name="session_user_recorded"),
            models.Index(fields=["user", "lesson", "-recorded_at"], name="session_user_lesson"),
            models.Index(fields=["text"], name="session_text"),
            models.Index(fields=["rhythm"], name="session_rhythm", condition=models.Q(rhythm__isnull=False)),
            models.Index(fields=["user", "text", "-recorded_at"], name="session_user_text"),
            models.Index(
                fields=["user", "layout", "minutes", "cpm"],
                name="session_test",
                condition=models.Q(kind="test", ranked=True),
            ),
            models.Index(fields=["-recorded_at"], name="session_flagged", condition=~models.Q(flags=[])),
        ]

    def __str__(self) -> str:
        return str(self.id)

    def get_absolute_url(self) -> str:
        return reverse("progress:session", args=[self.id])

    @property
    def limit_ms(self) -> int | None:
        """When a timed run was over, ms; None where it lasted as long as it took."""
        return None if self.minutes is None or self.is_extendable else self.minutes * 60_000

    @property
    def may_be_ranked(self) -> bool:
        """Typed key by key, in its time, and nothing speaks against it."""
        return self.source == self.Source.KEYSTROKES and not self.flags and not self.is_extendable

    @property
    def sets_records(self) -> bool:
        """Whether its speed counts as one."""
        return self.ranked and self.accuracy >= RECORD_ACCURACY


class SkillProfile(models.Model):
    """The statistics of every key and pair of keys (`progress.skill`) of a learner on one layout."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, db_index=False, related_name="skill_profiles"
    )
    layout = models.CharField(max_length=32)
    state = models.JSONField(default=dict)
    counted_at = models.DateTimeField(null=True)
    """`counted_at` of the last session in it."""

    skill: Skill | None = None
    """What `state` holds, once a session was added."""

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "layout"], name="skill_profile_unique")]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.layout}"

    def add(self, session: TypingSession, played: Replay) -> None:
        """Count one more session on this layout."""
        self.skill = self.skill or from_state(self.state)
        self.skill.add(played, strikes(self.layout))
        self.state = to_state(self.skill)
        self.counted_at = session.counted_at


class DailyStat(models.Model):
    """What a learner typed on one of her days, by layout and course; drills and tests have no course.

    `characters` are those that stand, without the first of each session, so that their number over `duration_ms` is the
    speed; `accuracy_sum` is each session's accuracy times its characters. `consistency_sum` and `rollover_sum`
    likewise, over the `consistency_characters` and `rollover_characters` of the sessions that have one.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, db_index=False, related_name="daily_stats"
    )
    date = models.DateField()
    layout = models.CharField(max_length=32)
    course = models.ForeignKey(Course, models.CASCADE, null=True, related_name="+")
    sessions = models.PositiveIntegerField(default=0)
    characters = models.PositiveIntegerField(default=0)
    keystrokes = models.PositiveIntegerField(default=0)
    errors = models.PositiveIntegerField(default=0)
    duration_ms = models.PositiveBigIntegerField(default=0)
    accuracy_sum = models.FloatField(default=0)
    consistency_sum = models.FloatField(default=0)
    consistency_characters = models.PositiveIntegerField(default=0)
    rollover_sum = models.FloatField(default=0, db_default=0)
    rollover_characters = models.PositiveIntegerField(default=0, db_default=0)
    best_cpm = models.FloatField(default=0)

    SUMS = (
        "sessions",
        "characters",
        "keystrokes",
        "errors",
        "duration_ms",
        "accuracy_sum",
        "consistency_sum",
        "consistency_characters",
        "rollover_sum",
        "rollover_characters",
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "date", "layout", "course"], nulls_distinct=False, name="daily_stat_unique"
            )
        ]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.date}"

    @classmethod
    def of(cls, session: TypingSession) -> "DailyStat":
        """An unsaved row of one session alone."""
        characters = round(session.cpm * session.duration_ms / 60_000)
        return cls(
            user_id=session.user_id,
            date=session.local_date,
            layout=session.layout,
            course_id=session.lesson.course_id if session.lesson else None,
            sessions=1,
            characters=characters,
            keystrokes=session.keystrokes,
            errors=session.errors,
            duration_ms=session.duration_ms,
            accuracy_sum=session.accuracy * characters,
            consistency_sum=(session.consistency or 0) * characters,
            consistency_characters=0 if session.consistency is None else characters,
            rollover_sum=(session.rollover or 0) * characters,
            rollover_characters=0 if session.rollover is None else characters,
            best_cpm=session.cpm if session.sets_records else 0,
        )

    @property
    def key(self) -> tuple[object, str, int | None]:
        return self.date, self.layout, self.course_id

    def add(self, other: "DailyStat") -> None:
        for name in self.SUMS:
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.best_cpm = max(self.best_cpm, other.best_cpm)


class KeystrokeLog(models.Model):
    """A session's packed keystrokes (`progress.packing`), in a table partitioned by month."""

    pk = models.CompositePrimaryKey("session_id", "month")
    month = models.DateField()
    session = models.OneToOneField(TypingSession, models.CASCADE, related_name="log", db_index=False)
    packed = models.BinaryField()


class LessonProgress(models.Model):
    """What a learner's sessions of one lesson add up to; `rebuild_aggregates` makes it anew from them."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, db_index=False, related_name="lesson_progress"
    )
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
        if session.sets_records:
            self.best_cpm = max(self.best_cpm, session.cpm)
        self.best_accuracy = max(self.best_accuracy, session.accuracy)
        self.last_at = max(self.last_at, session.recorded_at)


class Award(models.Model):
    """An achievement a learner has earned, for good; `session` is the one that earned it, unless it was deleted."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, db_index=False, related_name="awards")
    code = models.CharField(max_length=32)
    session = models.ForeignKey(TypingSession, models.SET_NULL, null=True, related_name="awards")
    earned_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "code"], name="award_unique")]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.code}"


class BoardEntry(models.Model):
    """A learner's best ranked run on one leaderboard in one of its days or weeks, or of all time.

    `board` is a language for its tests, or "lesson:" with a lesson's primary key. Only learners with a name on the
    leaderboards have entries.
    """

    class Period(models.TextChoices):
        DAY = "day", _("today")
        WEEK = "week", _("this week")
        EVER = "ever", _("all time")

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, db_index=False, related_name="board_entries"
    )
    board = models.CharField(max_length=32)
    period = models.CharField(max_length=4, choices=Period.choices)
    start = models.DateField()
    """The first day of the period, by UTC; 1 January 2000 of all time."""
    cpm = models.FloatField()
    accuracy = models.FloatField()
    """Both to the tenth, as they are compared."""
    session = models.ForeignKey(TypingSession, models.CASCADE, related_name="board_entries")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "board", "period", "start"], name="board_entry_unique")
        ]
        indexes = [
            models.Index(
                fields=["board", "period", "start", "-cpm", "-accuracy"],
                include=["user"],
                name="board_entry_standing",
            )
        ]

    def __str__(self) -> str:
        return f"{self.board} {self.period} {self.start}: {self.user_id}"


class Spread(models.Model):
    """How fast all learners are at something, counted once a day.

    `scope` is named as a leaderboard; `centiles` are the 1st to the 99th of the learners' best CPM.
    """

    scope = models.CharField(max_length=32, primary_key=True)
    learners = models.PositiveIntegerField()
    centiles = ArrayField(models.FloatField())
    counted_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.scope


class Certificate(models.Model):
    """What a learner has shown in a ranked test, with the name she wants on it; anyone with the code may see it."""

    class Level(models.TextChoices):
        BRONZE = "bronze", _("Bronze")
        SILVER = "silver", _("Silver")
        GOLD = "gold", _("Gold")
        PLATINUM = "platinum", _("Platinum")

    code = models.CharField(max_length=16, primary_key=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="certificates")
    session = models.OneToOneField(TypingSession, models.CASCADE, related_name="certificate")
    name = models.CharField(max_length=60)
    level = models.CharField(max_length=8, choices=Level.choices)
    issued_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.code

    def get_absolute_url(self) -> str:
        return reverse("progress:certificate", args=[self.code])


class WeeklyReport(models.Model):
    """That a learner was sent the report of a week, so that it goes out once."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, db_index=False, related_name="weekly_reports"
    )
    week = models.DateField()
    """Its Monday."""
    sent_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "week"], name="weekly_report_unique")]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.week}"


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
