"""Asking the language model: within the budget and the time, twice at most, and only what fits is an answer."""

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from django.db import connection
from django.utils import timezone

from accounts.models import User

from .budget import NoBudget, Reservation, reserve
from .calling import Call, Messages, NoAnswer
from .checking import Unfit, Wanted, check, check_beginning, is_telling, plain
from .configuration import LanguageModel, configured
from .waiting import never

TRIES: Final = 2
BETWEEN: Final = 0.1
"""Seconds between two states of an answer that are shown, at least."""
logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Prompt:
    """What is asked: messages of aggregates and fenced words, what the answer has to be, and how it is made plain."""

    messages: Messages
    wanted: Wanted
    most_tokens: int = 500
    plain: Callable[[str], str] = plain


def model_for(learner: User) -> LanguageModel | None:
    """The model that a learner may ask. Guests may not: anybody could make as many of them as the budget has cents."""
    return None if learner.is_guest else configured()


def ask(prompt: Prompt, learner: User, *, left: Callable[[], bool] = never) -> Iterator[str]:
    """The answer as it grows, each time all of it, at last the whole one that fits; a second try begins anew.

    While nothing comes, "" does. Raises NoAnswer where there is none that can be used, and Left when `left` says that
    who asked has gone. No connection to the database is held meanwhile.
    """
    model = model_for(learner)
    if model is None:
        raise NoAnswer("no model")
    deadline = time.monotonic() + model.seconds
    for number in range(TRIES):
        try:
            yield from _try(model, prompt, learner, deadline, left)
            return
        except (NoAnswer, Unfit) as why:
            # Never the words, neither the learner's nor the model's.
            logger.warning("The language model gave no usable answer: %s", why)
            is_last = number + 1 == TRIES or time.monotonic() >= deadline
            if is_last or (isinstance(why, NoAnswer) and not why.billed):
                raise NoAnswer(str(why)) from why


def whole(prompt: Prompt, learner: User, *, left: Callable[[], bool] = never) -> str:
    """The answer at once. Raises NoAnswer and Left."""
    text = ""
    for text in ask(prompt, learner, left=left):  # noqa: B007
        pass
    return text


def _try(
    model: LanguageModel, prompt: Prompt, learner: User, deadline: float, left: Callable[[], bool]
) -> Iterator[str]:
    reserved = _reserved(model, prompt, learner, timezone.now())
    call = Call(model, prompt.messages, most_tokens=prompt.most_tokens, deadline=deadline)
    text, looked_at = "", 0.0
    try:
        with closing(call.pieces(left)) as pieces:
            for piece in pieces:
                text += piece
                now = time.monotonic()
                if now - looked_at < BETWEEN:
                    yield ""
                    continue
                looked_at = now
                # Looked at is what is shown: making it plain may join what was apart.
                shown = prompt.plain(text)
                if not is_telling(shown):
                    yield ""
                    continue
                check_beginning(shown, prompt.wanted)
                yield shown
    except NoAnswer as why:
        if not why.billed:
            reserved.settle(0)
        raise
    if call.usage:
        reserved.settle(model.cost(call.usage.prompt, call.usage.answer))
    let_go_of_database()
    answer = prompt.plain(text)
    check(answer, prompt.wanted)
    yield answer


def _reserved(model: LanguageModel, prompt: Prompt, learner: User, now: datetime) -> Reservation:
    cost = model.most_cost(prompt.messages, prompt.most_tokens)
    try:
        return reserve(model, learner.pk, cost, day=now.astimezone(UTC).date())
    except NoBudget:
        raise NoAnswer("no budget", billed=False) from None
    finally:
        let_go_of_database()


def let_go_of_database() -> None:
    """Give the connection back to the pool; the next query takes another."""
    if not connection.in_atomic_block:
        connection.close()
