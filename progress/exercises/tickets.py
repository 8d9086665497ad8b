"""The signed ticket a practice page carries: what is typed, by whom, since when. The server trusts nothing else."""

import uuid
from dataclasses import asdict, dataclass
from datetime import UTC, datetime

from django.core import signing

_SALT = "progress.ticket"
_LATER = ("minutes", "difficulty", "is_extendable", "body", "words", "has_rests")
"""What tickets of before there were tests, tests of words, or rests do not have."""


class InvalidTicket(ValueError):
    """Not a ticket of ours, or tampered with."""


@dataclass(frozen=True, slots=True)
class Ticket:
    """Permission to record one session.

    `minted`: the page was opened by a visitor without an account, and `learner` is the id of the guest to be made.
    `text` is the SHA-256 of the typing text, `lesson` the lesson's primary key or None for a drill or a test. A test
    lasts `minutes`, longer if it `is_extendable`, or has so many `words`, and brings its text along in `body`: it is
    made anew for every run, and stored only when it was typed; so is the text of a lesson typed again. `has_rests`: the
    wait before each line is not counted.
    """

    session: uuid.UUID
    learner: uuid.UUID
    minted: bool
    kind: str
    text: str
    lesson: int | None
    layout: str
    mode: str
    issued_at: datetime
    minutes: int | None = None
    difficulty: str = ""
    is_extendable: bool = False
    body: str = ""
    words: int | None = None
    has_rests: bool = False

    @property
    def limit_ms(self) -> int | None:
        return None if self.minutes is None else self.minutes * 60_000


def sign_ticket(ticket: Ticket) -> str:
    """The ticket as a signed, URL-safe string."""
    fields = asdict(ticket) | {
        "session": ticket.session.hex,
        "learner": ticket.learner.hex,
        "issued_at": round(ticket.issued_at.timestamp() * 1000),
    }
    return signing.dumps(list(fields.values()), salt=_SALT, compress=True)


def open_ticket(signed: str, *, lesson: int | None = None) -> Ticket:
    """The ticket in a string made by `sign_ticket`, of a given lesson if one is given. Raises InvalidTicket."""
    try:
        session, learner, minted, kind, text, of_lesson, layout, mode, issued_at, *later = signing.loads(
            signed, salt=_SALT
        )
    except signing.BadSignature as error:
        raise InvalidTicket from error
    if lesson not in (None, of_lesson):
        raise InvalidTicket
    return Ticket(
        session=uuid.UUID(session),
        learner=uuid.UUID(learner),
        minted=minted,
        kind=kind,
        text=text,
        lesson=of_lesson,
        layout=layout,
        mode=mode,
        issued_at=datetime.fromtimestamp(issued_at / 1000, UTC),
        **dict(zip(_LATER, later, strict=False)),
    )
