"""Certificates: their levels, their codes, and which test gives one."""

import re
import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from accounts.units import CPM_PER_WPM, SpeedUnit, accuracy, percent_sign, speed, unit_label
from lessons import languages
from progress.models import RECORD_ACCURACY, Certificate, TypingSession

Level = Certificate.Level

ALPHABET: Final = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""Without 0 and O, 1 and I, which look alike on paper."""
GROUPS: Final = 3
GROUP: Final = 4
AS_LATIN: Final = str.maketrans("АВЕКМНРСТУХ", "ABEKMHPCTYX")
"""Cyrillic letters that look like those of a code."""


@dataclass(frozen=True, slots=True)
class Limit:
    """The least WPM and accuracy in % of a level."""

    level: Level
    wpm: int
    accuracy: int

    def met(self, cpm: float, accuracy: float) -> bool:
        return cpm >= self.wpm * CPM_PER_WPM and accuracy >= self.accuracy


LIMITS: Final = (
    Limit(Level.BRONZE, 25, RECORD_ACCURACY),
    Limit(Level.SILVER, 40, 90),
    Limit(Level.GOLD, 60, 93),
    Limit(Level.PLATINUM, 80, 96),
)
"""Each asks for more of both than the one before."""


class NotEligible(Exception):
    """The session gives no certificate."""


def level_of(cpm: float, accuracy: float) -> Level | None:
    """The highest level with both limits met by characters per minute and %; None below bronze."""
    return next((limit.level for limit in reversed(LIMITS) if limit.met(cpm, accuracy)), None)


def next_limit(cpm: float, accuracy: float) -> Limit | None:
    """The first level not met; None at platinum."""
    return next((limit for limit in LIMITS if not limit.met(cpm, accuracy)), None)


def level_earned(session: TypingSession) -> Level | None:
    """The level a session is good for: a ranked test of a minute or more that is not easy; else None."""
    counts = (
        session.kind == TypingSession.Kind.TEST
        and session.ranked
        and session.is_comparable
        and (session.minutes or 0) >= 1
    )
    return level_of(session.cpm, session.accuracy) if counts else None


def eligible(session: TypingSession) -> bool:
    """Whether its learner may have a certificate for it now; a guest signs up first."""
    return level_earned(session) is not None and not session.user.is_guest


def certify(*, session: TypingSession, name: str, now: datetime) -> Certificate:
    """The session's certificate. The first one stays, with its name, whatever name is asked for later.

    Raises NotEligible, or TypingSession.DoesNotExist (it was deleted meanwhile).
    """
    with transaction.atomic():
        sessions = TypingSession.objects.select_related("user").select_for_update(of=("self",), no_key=True)
        locked = sessions.get(pk=session.pk)
        if issued := Certificate.objects.filter(session=locked).first():
            return issued
        level = level_earned(locked)
        if level is None or not eligible(locked):
            raise NotEligible
        return Certificate.objects.create(
            code=new_code(), user=locked.user, session=locked, name=name, level=level, issued_at=now
        )


def new_code() -> str:
    """60 random bits as "K7QF-2MXA-9TRB"."""
    return "-".join("".join(secrets.choice(ALPHABET) for _ in range(GROUP)) for _ in range(GROUPS))


def as_code(typed: str) -> str | None:
    """A code as a person types it: in any case, with or without dashes, in look-alike Cyrillic; None for no code."""
    signs = re.sub(r"[\s\-‐-―−]", "", typed).upper().translate(AS_LATIN)
    if len(signs) != GROUPS * GROUP or not set(signs) <= set(ALPHABET):
        return None
    return "-".join(signs[place : place + GROUP] for place in range(0, len(signs), GROUP))


def find_certificate(typed: str) -> Certificate | None:
    """The certificate with this code, with its session, withdrawn or not; none of who is being deleted."""
    code = as_code(typed)
    found = Certificate.objects.select_related("session").filter(pk=code, user__erase_at=None)
    return found.first() if code else None


@dataclass(frozen=True, slots=True)
class Offer:
    """What a test's own page says of certificates: the one issued, the level it is good for, the next level."""

    session: TypingSession
    certificate: Certificate | None
    level: Level | None
    next: Limit | None

    @property
    def is_of_words(self) -> bool:
        return self.session.words is not None

    @property
    def is_easy(self) -> bool:
        return not self.session.is_comparable


def offer_of(session: TypingSession) -> Offer | None:
    """None for what is no test. One query."""
    if session.kind != TypingSession.Kind.TEST:
        return None
    level = level_earned(session)
    return Offer(
        session=session,
        certificate=Certificate.objects.filter(session=session).first(),
        level=level,
        next=next_limit(session.cpm, session.accuracy),
    )


@dataclass(frozen=True, slots=True)
class Figure:
    """A number of a certificate: its label, itself, its unit with the space before it, and the same in another one."""

    label: str
    value: str
    unit: str
    other: str = ""


@dataclass(frozen=True, slots=True)
class CertificateFacts:
    """All that a certificate tells of its learner beside the name, in the active language.

    `test` is its length, its language and the learner's day it was typed on.
    """

    level: str
    test: tuple[str, str, str]
    figures: tuple[Figure, ...]
    issued: str


def certificate_facts(certificate: Certificate) -> CertificateFacts:
    """The certificate comes with its session."""
    session = certificate.session
    units: tuple[SpeedUnit, SpeedUnit] = ("wpm", "cpm")
    if (get_language() or "").startswith("ru"):
        units = ("cpm", "wpm")
    (pace, unit), (other, other_unit) = ((speed(session.cpm, unit), unit_label(unit)) for unit in units)
    minutes = session.minutes or 0
    return CertificateFacts(
        level=str(Level(certificate.level).label),
        test=(
            ngettext("%(count)s minute", "%(count)s minutes", minutes) % {"count": minutes},
            str(languages.of_layout(session.layout).text),
            date_format(session.local_date),
        ),
        figures=(
            Figure(_("Speed"), pace, f"\u00a0{unit}", f"{other}\u00a0{other_unit}"),
            Figure(_("Accuracy"), accuracy(session.accuracy), percent_sign()),
        ),
        issued=date_format(certificate.issued_at),
    )
