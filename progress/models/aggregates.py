"""What sessions add up to. A new aggregate is a class here and its name in `AGGREGATES`."""

import json
from collections.abc import Mapping
from functools import partial
from typing import Any, ClassVar
from uuid import UUID

from django.conf import settings
from django.db import models
from psycopg.types.json import Jsonb

from lessons.models import Course, Lesson
from progress.keystrokes.passing import ACCURATE, Runs
from progress.keystrokes.replay import Replay
from progress.keystrokes.skill import Skill
from progress.keystrokes.skill_states import from_state, to_state
from progress.keystrokes.strikes import strikes
from progress.models.sessions import TypingSession


class Aggregate(models.Model):
    """What a learner's sessions add up to, a row for each value of `KEY`.

    `KEY` names the columns that tell her rows apart, each with where a session has its value; a session without a value
    for a column that needs one is not counted. `needs_keystrokes`: only sessions with a keystroke log are counted, so
    that a row is not made anew once some of its logs have expired. Everything else follows from `add`: see
    `progress.recording.aggregates`.
    """

    KEY: ClassVar[Mapping[str, str]]
    needs_keystrokes: ClassVar[bool] = False
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, db_index=False, related_name="+")

    class Meta:
        abstract = True

    def add(self, session: TypingSession, played: Replay | None) -> None:
        """Count one more session; `played`: its keystrokes, where there are some."""


class SkillField(models.JSONField):
    """A learner's `Skill`, stored as JSON; migrations know it as that."""

    def deconstruct(self) -> Any:
        name, _path, arguments, options = super().deconstruct()
        return name, "django.db.models.JSONField", arguments, options | {"default": dict}

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Skill:
        return from_state(super().from_db_value(value, expression, connection))

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        # Cyrillic as it is: escaped it would be three times as long on its way.
        return Jsonb(to_state(value), dumps=partial(json.dumps, ensure_ascii=False))


class SkillProfile(Aggregate):
    """The statistics of every key and pair of keys of a learner on one layout."""

    KEY = {"layout": "layout"}
    needs_keystrokes = True

    layout = models.CharField(max_length=32)
    skill = SkillField(default=Skill, db_column="state")
    counted_at = models.DateTimeField(null=True)
    """`counted_at` of the last session in it."""

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "layout"], name="skill_profile_unique")]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.layout}"

    @classmethod
    def skill_of(cls, user_id: UUID, layout: str) -> Skill:
        """What is known of a learner's keys on a layout; one query."""
        found = cls.objects.filter(user=user_id, layout=layout).first()
        return found.skill if found else Skill()

    def add(self, session: TypingSession, played: Replay | None) -> None:
        if played:
            self.skill.add(played, strikes(self.layout))
            self.counted_at = session.counted_at


class DailyStat(Aggregate):
    """What a learner typed on one of her days, by layout and course; drills and tests have no course.

    `characters` are those that stand, without the first of each session, so that their number over `duration_ms` is the
    speed; `accuracy_sum` is each session's accuracy times its characters. `consistency_sum` and `rollover_sum`
    likewise, over the `consistency_characters` and `rollover_characters` of the sessions that have one.
    """

    KEY = {"date": "local_date", "layout": "layout", "course_id": "lesson__course_id"}

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

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "date", "layout", "course"], nulls_distinct=False, name="daily_stat_unique"
            )
        ]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.date}"

    def add(self, session: TypingSession, played: Replay | None) -> None:
        characters = session.characters
        self.sessions += 1
        self.characters += characters
        self.keystrokes += session.keystrokes
        self.errors += session.errors
        self.duration_ms += session.duration_ms
        self.accuracy_sum += session.accuracy * characters
        if session.consistency is not None:
            self.consistency_sum += session.consistency * characters
            self.consistency_characters += characters
        if session.rollover is not None:
            self.rollover_sum += session.rollover * characters
            self.rollover_characters += characters
        if session.sets_records_of_all:
            self.best_cpm = max(self.best_cpm, session.cpm)


class LessonProgress(Aggregate):
    """What a learner's sessions of one lesson add up to."""

    KEY = {"lesson_id": "lesson_id"}

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

    def add(self, session: TypingSession, played: Replay | None) -> None:
        self.runs += 1
        self.accurate_runs += session.accuracy >= ACCURATE
        self.best_stars = max(self.best_stars, session.stars or 0)
        if session.sets_records:
            self.best_cpm = max(self.best_cpm, session.cpm)
        self.best_accuracy = max(self.best_accuracy, session.accuracy)
        self.last_at = max(self.last_at or session.recorded_at, session.recorded_at)


AGGREGATES: tuple[type[Aggregate], ...] = (LessonProgress, DailyStat, SkillProfile)
"""All there are; a session is counted in a row of each. Read as `models.AGGREGATES`, so that a test can add one."""
