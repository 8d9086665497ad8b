"""Words no child should have to type. Their stems are kept as digests in `lessons/content/words/unfit.txt`."""

import hashlib
import re
from functools import cache, lru_cache
from typing import Final

from .content_files import content

LONGEST_STEM: Final = 10
_WORDS: Final = re.compile(r"[^\W\d_]+")


def unfit_words(text: str) -> set[str]:
    """The words of a text that begin with an unfit stem, whatever their case."""
    return {word for word in set(_WORDS.findall(text.lower())) if is_unfit(word)}


@lru_cache(maxsize=10_000)
def is_unfit(word: str) -> bool:
    """Whether a word in small letters begins with an unfit stem, or is one that may only begin fit ones."""
    lengths = range(2, min(len(word), LONGEST_STEM) + 1)
    return any(stem_digest(part) in _stems() for part in (f"{word}$", *(word[:length] for length in lengths)))


def holds_unfit(group: str) -> bool:
    """Whether a group of letters that is no word has an unfit stem anywhere."""
    return any(is_unfit(group[start:].lower()) for start in range(len(group) - 1))


def stem_digest(stem: str) -> str:
    """How the file writes a stem; a whole word, which may begin fit ones, ends with "$"."""
    return hashlib.sha256(stem.encode()).hexdigest()[:16]


@cache
def _stems() -> frozenset[str]:
    return frozenset(content("words", "unfit.txt").read_text("utf-8").split())
