"""What is free, told by the apps that have it: billing knows no lessons."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class FreePart:
    """How far one gets in a course without paying."""

    title: str
    lessons: int
    of: int
    letters: str
    missing: str
    """The letters of the language that only later lessons teach."""


FREE_PARTS: Final[list[Callable[[], Sequence[FreePart]]]] = []


def tell_free(parts: Callable[[], Sequence[FreePart]]) -> None:
    """`parts` says what of the courses is free; asked for each pricing page."""
    if parts not in FREE_PARTS:
        FREE_PARTS.append(parts)


def free_parts() -> list[FreePart]:
    return [part for parts in FREE_PARTS for part in parts()]
