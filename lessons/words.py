"""Frequent words by language. Data in `lessons/content/words/`."""

from functools import cache
from pathlib import Path

WORDS = Path(__file__).parent / "content" / "words"


@cache
def frequent(language: str) -> tuple[str, ...]:
    """The language's ordinary words in lower case, the most frequent first; `language` is "ru" or "en"."""
    return tuple((WORDS / f"{language}.txt").read_text("utf-8").split())
