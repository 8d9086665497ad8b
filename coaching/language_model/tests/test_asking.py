"""Asking the language model, over real HTTP: whatever it does, there is an answer or none, in time."""

import io
import json
import threading
import time
from itertools import pairwise

import pytest
from django.utils import timezone

from accounts.models import User
from coaching.language_model.asking import Prompt, ask, model_for, whole
from coaching.language_model.calling import Call, Left, NoAnswer
from coaching.language_model.checking import Wanted
from coaching.language_model.configuration import LanguageModel, configured
from coaching.models import ModelSpending
from lessons.languages import ENGLISH
from tests.fakes.llm.core import FAULTS
from tests.fakes.llm.says import ADVICE

pytestmark = pytest.mark.django_db
PROMPT = Prompt(
    [{"role": "system", "content": "Answer in English."}, {"role": "user", "content": "Why am I slow?"}],
    Wanted(ENGLISH.alphabet, least=2, most=1500),
)


def spent() -> list[int]:
    return list(ModelSpending.objects.order_by("user").values_list("spent", flat=True))


def test_an_answer_grows_and_is_paid_for(model, anna):
    model.pace = 0.01
    states = [state for state in ask(PROMPT, anna) if state]
    assert states[-1] == ADVICE["en"] and len(states) > 2
    assert all(later.startswith(earlier) for earlier, later in pairwise(states))
    own, all_ = spent()
    asked = model.asked[0]
    assert own == all_ > 0 and asked["stream"] and asked["max_tokens"] == PROMPT.most_tokens


@pytest.mark.parametrize("kind", sorted(set(FAULTS) - {"text", "usage", "events"}))
def test_every_failure_ends_in_time(model, anna, kind):
    model.fail(kind, times=0)
    began = time.monotonic()
    with pytest.raises(NoAnswer):
        whole(PROMPT, anna)
    assert time.monotonic() - began < 1.6
    assert len(model.asked) <= 2


@pytest.mark.parametrize("kind", ["json", "html", "empty", "language", "markup", "letters", "repetition"])
def test_the_second_try_helps(model, anna, kind):
    model.fail(kind)
    assert whole(PROMPT, anna) == ADVICE["en"] and len(model.asked) == 2


@pytest.mark.parametrize(("kind", "is_free"), [("500", True), ("429", True), ("cut", False), ("hang", False)])
def test_what_may_have_been_billed_stays_spent(model, anna, kind, is_free):
    model.fail(kind, times=0)
    with pytest.raises(NoAnswer):
        whole(PROMPT, anna)
    assert (spent() == [0, 0]) == is_free


def test_without_a_word_of_usage_the_reserved_stays_spent(model, anna):
    model.fail("usage")
    whole(PROMPT, anna)
    assert spent() == [configured().most_cost(PROMPT.messages, PROMPT.most_tokens)] * 2


def test_nobody_there(model, anna, settings):
    settings.AI_BASE_URL = "http://127.0.0.1:1/v1"
    with pytest.raises(NoAnswer):
        whole(PROMPT, anna)
    assert spent() == [0, 0]


@pytest.mark.parametrize("kind", ["hang", "midway", "drip"])
def test_who_leaves_ends_the_call(model, anna, settings, kind):
    settings.AI_SECONDS = 20.0
    model.fail(kind)
    began = time.monotonic()
    with pytest.raises(Left):
        whole(PROMPT, anna, left=lambda: time.monotonic() - began > 0.5)
    assert time.monotonic() - began < 1.5
    ended_within(2)


def ended_within(seconds: float) -> None:
    """The thread that read the answer ends too."""
    deadline = time.monotonic() + seconds
    while any(thread.name == "language-model" for thread in threading.enumerate()):
        assert time.monotonic() < deadline, "the call goes on"
        time.sleep(0.02)


@pytest.mark.parametrize("kind", ["hang", "midway", "drip"])
def test_no_thread_stays_behind(model, anna, kind):
    model.fail(kind, times=0)
    with pytest.raises(NoAnswer):
        whole(PROMPT, anna)
    ended_within(2)


def test_guests_may_not_ask(model):
    guest = User.objects.create_guest("5b0c1f5e-7f4c-4c43-8e5e-0f6f0f1b9a10", now=timezone.now())
    assert model_for(guest) is None
    with pytest.raises(NoAnswer):
        whole(PROMPT, guest)
    assert not model.asked


@pytest.mark.parametrize("name", ["AI_BUDGET", "AI_LEARNER_BUDGET", "AI_PROMPT_PRICE", "AI_ANSWER_PRICE"])
def test_without_a_known_budget_nothing_is_asked(model, anna, settings, name):
    setattr(settings, name, None)
    with pytest.raises(NoAnswer):
        whole(PROMPT, anna)
    assert not model.asked


def test_no_words_in_the_log(model, anna, caplog):
    model.say("<b>Geheimnis</b> " * 20)
    with pytest.raises(NoAnswer):
        whole(PROMPT, anna)
    assert caplog.records and "Geheimnis" not in caplog.text and "slow" not in caplog.text


@pytest.mark.django_db(transaction=True)
def test_no_connection_to_the_database_is_held_while_it_answers(model, anna, settings):
    from django.db import connection

    model.pace, settings.AI_SECONDS = 0.02, 8.0
    held = []
    for _ in ask(PROMPT, anna):
        held.append(connection.connection is not None)
    assert not any(held)


