"""A place where a channel reaches a learner, and how it may refuse."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from .kinds import Kind

LONGEST_WAIT: Final = 3600


@dataclass(frozen=True, slots=True)
class Place:
    """A mailbox, a browser or a phone; `key` tells those of one channel apart.

    `send(kind, about, now)` says whether there was something to tell. Raises Refused, Gone, TryLater and OSError.
    """

    key: str
    send: Callable[[Kind, str, datetime], bool]
    forget: Callable[[], object] = bool
    """What to do about a place that is Gone."""


class Refused(Exception):
    """The place will never take it."""


class UsedUpToday(Refused):
    """No more may be sent today."""


class Gone(Exception):
    """The place is no more."""


class TryLater(Exception):
    """The place does not take it now; in `seconds` it may."""

    def __init__(self, why: str, seconds: int) -> None:
        super().__init__(why)
        self.seconds = min(max(seconds, 1), LONGEST_WAIT)
