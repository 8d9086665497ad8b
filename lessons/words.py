"""Words of a language: frequent and rare ones, names, units, phrases. Data in `lessons/content/words/`."""

from functools import cache

from .content_files import content


@cache
def frequent(language: str) -> tuple[str, ...]:
    """The language's ordinary words in lower case, the most frequent first."""
    return _listed(f"{language}.txt")


@cache
def rare(language: str) -> tuple[str, ...]:
    """Words with letters and signs that frequent ones hardly have, such as ъ and the apostrophe; by frequency."""
    return _listed(f"{language}-rare.txt")


@cache
def people(language: str) -> tuple[str, ...]:
    """Names of people, as they are called."""
    return _listed(f"{language}-people.txt")


@cache
def places(language: str) -> tuple[str, ...]:
    """Names of cities and countries."""
    return _listed(f"{language}-places.txt")


@cache
def phrases(language: str) -> tuple[str, ...]:
    """Short sentences with {person} and {place} where a name goes."""
    path = content("words", f"{language}-phrases.txt")
    return tuple(path.read_text("utf-8").splitlines()) if path.exists() else ()


@cache
def units(language: str) -> tuple[str, ...]:
    """What stands after any number but 1, such as "км"."""
    return _listed(f"{language}-units.txt")


def _listed(name: str) -> tuple[str, ...]:
    """A file's words; none where a language has no such file."""
    path = content("words", name)
    return tuple(path.read_text("utf-8").split()) if path.exists() else ()