def event(**told) -> str:
    return json.dumps({"choices": [{"delta": {"content": ADVICE["en"]}}]} | told) + "\n"


FINISHED = json.dumps({"choices": [{"delta": {}, "finish_reason": "stop"}]}) + "\n"


@pytest.mark.parametrize(
    "tokens", [10**400, 10**25, True, -1, "12", None, 1.5, [1], {}], ids=lambda one: str(one)[:12]
)
def test_a_usage_that_cannot_be_true_leaves_spent_what_was_reserved(model, anna, tokens):
    usage = {"prompt_tokens": tokens, "completion_tokens": 5}
    model.fail("events", text=event() + FINISHED + event(choices=[], usage=usage) + "[DONE]")
    assert whole(PROMPT, anna) == ADVICE["en"]
    assert spent() == [configured().most_cost(PROMPT.messages, PROMPT.most_tokens)] * 2


@pytest.mark.parametrize("tokens", [2_000, 999_999])
def test_no_more_is_believed_than_a_question_can_cost(model, anna, caplog, tokens):
    usage = {"prompt_tokens": tokens, "completion_tokens": tokens}
    model.fail("events", text=event() + FINISHED + event(choices=[], usage=usage) + "[DONE]")
    assert whole(PROMPT, anna) == ADVICE["en"]
    most = configured().most_cost(PROMPT.messages, PROMPT.most_tokens)
    assert spent() == [most] * 2
    assert f"{configured().cost(tokens, tokens) - most} more" in caplog.text


@pytest.mark.parametrize(
    "said", ["htt`ps://evil.example", "ww__w.evil.example", "<\u200bb>", "jav**ascript:x"]
)
def test_what_is_joined_by_making_it_plain_is_never_shown(model, anna, said):
    model.pace = 0.01
    model.say(f"{ADVICE['en'][:60]} {said} {ADVICE['en']}")
    shown = []
    with pytest.raises(NoAnswer):
        for state in ask(PROMPT, anna):
            shown.append(state)
    assert any(shown)
    for state in shown:
        assert (
            "https:" not in state and "www." not in state and "<b" not in state and "javascript:" not in state
        )


@pytest.mark.parametrize("usage", ["much", [1, 2], 7, {}])
def test_a_usage_of_another_shape_is_none(model, anna, usage):
    model.fail("events", text=event() + FINISHED + event(choices=[], usage=usage) + "[DONE]")
    assert whole(PROMPT, anna) == ADVICE["en"] and min(spent()) > 0


@pytest.mark.parametrize(
    "events",
    [
        event(choices=[{"delta": {"content": [{"type": "text", "text": ADVICE["en"]}]}}]) + FINISHED,
        event(choices=[{"delta": {"content": {"text": ADVICE["en"]}}}]) + FINISHED,
        event() + event(choices=[{"delta": {}, "finish_reason": "length"}]) + "[DONE]",
        event() + event(choices=[{"delta": {}, "finish_reason": "content_filter"}]) + "[DONE]",
        event() + "[DONE]",
        event() + event(error={"message": "overloaded"}) + FINISHED + "[DONE]",
        event() + "[" * 100_000 + "\n",
        event() + "[" * 15_000 + "\n" + FINISHED,
    ],
    ids=["list", "object", "length", "filter", "no finish", "error", "long line", "nested"],
)
def test_what_is_no_whole_answer_is_asked_for_again_and_then_none(model, anna, events):
    began = time.monotonic()
    model.fail("events", text=events)
    assert whole(PROMPT, anna) == ADVICE["en"] and len(model.asked) == 2
    model.fail("events", times=0, text=events)
    with pytest.raises(NoAnswer):
        whole(PROMPT, anna)
    assert time.monotonic() - began < 0.9, "it was waited for until the end"


@pytest.mark.parametrize("kind", [None, ["Go on."], {"text": "Go on."}, 7])
def test_a_server_without_streams_that_says_no_text(anna, model, kind):
    call = Call(configured(), PROMPT.messages, most_tokens=5, deadline=time.monotonic() + 1)
    body = json.dumps({"choices": [{"message": {"content": kind}, "finish_reason": "stop"}]}).encode()
    with pytest.raises(NoAnswer):
        call._read_whole(io.BytesIO(body))


def test_a_prompt_in_russian_costs_its_bytes():
    """A tokenizer that knows no Cyrillic makes a token of each byte."""
    asked = LanguageModel(
        "", "", "", prompt_price=1.0, answer_price=0.0, learner_budget=0, budget=0, seconds=1
    )
    words = "почему я медленно печатаю"
    russian = asked.most_cost([{"content": words}], 0)
    latin = asked.most_cost([{"content": "x" * len(words)}], 0)
    assert russian - latin == len(words.encode()) - len(words) > 0


@pytest.mark.django_db(transaction=True)
def test_a_learner_who_is_gone_gets_no_answer(model, anna):
    gone = User.objects.get(pk=anna.pk)
    anna.delete()
    with pytest.raises(NoAnswer):
        whole(PROMPT, gone)
    assert not model.asked and not ModelSpending.objects.filter(spent__gt=0).exists()


@pytest.mark.django_db(transaction=True)
def test_a_learner_who_goes_meanwhile_breaks_nothing(model, anna, settings):
    model.pace, settings.AI_SECONDS = 0.01, 8.0
    answer = ask(PROMPT, anna)
    next(answer)
    User.objects.get(pk=anna.pk).delete()
    assert list(answer)[-1] == ADVICE["en"]
