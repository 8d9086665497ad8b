"""A learner's conversation with the coach: asked, answered, remembered, forgotten."""

from collections.abc import Callable, Generator
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import sleep
from typing import Final

from django.db import transaction
from django.utils.translation import get_language

from accounts.merging import lock_learner
from accounts.models import User
from coaching.chat.answers import Reply, answer, told_at_large
from coaching.chat.knowledge import Knowledge
from coaching.chat.prompts import analysis_prompt, chat_prompt
from coaching.language_model.asking import Prompt, ask, let_go_of_database, model_for, whole
from coaching.language_model.calling import Left, NoAnswer
from coaching.language_model.waiting import never
from coaching.models import ChatMessage

SHOWN: Final = 100
"""Messages of the history, the latest."""
TWICE: Final = timedelta(seconds=10)
"""Asked within so short a time, the same question is one: a button was pressed twice."""
GLANCE: Final = 0.2
"""Seconds between two looks whether another request has got the answer."""


@dataclass(frozen=True)
class Turn:
    """A question about to be answered: its row, what the statistics say, and what a language model would be told, None
    where none may be asked. One that `is_repeated` is another request's to answer."""

    message: ChatMessage
    learner: User
    reply: Reply
    prompt: Prompt | None
    is_repeated: bool = False


def history_of(learner: User) -> list[ChatMessage]:
    """What was asked and answered, the oldest first; one query."""
    return list(ChatMessage.objects.filter(user=learner).order_by("-asked_at", "-pk")[:SHOWN])[::-1]


def forget_messages(learner: User) -> None:
    ChatMessage.objects.filter(user=learner).delete()


def begin(learner: User, question: str, *, may_wait: bool, now: datetime) -> Turn:
    """Keep a question, once however often it was sent, and make ready what answers it. Without `may_wait` no language
    model is asked. Raises Gone."""
    known = Knowledge.of(learner, now=now)
    prompt = None
    if may_wait and model_for(learner):
        before = [one for one in history_of(learner) if one.state == ChatMessage.State.DONE]
        prompt = chat_prompt(question, before, known, learner.name, spoken())
    with transaction.atomic():
        lock_learner(learner.pk)
        same = ChatMessage.objects.filter(user=learner, question=question, asked_at__gt=now - TWICE)
        message = same.exclude(state=ChatMessage.State.STOPPED).last()
        is_repeated = message is not None
        if message is None:
            message = ChatMessage.objects.create(user=learner, question=question, asked_at=now)
    return Turn(message, learner, answer(question, known), prompt, is_repeated)


def answered(turn: Turn, *, left: Callable[[], bool] = never) -> Generator[str]:
    """The answer as it grows, "" while nothing comes; kept at the end.

    When who asked has left, that is what came until then, or where nothing did, what the statistics say.
    """
    text, message, reply = "", turn.message, turn.reply
    if turn.is_repeated and (yield from _answered_elsewhere(turn, left)):
        yield message.answer
        return
    try:
        if turn.prompt is None:
            raise NoAnswer("no model")
        for shown in ask(turn.prompt, turn.learner, left=left):
            text = shown or text
            yield shown
        _keep(message, text, ChatMessage.Source.MODEL, ChatMessage.State.DONE, reply)
    except NoAnswer:
        _keep(message, reply.text, ChatMessage.Source.STATISTICS, ChatMessage.State.DONE, reply)
        yield reply.text
    except (Left, GeneratorExit):
        source = ChatMessage.Source.MODEL if text else ChatMessage.Source.STATISTICS
        _keep(message, text or reply.text, source, ChatMessage.State.STOPPED, reply)
        raise


def _answered_elsewhere(turn: Turn, left: Callable[[], bool]) -> Generator[str, None, bool]:
    """Wait for the request that was sent before with the same question, "" meanwhile; whether there is an answer then.
    There is none to wait for where that one was left, as by the first click of two. Raises Left."""
    message = turn.message
    while turn.prompt and message.is_awaited:
        if left():
            raise Left
        yield ""
        sleep(GLANCE)
        try:
            message.refresh_from_db(fields=["answer", "source", "state", "suggested"])
        except ChatMessage.DoesNotExist:
            return False
        let_go_of_database()
    if message.state != ChatMessage.State.STOPPED:
        return message.state == ChatMessage.State.DONE
    # Of several that wait one takes it over.
    mine = ChatMessage.objects.filter(pk=message.pk, state=ChatMessage.State.STOPPED)
    return not mine.update(state=ChatMessage.State.OPEN)


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
