"""Frequent words by language. Data in `lessons/content/words/`."""

from functools import cache
from pathlib import Path

from .keyboards import Layout

WORDS = Path(__file__).parent / "content" / "words"


@cache
def frequent(language: str) -> tuple[str, ...]:
    """The language's ordinary words in lower case, the most frequent first; `language` is "ru" or "en"."""
    return tuple((WORDS / f"{language}.txt").read_text("utf-8").split())


def language_for(layout: Layout) -> str:
    """The language practised on a layout: its own where we have its words, else that of its script."""
    if (WORDS / f"{layout.language}.txt").exists():
        return layout.language
    return {"cyrillic": "ru", "latin": "en"}[layout.script]
