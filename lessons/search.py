"""Search over the lessons of all courses: full text in PostgreSQL, mistyped words mended by edit distance."""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache, reduce
from operator import and_, or_
from typing import Any
from uuid import UUID

from django.contrib.postgres.search import SearchQuery, SearchQueryCombinable, SearchRank
from django.db.models import Case, F, Func, Q, When
from django.db.models.functions import Lower, Round
from django.utils.translation import get_language
from rapidfuzz.distance import OSA

from .expressions import Folded
from .models import Course, Lesson
from .outlines import outline

MOST_RESULTS = 60
MOST_WORDS = 8
PREFIX_FROM = 3
"""Letters from which the beginning of a word is enough."""
WORD = re.compile(r"[^\W_]+")
KEYS = ("клавиш", "кнопк", "букв", "символ", "знак", "key", "letter", "button", "symbol", "sign")
"""What one says before a character: «клавиша ф», "letter z"."""
LITTLE = frozenset("авикосуяai")
"""Letters that are words, too: «точка и запятая»."""
OTHER_WORDS = {
    "домашн": "основной",
    "пунктуац": "препинания",
    "больш": "заглавные",
    "прописн": "заглавные",
    "числ": "цифры",
    "программ": "код",
    "number": "digits",
    "uppercase": "capitals",
    "quote": "quotation",
    "bigram": "pairs",
    "биграм": "пары",
}
"""By how a word begins: the one the lessons say."""


@dataclass(frozen=True, slots=True)
class Found:
    """`lessons` with course and block, the best first; `mended`, the words searched instead of mistyped ones, ""
    for none; `partly` when no lesson has all of the words and these have some."""

    lessons: list[Lesson]
    mended: str = ""
    partly: bool = False


class Character(SearchQuery):
    """One character, taught by a lesson or standing alone in a title; signs are words here, too."""

    def __init__(self, char: str) -> None:
        doubled = char.replace("\\", "\\\\").replace("'", "''")
        super().__init__(f"'{doubled}'")

    def as_sql(self, compiler: Any, connection: Any, *args: Any, **options: Any) -> tuple[str, Any]:
        return super().as_sql(compiler, connection, template="%(expressions)s::tsquery")


def search(text: str) -> Found:
    """The lessons that `text` asks for: with all of its words, else with them mended, else with some of them.

    What was found is kept until a course changes, and shared, so only to be read.
    """
    revisions = Course.objects.order_by("pk").values_list("revision", flat=True)
    return _search(" ".join(text.lower().split()), get_language() or "", tuple(revisions))


@lru_cache(maxsize=256)
def _search(text: str, language: str, revisions: tuple[UUID, ...]) -> Found:
    words = list(_words(text))[:MOST_WORDS]
    if not words:
        return Found([])
    if lessons := _find(text, language, words, and_):
        return Found(lessons)
    mended = _mend(words)
    if mended != words and (lessons := _find(text, language, mended, and_)):
        return Found(lessons, mended=" ".join(mended))
    if len(mended) > 1 and (lessons := _find(text, language, mended, or_)):
        return Found(lessons, mended=" ".join(mended) if mended != words else "", partly=True)
    return Found([])


def fold(text: str) -> str:
    return " ".join(text.lower().replace("ё", "е").split())


def _words(text: str) -> Iterator[str]:
    """The words, and the characters that stand alone; of «клавиша ф» only ф, of «точка и запятая» no и."""
    said = [word for chunk in text.lower().split() for word in WORD.findall(chunk) or chunk]
    long = [word for word in said if len(word) > 1]
    others = [word for word in long if not word.startswith(KEYS)]
    single = len(said) > len(long)
    for word in dict.fromkeys(said):
        if len(word) == 1:
            if not (word in LITTLE and others):
                yield word
        elif word in others or not single:
            yield fold(word)


def _find(text: str, language: str, words: Sequence[str], joined: object) -> list[Lesson]:
    query = reduce(joined, map(_query, words))  # type: ignore[call-overload]
    exact = Q(exact_ru=fold(text)) | Q(exact_en=fold(text))
    taught = [When(new_characters__contains=word, then=1) for word in words if len(word) == 1]
    return list(
        Lesson.objects.select_related("course", "block")
        .defer("search", "block__search")
        .alias(
            exact_ru=Lower(Folded("title_ru")),
            exact_en=Lower("title_en"),
            words=Func(
                F("search"),
                F("block__search"),
                template="(%(expressions)s)",
                arg_joiner=" || ",
                output_field=Lesson._meta.get_field("search").output_field,
            ),
        )
        .filter(words=query)
        .order_by(
            Case(When(exact, then=0), *taught, default=2),
            Round(SearchRank(F("words"), query), precision=1).desc(),
            Case(When(course__language=language, then=0), default=1),
            "course__position",
            "course_id",
            "number",
        )[:MOST_RESULTS]
    )


def _query(word: str) -> SearchQueryCombinable:
    if len(word) == 1:
        return reduce(or_, map(Character, dict.fromkeys([word, fold(word)])))
    said = [word, *(other for start, other in OTHER_WORDS.items() if word.startswith(start))]
    return reduce(or_, [query for one in said for query in _forms(one)])


def _forms(word: str) -> Iterator[SearchQuery]:
    """A word as it is written or begins, and by its stem in either language."""
    yield SearchQuery(
        f"'{word}':*" if len(word) >= PREFIX_FROM else f"'{word}'", config="simple", search_type="raw"
    )
    yield SearchQuery(word, config="russian")
    yield SearchQuery(word, config="english")


def _mend(words: Sequence[str]) -> list[str]:
    """For each word the nearest of those in the courses, itself when one begins like it or none is near."""
    known = _vocabulary()
    return [_nearest(word, known) for word in words]


def _nearest(word: str, known: Collection[str]) -> str:
    """One slip is mended in words of four letters or more, two from eight; a swap of neighbours is one slip."""
    if len(word) < 4 or any(other.startswith(word) for other in known):
        return word
    slips = 1 if len(word) < 8 else 2
    far = {other: OSA.distance(word, other, score_cutoff=slips) for other in known}
    near = [other for other in far if far[other] <= slips]
    return min(near, key=lambda other: (far[other], other[0] != word[0], other), default=word)


def _vocabulary() -> set[str]:
    texts: set[str] = set()
    for course in Course.objects.all():
        for lesson in outline(course):
            texts |= {lesson.title_ru, lesson.title_en, lesson.goal_ru, lesson.goal_en}
            texts |= {lesson.block.title_ru, lesson.block.title_en}
    return {word for text in texts for word in WORD.findall(fold(text)) if len(word) > 2} | set(
        OTHER_WORDS.values()
    )
