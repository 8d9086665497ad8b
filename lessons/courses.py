"""Loads course files into the database, leaving alone what an editor changed."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from django.db import transaction

from .course_files import LessonPlan, read_course
from .models import Block, Course, FromFile, Lesson, TypingText

Outcome = Literal["created", "updated", "kept", "unchanged"]


@dataclass
class Report:
    """What loading a course did: a count of rows by outcome, and the names of those kept as edited."""

    slug: str
    lessons: int
    with_text: int
    counts: Counter[Outcome] = field(default_factory=Counter)
    kept: list[str] = field(default_factory=list)

    def note(self, name: str, outcome: Outcome) -> None:
        self.counts[outcome] += 1
        if outcome == "kept":
            self.kept.append(name)


@transaction.atomic
def load_course(path: Path, *, dry_run: bool = False) -> Report:
    """Bring a course up to its `course.toml`; with `dry_run` only report. Raises CourseFileError."""
    plan = read_course(path)
    report = Report(plan.slug, len(plan.lessons), sum(lesson.text is not None for lesson in plan.lessons))

    course = Course.objects.select_for_update().filter(slug=plan.slug).first() or Course(slug=plan.slug)
    values = {name: getattr(plan, name) for name in Course.FILLED}
    report.note("course", _fill(course, values))

    blocks = {block.position: block for block in course.blocks.select_for_update()}
    for block_plan in plan.blocks:
        block = blocks.setdefault(block_plan.position, Block(course=course, position=block_plan.position))
        values = {name: getattr(block_plan, name) for name in Block.FILLED}
        report.note(f"block {block.position}", _fill(block, values))

    lessons = {lesson.number: lesson for lesson in course.lessons.select_for_update()}
    for lesson_plan in plan.lessons:
        lesson = lessons.get(lesson_plan.number) or Lesson(course=course, number=lesson_plan.number)
        outcome = _fill(lesson, _lesson_values(lesson_plan, blocks[lesson_plan.block]), lesson_plan.text)
        report.note(f"lesson {lesson.number}", outcome)

    if dry_run:
        transaction.set_rollback(True)
    return report


def _lesson_values(plan: LessonPlan, block: Block) -> dict[str, Any]:
    placed = {
        "block_id": block.pk,
        "is_published": plan.text is not None,
        "text_id": None if plan.text is None else TypingText.digest(plan.text),
    }
    return {name: placed[name] if name in placed else getattr(plan, name) for name in Lesson.FILLED}


def _fill(row: FromFile, values: Mapping[str, Any], body: str | None = None) -> Outcome:
    digest = row.digest(values)
    is_new = row.pk is None
    if not is_new and row.is_edited and row.current_digest != digest:
        return "kept"
    if row.loaded_digest == digest:
        return "unchanged"
    if body is not None:
        TypingText.of(body)
    for name, value in values.items():
        setattr(row, name, value)
    row.loaded_digest = digest
    row.save()
    return "created" if is_new else "updated"
