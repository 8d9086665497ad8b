"""The order of a course: its blocks, and its lessons numbered through them."""

from collections.abc import Iterator, Mapping

from django.db import transaction

from .checks import Problem, check_text
from .course_files import texts_in
from .keyboards import layout
from .models import Block, Course, FromFile, Lesson
from .problems import describe, is_blocking


class SpoilsLessons(ValueError):
    """The change would leave published lessons with characters that aren't taught by then; args are sentences."""


def checked(course: Course) -> Iterator[tuple[Lesson, list[tuple[Problem, int]]]]:
    """The lessons of the course that have a text, with the problems of all their texts, each with the text's number.
    One query."""
    taught = {" "}
    for lesson in Lesson.objects.filter(course=course).order_by("number").select_related("text"):
        taught |= set(lesson.new_characters)
        if lesson.text is not None:
            problems = (
                (problem, number)
                for number, body in enumerate((lesson.text.body, *texts_in(lesson.further_texts)), 1)
                for problem in check_text(
                    body,
                    alphabet=taught,
                    new=lesson.new_characters,
                    length=lesson.length,
                    layout=layout(course.layout),
                )
            )
            yield lesson, list(problems)


def untypeable(course: Course) -> dict[int, str]:
    """Why published lessons of the course cannot be typed as taught, in words by primary key. One query."""
    found = {}
    for lesson, problems in checked(course):
        blocking = [describe(problem, text) for problem, text in problems if is_blocking(problem)]
        if lesson.is_published and blocking:
            found[lesson.pk] = f"{lesson}: {' '.join(blocking)}"
    return found


def advice(course: Course) -> list[str]:
    """What else the checks find in the texts of the course, a sentence or more a lesson. One query."""
    return [
        f"{lesson}: {' '.join(describe(*problem) for problem in problems)}"
        for lesson, problems in checked(course)
        if problems
    ]


@transaction.atomic
def arrange(
    course: Course, *, positions: Mapping[int, int], places: Mapping[int, tuple[int, int]]
) -> list[tuple[Block | Lesson, dict[str, tuple[object, object]]]]:
    """Give blocks and lessons the places asked for; the rest make room. Lessons follow their blocks.

    `positions`: a block's primary key to its position; `places`: a lesson's to its block's primary key and its
    number. Positions and numbers run from 1 without gaps afterwards. Returns each moved row with (old, new) by
    field name. Raises SpoilsLessons. A dozen queries, however many rows.
    """
    Course.objects.select_for_update().get(pk=course.pk)
    spoiled = untypeable(course)
    blocks = {block.pk: block for block in course.blocks.all()}
    ranked = sorted(
        blocks.values(), key=lambda row: _place(positions.get(row.pk, row.position), row.position)
    )
    rank = {block.pk: index for index, block in enumerate(ranked)}

    def lesson_place(lesson: Lesson) -> tuple[int, tuple[int, int, int]]:
        block, number = places.get(lesson.pk, (lesson.block_id, lesson.number))
        return rank.get(block, rank[lesson.block_id]), _place(number, lesson.number)

    moved: list[tuple[Block | Lesson, dict[str, tuple[object, object]]]] = []
    for position, block in enumerate(ranked, 1):
        if changed := _move(block, {"position": position}):
            moved.append((block, changed))
    for number, lesson in enumerate(sorted(course.lessons.all(), key=lesson_place), 1):
        block = ranked[lesson_place(lesson)[0]]
        was = str(blocks[lesson.block_id])
        if changed := _move(lesson, {"number": number, "block_id": block.pk}):
            if "block_id" in changed:
                changed["block"] = was, str(block)
                del changed["block_id"]
            moved.append((lesson, changed))
    Block.objects.bulk_update(
        [row for row, _ in moved if isinstance(row, Block)], ["position", "loaded_digest"]
    )
    Lesson.objects.bulk_update(
        [row for row, _ in moved if isinstance(row, Lesson)], ["number", "block", "loaded_digest"]
    )
    if worse := [sentence for pk, sentence in untypeable(course).items() if pk not in spoiled]:
        raise SpoilsLessons(*worse)
    return moved


def _place(wanted: int, now: int) -> tuple[int, int, int]:
    """Sorts a row that moves up before the one whose place it takes, one that moves down after it."""
    return wanted, (wanted > now) - (wanted < now), now


def _move(row: FromFile, values: Mapping[str, object]) -> dict[str, tuple[object, object]]:
    changed = {name: (getattr(row, name), new) for name, new in values.items() if getattr(row, name) != new}
    for name, (_, new) in changed.items():
        setattr(row, name, new)
    if changed and row.loaded_digest:
        row.loaded_digest = row.MOVED
    return changed
