"""The kinds of things learners can be told of; floors above add theirs."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.core.mail import EmailMessage
from django.utils.functional import Promise

from accounts.models import Channel, User

EVERY_CHANNEL: Final = tuple(Channel)


@dataclass(frozen=True, slots=True)
class Message:
    """What is told, in the learner's language: two sentences, and the page of ours at `path` that `action` leads to."""

    title: str
    text: str
    path: str
    action: str


@dataclass(frozen=True, slots=True)
class Kind:
    """Something learners can be told of.

    `compose(user, about, now)` is what to tell of `about`, in the language that is active; None when there is nothing
    to tell any more. `mail`, with the same arguments, makes a mail of its own instead of the usual one. Whoever gets it
    later than `worth_telling` after it was sent is better not told.
    """

    code: str
    name: str | Promise
    explanation: str | Promise
    compose: Callable[[User, str, datetime], Message | None]
    channels: tuple[Channel, ...] = EVERY_CHANNEL
    mail: Callable[[User, str, datetime], EmailMessage | None] | None = None
    is_mailed_anyway: bool = False
    """Whether its mail, which others send, goes out whatever is chosen here."""
    worth_telling: timedelta = timedelta(hours=4)

    def can_be_chosen(self, channel: str) -> bool:
        return channel in self.channels and not (self.is_mailed_anyway and channel == Channel.EMAIL)


KINDS: Final[dict[str, Kind]] = {}
"""All kinds by their codes, in the order of the page."""


def add_kind(kind: Kind) -> None:
    """Call it when the app is ready."""
    KINDS[kind.code] = kind
