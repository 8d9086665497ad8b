"""What learners agreed to: nothing is done with their data that needs it unless `has` says so."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import transaction
from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.merging import lock_learner
from accounts.models import Consent, User

Kind = Consent.Kind


@dataclass(frozen=True, slots=True)
class Text:
    """What a learner is asked, and what is done with her answer today. Another text needs the next `version`."""

    version: int
    question: Promise
    today: Promise


TEXTS: Final = {
    Kind.ANALYTICS: Text(
        1,
        _("May we count which pages you open and what you use there, to see what needs work?"),
        _("Nothing of this is counted yet. The numbers would stay on our own server."),
    ),
    Kind.MARKETING: Text(
        1,
        _("May we write to you about new courses, new features and offers?"),
        _("No such email goes out unless you agree, and each one has a link to stop them."),
    ),
    Kind.RESEARCH: Text(
        1,
        _(
            "May we share your speeds, mistakes and times between keys with researchers, without your name "
            "and email?"
        ),
        _("Nothing is shared yet. What you write to the coach will never be part of it."),
    ),
}


class TextChanged(ValueError):
    """She answered a text that is not the present one."""


@dataclass(frozen=True, slots=True)
class Question:
    """One kind of consent, and what the learner answered last."""

    kind: Kind
    text: Text
    last: Consent | None

    @property
    def is_open(self) -> bool:
        """Whether the present text waits for an answer."""
        return self.last is None or self.last.version != self.text.version

    @property
    def is_given(self) -> bool | None:
        """What holds now; None while the question is open."""
        return None if self.is_open or self.last is None else self.last.is_given


def questions_for(user: User) -> list[Question]:
    """Every kind with the learner's last answer; one query."""
    last = {answer.kind: answer for answer in reversed(history_of(user))}
    return [Question(kind, text, last.get(kind)) for kind, text in TEXTS.items()]


def history_of(user: User) -> QuerySet[Consent]:
    """All she ever answered, the newest first."""
    return Consent.objects.filter(user=user)


def has(user: User, kind: str) -> bool:
    """Whether the learner agreed to the present text of this kind, and did not take it back."""
    last = history_of(user).filter(kind=kind).first()
    return last is not None and last.is_given and last.version == TEXTS[Kind(kind)].version


def waits_for_answers(user: User) -> bool:
    """Whether an account was not asked yet, or a text is another one since."""
    return not user.is_guest and any(question.is_open for question in questions_for(user))


def answer(
    user: User, answers: Mapping[Kind, tuple[int, bool]], *, place: Consent.Place, now: datetime
) -> None:
    """Keep what the learner answered: for each kind the version she read, and whether she agrees.

    An answer that holds already is not written again. Raises TextChanged, and then keeps none.
    """
    if any(TEXTS[kind].version != version for kind, (version, _is_given) in answers.items()):
        raise TextChanged
    with transaction.atomic():
        lock_learner(user.pk)
        holds = {question.kind: question.is_given for question in questions_for(user)}
        Consent.objects.bulk_create(
            Consent(user=user, kind=kind, is_given=is_given, version=version, place=place, answered_at=now)
            for kind, (version, is_given) in answers.items()
            if holds[kind] is not is_given
        )
