"""Frequent words by language. Data in `lessons/content/words/`."""

from functools import cache

from .content_files import content


@cache
def frequent(language: str) -> tuple[str, ...]:
    """The language's ordinary words in lower case, the most frequent first."""
    return tuple(content("words", f"{language}.txt").read_text("utf-8").split())
