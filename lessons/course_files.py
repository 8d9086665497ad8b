"""Course files: `course.toml` with the plan of a course, and `001.txt` … with the typing texts beside it."""

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .content_files import content
from .keyboards import layouts
from .languages import TYPED

KINDS = ("keys", "words", "text", "test")
MODES = ("stop", "free")
TIP_LENGTH = 110
LONGEST_TEXT = 10_000
"""Characters of a text: its ticket must stay one that the server takes."""
MOST_FURTHER = 30_000
"""Characters of all further texts of a lesson: a workbook's cell holds 32,767."""


class CourseFileError(ValueError):
    """A course file that cannot be loaded; the message names the file and the line or key."""


@dataclass(frozen=True)
class BlockPlan:
    position: int
    title_ru: str
    title_en: str


@dataclass(frozen=True)
class LessonPlan:
    """A lesson as planned; `length` in characters, `text` None while there is no file of it, `further_texts` as in the
    file, with an empty line between two."""

    number: int
    block: int
    title_ru: str
    title_en: str
    goal_ru: str
    goal_en: str
    tip_ru: str
    tip_en: str
    kind: str
    new_characters: str
    target_cpm: int
    target_accuracy: int
    length: int
    is_free: bool
    text: str | None
    further_texts: str
    mode: str
    has_rests: bool
    is_for_learner: bool


@dataclass(frozen=True)
class CoursePlan:
    slug: str
    language: str
    layout: str
    title_ru: str
    title_en: str
    position: int
    blocks: tuple[BlockPlan, ...]
    lessons: tuple[LessonPlan, ...]


def course_files() -> list[Path]:
    """The course files that come with the product."""
    return sorted(content().glob("*/course.toml"))


def typed_form(text: str) -> str:
    """`text` as it is typed: composed (NFC), lines ended by "\\n", no spaces or empty lines at the ends."""
    lines = unicodedata.normalize("NFC", text).splitlines()
    return "\n".join(line.rstrip() for line in lines).strip()


def texts_in(body: str) -> tuple[str, ...]:
    """The texts of a lesson, in each's typed form, where an empty line stands between two."""
    return tuple(re.split(r"\n{2,}", typed)) if (typed := typed_form(body)) else ()


def joined(texts: Iterable[str]) -> str:
    """Texts as `texts_in` reads them."""
    return "\n\n".join(texts)


def read_course(path: Path) -> CoursePlan:
    """The plan in a course file and the texts beside it. Raises CourseFileError."""
    table = _Table(path, "", _toml(path))
    blocks: dict[str, BlockPlan] = {}
    for position, block in enumerate(table.tables("block"), 1):
        code = block.text("code")
        if code in blocks:
            raise block.error("code", f"{code!r} is taken by another block")
        blocks[code] = BlockPlan(position, block.text("title_ru"), block.text("title_en"))
    lessons: dict[int, LessonPlan] = {}
    for lesson in table.tables("lesson"):
        plan = _lesson(lesson, blocks, path.parent)
        if plan.number in lessons:
            raise lesson.error("number", f"{plan.number} is taken by another lesson")
        lessons[plan.number] = plan
    layout = table.text("layout")
    if layout not in layouts():
        raise table.error("layout", f"must be one of {', '.join(layouts())}")
    language = table.text("language")
    if language not in TYPED:
        raise table.error("language", f"must be one of {', '.join(TYPED)}")
    return CoursePlan(
        slug=table.text("slug"),
        language=language,
        layout=layout,
        title_ru=table.text("title_ru"),
        title_en=table.text("title_en"),
        position=table.integer("position", default=0, least=0),
        blocks=tuple(blocks.values()),
        lessons=tuple(lessons.values()),
    )


def _toml(path: Path) -> dict[str, Any]:
    text = _read(path)
    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        # Beside what is no TOML: a number of thousands of digits, tables within tables without end.
        raise CourseFileError(f"{path}: {error}") from error


def _read(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except OSError as error:
        raise CourseFileError(f"{path}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise CourseFileError(f"{path}: line {line}: not UTF-8") from error


def _lesson(lesson: "_Table", blocks: Mapping[str, BlockPlan], folder: Path) -> LessonPlan:
    number = lesson.integer("number")
    code = lesson.text("block")
    if code not in blocks:
        raise lesson.error("block", f"there is no block {code!r}")
    text_file = folder / f"{number:03}.txt"
    body = typed_form(_read(text_file)) if text_file.exists() else ""
    if "\0" in body:
        line = body.count("\n", 0, body.index("\0")) + 1
        raise CourseFileError(f"{text_file}: line {line}: a NUL character")
    first, *further = texts_in(body) or ("",)
    if max(len(first), *map(len, further), 0) > LONGEST_TEXT or len(joined(further)) > MOST_FURTHER:
        raise CourseFileError(
            f"{text_file}: more than {LONGEST_TEXT} characters a text, or {MOST_FURTHER} in all"
        )
    accuracy = lesson.integer("accuracy")
    if accuracy > 100:
        raise lesson.error("accuracy", "must be at most 100 %")
    kind, mode = lesson.text("kind"), lesson.text("mode", default=MODES[0])
    if kind not in KINDS:
        raise lesson.error("kind", f"must be one of {', '.join(KINDS)}")
    if mode not in MODES:
        raise lesson.error("mode", f"must be one of {', '.join(MODES)}")
    return LessonPlan(
        number=number,
        block=blocks[code].position,
        title_ru=lesson.text("title_ru"),
        title_en=lesson.text("title_en"),
        goal_ru=lesson.text("goal_ru", longest=200),
        goal_en=lesson.text("goal_en", longest=200),
        tip_ru=lesson.text("tip_ru", longest=TIP_LENGTH),
        tip_en=lesson.text("tip_en", longest=TIP_LENGTH),
        kind=kind,
        new_characters=lesson.text("new", longest=64, empty=True),
        target_cpm=lesson.integer("target_cpm"),
        target_accuracy=accuracy,
        length=lesson.integer("length"),
        is_free=lesson.flag("free"),
        text=first or None,
        further_texts=joined(further),
        mode=mode,
        has_rests=lesson.flag("rests", default=False),
        is_for_learner=lesson.flag("for_learner", default=False),
    )


@dataclass(frozen=True)
class _Table:
    """A TOML table that knows where it stands, for its error messages."""

    path: Path
    place: str
    data: Mapping[str, Any]

    def error(self, key: str, problem: str) -> CourseFileError:
        return CourseFileError(f"{self.path}: {self.place}{key}: {problem}")

    def tables(self, key: str) -> list["_Table"]:
        rows = self.data.get(key)
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            raise self.error(key, f"write each as a [[{key}]] table")
        return [
            _Table(self.path, f"{key} {row.get('number', row.get('code', index))}: ", row)
            for index, row in enumerate(rows, 1)
        ]

    def text(self, key: str, *, longest: int = 120, empty: bool = False, default: str | None = None) -> str:
        value = self.data.get(key, default)
        if not isinstance(value, str) or not (value or empty):
            raise self.error(key, "must be a text in quotes")
        if len(value) > longest:
            raise self.error(key, f"must be at most {longest} characters long")
        return unicodedata.normalize("NFC", value)

    def integer(self, key: str, *, default: int | None = None, least: int = 1) -> int:
        value = self.data.get(key, default)
        if type(value) is not int or not least <= value <= 32767:
            raise self.error(key, f"must be a whole number from {least} to 32767")
        return value

    def flag(self, key: str, *, default: bool | None = None) -> bool:
        value = self.data.get(key, default)
        if not isinstance(value, bool):
            raise self.error(key, "must be true or false")
        return value
