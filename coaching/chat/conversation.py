"""A learner's conversation with the coach: asked, answered, remembered, forgotten."""

from collections.abc import Callable, Generator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import transaction
from django.utils.translation import get_language

from accounts.merging import lock_learner
from accounts.models import User
from coaching.chat.answers import Reply, answer, told_at_large
from coaching.chat.knowledge import Knowledge
from coaching.chat.prompts import analysis_prompt, chat_prompt
from coaching.language_model.asking import Prompt, ask, model_for, whole
from coaching.language_model.calling import Left, NoAnswer
from coaching.language_model.waiting import never
from coaching.models import ChatMessage

SHOWN: Final = 100
"""Messages of the history, the latest."""


@dataclass(frozen=True)
class Turn:
    """A question about to be answered: its row, what the statistics say, and what a language model would be told, None
    where none may be asked."""

    message: ChatMessage
    learner: User
    reply: Reply
    prompt: Prompt | None


def history_of(learner: User) -> list[ChatMessage]:
    """What was asked and answered, the oldest first; one query."""
    return list(ChatMessage.objects.filter(user=learner).order_by("-asked_at", "-pk")[:SHOWN])[::-1]


def forget_messages(learner: User) -> None:
    ChatMessage.objects.filter(user=learner).delete()


def begin(learner: User, question: str, *, may_wait: bool, now: datetime) -> Turn:
    """Keep a question and make ready what answers it. Without `may_wait` no language model is asked. Raises Gone."""
    known = Knowledge.of(learner, now=now)
    prompt = None
    if may_wait and model_for(learner):
        before = [one for one in history_of(learner) if one.state == ChatMessage.State.DONE]
        prompt = chat_prompt(question, before, known, learner.name, spoken())
    with transaction.atomic():
        lock_learner(learner.pk)
        message = ChatMessage.objects.create(user=learner, question=question, asked_at=now)
    return Turn(message, learner, answer(question, known), prompt)


def answered(turn: Turn, *, left: Callable[[], bool] = never) -> Generator[str]:
    """The answer as it grows, "" while nothing comes; kept at the end, as far as it came when who asked has left."""
    text, message = "", turn.message
    try:
        if turn.prompt is None:
            raise NoAnswer("no model")
        for shown in ask(turn.prompt, turn.learner, left=left):
            text = shown or text
            yield shown
        _keep(message, text, ChatMessage.Source.MODEL, ChatMessage.State.DONE, turn.reply)
    except NoAnswer:
        _keep(message, turn.reply.text, ChatMessage.Source.STATISTICS, ChatMessage.State.DONE, turn.reply)
        yield turn.reply.text
    except (Left, GeneratorExit):
        _keep(message, text, ChatMessage.Source.MODEL, ChatMessage.State.STOPPED, turn.reply)
        raise


def _keep(message: ChatMessage, text: str, source: str, state: str, reply: Reply) -> None:
    """One statement, which finds nothing where the history was deleted meanwhile."""
    message.answer, message.source, message.state = text, source, state
    message.suggested = list(reply.suggested)
    ChatMessage.objects.filter(pk=message.pk).update(
        answer=text, source=source, state=state, suggested=message.suggested
    )


def analysis_of(
    learner: User, *, may_wait: bool, now: datetime, left: Callable[[], bool] = never
) -> tuple[str, str]:
    """What holds the learner back, in words, and where they come from (`ChatMessage.Source`). Raises Left."""
    known = Knowledge.of(learner, now=now)
    local = told_at_large(known)
    if may_wait and model_for(learner) and known.latest:
        try:
            return whole(analysis_prompt(known, spoken()), learner, left=left), ChatMessage.Source.MODEL
        except NoAnswer:
            pass
    return local, ChatMessage.Source.STATISTICS


def spoken() -> str:
    """The language of answers: the one that is active."""
    return "ru" if (get_language() or "").startswith("ru") else "en"


def move_messages(guest: User, into: User) -> None:
    """Merging: a guest's conversation becomes the account's."""
    ChatMessage.objects.filter(user=guest).update(user=into)
