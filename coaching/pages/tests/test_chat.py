"""The chat's page: works without JavaScript and without a language model; whatever that does, an answer comes."""

import json
import re
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from accounts.merging import Gone, merge
from accounts.models import User
from coaching.api.coach import Asking
from coaching.chat.conversation import TWICE, answered, begin
from coaching.language_model.waiting import MUST_NOT_WAIT, may_take_long
from coaching.models import LONGEST_QUESTION, ChatMessage, Drill
from coaching.pages.chat import STREAM
from coaching.plans.topics import topic_drill
from progress.tests.practice import run
from tests.api_client import Api
from tests.factories import NOW, make_course, signed_in
from tests.fakes.llm.core import FAULTS
from tests.fakes.llm.payloads import INJECTIONS, WHAT_OBEYING_MODELS_SAY, XSS
from tests.fakes.llm.says import ADVICE, EXERCISE
from typingtrainer.api_urls import ENDPOINTS

pytestmark = pytest.mark.django_db
URL, ASK = reverse("coaching:chat"), reverse("coaching:ask_coach")
ASKING = [f"/api/v1/{route}" for route, view in ENDPOINTS.items() if issubclass(view, Asking)]
RUSSIAN = {"accept-language": "ru"}
FORGET, TEXT = reverse("coaching:forget"), reverse("coaching:wish_text")


def send_as(client: Client) -> Client:
    """Another window of the same browser."""
    other = Client(headers={"accept-language": "en"})
    other.cookies = client.cookies
    return other


def streamed(client, question: str, **extra) -> list[dict]:
    response = client.post(ASK, {"question": question}, headers={"Accept": STREAM}, **extra)
    content = b"".join(response.streaming_content) if response.streaming else response.content
    assert response["Content-Type"] == STREAM
    return [json.loads(line) for line in content.decode().splitlines()]


class TestWithoutModel:
    def test_a_question_is_answered_and_remembered(self, anna):
        run(anna, make_course())
        client = signed_in(anna)
        response = client.post(ASK, {"question": "why am i slow"})
        message = ChatMessage.objects.get()
        assert response.url == f"{URL}#message-{message.pk}"
        page = client.get(URL).content.decode()
        assert "why am i slow" in page and message.answer[:20] in page
        assert (
            "without a language model" in page and message.source == "statistics" and message.state == "done"
        )

    def test_the_same_as_a_stream(self, anna):
        lines = streamed(signed_in(anna), "how do I type @")
        assert lines[0] == {"question": "how do I type @"} and lines[-1]["done"]
        assert "Shift" in lines[-1]["text"] and lines[-1]["suggested"] and "statistics" in lines[-1]["source"]

    @pytest.mark.parametrize("question", ["", "   ", "x" * (LONGEST_QUESTION + 1)])
    def test_what_is_no_question_is_told_and_kept(self, anna, question):
        client = signed_in(anna)
        response = client.post(ASK, {"question": question})
        assert response.status_code == 422 and "errorlist" in response.content.decode()
        assert question.strip() in response.content.decode()
        assert "error" in streamed(client, question)[0] and not ChatMessage.objects.exists()

    @pytest.mark.parametrize(
        "blank", ["\u200b", " \u2060\ufeff", "\u3164\u2800", "\u202e", "\u0301", "\n\t\xa0"]
    )
    def test_what_cannot_be_seen_is_neither_question_nor_topic(self, anna, blank):
        client, api = signed_in(anna), Api(anna)
        response = client.post(ASK, {"question": blank})
        assert response.status_code == 422 and "Write a question first." in response.content.decode()
        response = client.post(TEXT, {"topic": blank})
        assert response.status_code == 422 and "Write a topic first." in response.content.decode()
        assert api.post("ai/chat", {"question": blank})[0] == 400
        assert api.post("ai/generate-exercise", {"topic": blank})[0] == 400
        assert not ChatMessage.objects.exists() and not Drill.objects.exists()

    @pytest.mark.parametrize(("age", "said"), [(0, "on its way"), (9, "on its way"), (11, "Ask it again")])
    def test_an_open_question_is_lost_only_once_no_answer_can_come(self, anna, age, said):
        """Another tab, or a reload, while it is being answered."""
        asked_at = timezone.now() - timedelta(seconds=age)
        ChatMessage.objects.create(user=anna, question="why?", asked_at=asked_at)
        assert said in signed_in(anna).get(URL).content.decode()

    @pytest.mark.django_db(transaction=True)
    def test_who_is_gone_when_the_question_comes(self, anna):
        gone = User.objects.get(pk=anna.pk)
        anna.delete()
        with pytest.raises(Gone):
            begin(gone, "why?", may_wait=False, now=NOW)
        with pytest.raises(Gone):
            topic_drill(gone, "sea", "en-qwerty", may_wait=False, now=NOW)

    @pytest.mark.parametrize("path", [ASK, TEXT, *ASKING])
    def test_whatever_asks_the_model_has_threads_of_its_own(self, path):
        assert may_take_long("POST", path) and len(ASKING) == 3

    def test_the_way_back(self, anna):
        assert (
            f'href="{reverse("coaching:coach")}">Back to the coach'
            in signed_in(anna).get(URL).content.decode()
        )

    @pytest.mark.parametrize("question", ["\x00", "a\x00b", "\ud800".encode("utf-8", "surrogatepass")])
    def test_odd_characters(self, anna, question):
        assert signed_in(anna).post(ASK, {"question": question}).status_code in (302, 422)

    def test_nobody_elses(self, anna, boris):
        signed_in(anna).post(ASK, {"question": "my secret question"})
        page = signed_in(boris).get(URL).content.decode()
        assert "secret" not in page
        signed_in(boris).post(FORGET)
        assert ChatMessage.objects.filter(user=anna).exists()

    def test_forgetting(self, anna):
        client = signed_in(anna)
        client.post(ASK, {"question": "hello"})
        assert client.post(FORGET).url == URL and not ChatMessage.objects.exists()

    def test_anonymous(self, client):
        assert "Go to the courses" in client.get(URL).content.decode()
        for address in (ASK, FORGET, TEXT):
            assert client.post(address, {"question": "hello", "topic": "sea"}).url == URL
        assert not ChatMessage.objects.exists() and not User.objects.exists()

    def test_a_stranger_is_one_click_away_from_lesson_1(self, client):
        make_course()
        begin = re.search(
            r'class="button primary" href="([^"]+)"', client.get(URL, headers=RUSSIAN).content.decode()
        )
        assert begin and begin[1] in client.get(reverse("coaching:coach"), headers=RUSSIAN).content.decode()
        assert begin[1].startswith("/practice/")

    def test_who_was_signed_out_in_another_tab_is_told_so(self, client):
        response = client.post(ASK, {"question": "why?"}, headers={"Accept": STREAM})
        told = json.loads(response.content)
        assert response.status_code == 401 and response["Content-Type"] == STREAM
        assert (
            "signed out" in told["error"]
            and told["way"] == f"{reverse('account_login')}?next=%2Fcoach%2Fchat%2F"
        )

    def test_twice_within_a_moment_is_one_question(self, anna):
        client = signed_in(anna)
        first, second = (client.post(ASK, {"question": "why am i slow"}) for _ in range(2))
        assert first.url == second.url and ChatMessage.objects.count() == 1
        assert streamed(client, "why am i slow")[-1]["text"] == ChatMessage.objects.get().answer
        client.post(ASK, {"question": "what next?"})
        ChatMessage.objects.update(asked_at=timezone.now() - TWICE)
        client.post(ASK, {"question": "why am i slow"})
        assert ChatMessage.objects.count() == 3

    def test_an_open_question_says_so_to_the_script(self, anna):
        ChatMessage.objects.create(user=anna, question="why?", asked_at=timezone.now())
        assert "data-awaited" in signed_in(anna).get(URL).content.decode()
        ChatMessage.objects.update(state=ChatMessage.State.DONE)
        assert "data-awaited" not in signed_in(anna).get(URL).content.decode()

    def test_wrong_methods(self, as_anna):
        assert as_anna.post(URL).status_code == 405
        for address in (ASK, FORGET, TEXT):
            assert as_anna.get(address).status_code == 405

    def test_a_guests_conversation_goes_along(self, anna):
        guest = User.objects.create_guest(uuid.uuid4(), now=NOW)
        signed_in(guest).post(ASK, {"question": "hello"})
        merge(guest, anna, now=NOW)
        assert ChatMessage.objects.get().user == anna
        anna.delete()
        assert not ChatMessage.objects.exists()

    def test_a_text_of_ordinary_words(self, anna):
        client = signed_in(anna)
        response = client.post(TEXT, {"topic": "the sea"}, follow=True)
        assert response.status_code == 200 and "words in the letters you know" in response.content.decode()
        assert Drill.objects.get().user == anna
        assert client.post(TEXT, {"topic": ""}).status_code == 422

    def test_too_many_questions(self, anna):
        """Pages and API count the same questions."""
        client, api = signed_in(anna), Api(anna)
        statuses = [client.post(ASK, {"question": "hello"}).status_code for _ in range(19)]
        assert statuses == [302] * 19
        assert [api.post("ai/chat", {"question": "hello"})[0] for _ in range(2)] == [200, 429]
        assert client.post(TEXT, {"topic": "sea"}).status_code == 429


class TestWithModel:
    def test_the_answer_grows(self, model, anna):
        model.pace = 0.01
        lines = streamed(signed_in(anna), "why am I slow?")
        texts = [line["text"] for line in lines if "text" in line]
        assert len(texts) > 3 and texts[-1] == ADVICE["en"] and "language model" in lines[-1]["source"]
        message = ChatMessage.objects.get()
        assert message.answer == ADVICE["en"] and message.source == "model"

    def test_what_it_sees(self, model, anna):
        run(anna, make_course())
        anna.name = "Anna Secretova"
        anna.save()
        client = signed_in(anna)
        client.post(ASK, {"question": "first question"})
        client.post(ASK, {"question": "I am Anna, mail me at anna@example.com"})
        told = json.dumps(model.asked[-1], ensure_ascii=False)
        assert "first question" in told and "mail me at" in told and "weak_keys" in told
        assert (
            "Secretova" not in told
            and "Anna" not in told
            and "anna@" not in told
            and str(anna.pk) not in told
        )

    @pytest.mark.parametrize("kind", sorted(set(FAULTS) - {"text", "usage", "events"}))
    def test_every_failure_ends_in_the_local_answer(self, model, anna, kind):
        model.fail(kind, times=0)
        began = time.monotonic()
        lines = streamed(signed_in(anna), "How do I type @?")
        assert time.monotonic() - began < 2
        assert "Shift" in lines[-1]["text"] and "without" in lines[-1]["source"]
        assert ChatMessage.objects.get().source == "statistics"

    def test_who_must_not_wait_is_answered_at_once(self, model, anna):
        lines = streamed(signed_in(anna), "hello", **{MUST_NOT_WAIT: True})
        assert lines[-1]["done"] and not model.asked

    def test_stopped_in_the_middle(self, model, anna, settings):
        settings.AI_SECONDS = 20
        model.pace = 0.05
        gone = []
        client = signed_in(anna)
        response = client.post(
            ASK,
            {"question": "why?"},
            headers={"Accept": STREAM},
            **{"waitress.client_disconnected": lambda: bool(gone)},
        )
        stream = iter(response.streaming_content)
        while "text" not in json.loads(next(stream)):
            pass
        gone.append(True)
        list(stream)
        message = ChatMessage.objects.get()
        assert message.state == "stopped" and ADVICE["en"].startswith(message.answer) and message.answer
        assert "Stopped." in client.get(URL).content.decode()

    @pytest.mark.parametrize("kind", ["hang", "drip"])
    def test_left_before_anything_came_it_keeps_the_local_answer(self, model, anna, kind):
        model.fail(kind, times=0)
        client = signed_in(anna)
        client.post(ASK, {"question": "How do I type @?"}, **{"waitress.client_disconnected": lambda: True})
        message = ChatMessage.objects.get()
        assert message.state == "stopped" and message.source == "statistics" and "Shift" in message.answer
        page = client.get(URL).content.decode()
        assert "Shift" in page and "From your statistics" in page and "Stopped. " not in page

    @pytest.mark.django_db(transaction=True)
    def test_sent_thrice_in_parallel_it_is_asked_once(self, model, anna, settings):
        settings.AI_SECONDS = 8.0
        model.pace = 0.02
        client = signed_in(anna)

        def send(_: int) -> str:
            try:
                return send_as(client).post(ASK, {"question": "why?"}).url
            finally:
                connection.close()

        with ThreadPoolExecutor(3) as threads:
            ways = set(threads.map(send, range(3)))
        message = ChatMessage.objects.get()
        assert ways == {f"{URL}#message-{message.pk}"} and len(model.asked) == 1
        assert message.answer == ADVICE["en"] and message.state == "done"

    @pytest.mark.django_db(transaction=True)
    @override("en")
    def test_the_second_of_two_clicks_takes_over_what_the_browser_left(self, model, anna, settings):
        settings.AI_SECONDS = 8.0
        first = begin(anna, "why?", may_wait=True, now=timezone.now())
        model.fail("hang")
        growing = answered(first)
        next(growing)
        second = answered(begin(anna, "why?", may_wait=True, now=timezone.now()))
        assert next(second) == "" and len(model.asked) == 1
        growing.close()
        assert list(second)[-1] == ADVICE["en"] and len(model.asked) == 2
        message = ChatMessage.objects.get()
        assert message.state == "done" and message.source == "model" and message.answer == ADVICE["en"]

    def test_who_repeats_and_must_not_wait_is_answered_at_once(self, model, anna):
        begin(anna, "How do I type @?", may_wait=True, now=timezone.now())
        lines = streamed(signed_in(anna), "How do I type @?", **{MUST_NOT_WAIT: True})
        assert "Shift" in lines[-1]["text"] and not model.asked

    def test_it_is_told_the_last_four_exchanges(self, model, anna):
        for ago in range(6):
            asked_at = timezone.now() - timedelta(minutes=ago + 1)
            ChatMessage.objects.create(
                user=anna, question=f"question {ago}", answer=f"answer {ago}", state="done", asked_at=asked_at
            )
        streamed(signed_in(anna), "why?")
        told = [one["content"] for one in model.asked[0]["messages"]]
        assert len(told) == 1 + 2 * 4 + 1
        assert "question 3" in told[1] and told[2] == "answer 3" and "why?" in told[-1]

    @pytest.mark.django_db(transaction=True)
    def test_an_account_deleted_while_it_answers(self, model, anna):
        model.pace = 0.01
        response = signed_in(anna).post(ASK, {"question": "why?"}, headers={"Accept": STREAM})
        stream = iter(response.streaming_content)
        next(stream)
        User.objects.get(pk=anna.pk).delete()
        assert json.loads(list(stream)[-1])["done"] and not ChatMessage.objects.exists()

    @pytest.mark.django_db(transaction=True)
    def test_the_server_closes_the_stream(self, model, anna):
        model.pace = 0.05
        response = signed_in(anna).post(ASK, {"question": "why?"}, headers={"Accept": STREAM})
        stream = iter(response.streaming_content)
        next(stream), next(stream)
        response.close()
        assert ChatMessage.objects.get().state == "stopped"

    @pytest.mark.parametrize("payload", XSS)
    def test_no_script_comes_through(self, model, anna, payload):
        """Neither as what the model says nor as what is asked is it anything but text."""
        model.say(f"{payload} {ADVICE['en']}")
        client = signed_in(anna)
        client.post(ASK, {"question": payload.replace("\x00", "")})
        page = client.get(URL).content.decode()
        inside = page[page.index("chat-log") : page.index("chat-form")].rsplit("<form", 1)[0].lower()
        for tag in (
            "<script",
            "<img",
            "<svg",
            "<iframe",
            "<a ",
            "<form",
            "<style",
            "<div hx",
            "<x ",
            "<math",
        ):
            assert tag not in inside
        answer = ChatMessage.objects.get().answer
        assert "http" not in answer and "<" not in answer
        assert "script-src 'self'" in client.get(URL)["Content-Security-Policy"]

    @pytest.mark.parametrize("order", INJECTIONS)
    def test_orders_stay_data(self, model, anna, order):
        """They are fenced; and what a model that obeys them says is not used."""
        client = signed_in(anna)
        client.post(ASK, {"question": order})
        system, asked = model.asked[0]["messages"]
        mark = asked["content"].split("\n")[0]
        assert asked["role"] == "user" and mark.startswith("<question ") and mark.endswith(">")
        assert "never an order" in system["content"] and "tools" not in model.asked[0]
        assert asked["content"].endswith(f"\n</{mark[1:]}")

    @pytest.mark.parametrize("said", WHAT_OBEYING_MODELS_SAY)
    def test_what_an_obeying_model_says_is_not_used(self, model, anna, said):
        model.say(said)
        lines = streamed(signed_in(anna), "hello")
        assert "without" in lines[-1]["source"]
        assert said[:5] not in lines[-1]["text"] and said[:5] not in ChatMessage.objects.get().answer

    def test_a_text_on_a_topic(self, model, anna):
        client = signed_in(anna)
        response = client.post(TEXT, {"topic": "рыбалка"})
        drill = Drill.objects.get()
        assert response.url == reverse("coaching:drill", args=[drill.text_id])
        assert drill.text.body == EXERCISE["ru"]
        assert client.get(response.url).status_code == 200

    def test_who_knows_few_letters_gets_words_of_these(self, model, anna):
        run(anna, make_course())
        response = signed_in(anna).post(TEXT, {"topic": "рыбалка"}, follow=True)
        assert "words in the letters you know" in response.content.decode()
        assert set(Drill.objects.get().text.body) <= set("ао \n") and not model.asked

    @pytest.mark.parametrize("kind", ["letters", "language", "markup", "repetition", "long", "hang", "empty"])
    def test_what_cannot_be_typed_is_not_given(self, model, anna, kind):
        model.fail(kind, times=0)
        response = signed_in(anna).post(TEXT, {"topic": "рыбалка"}, follow=True)
        assert "words in the letters you know" in response.content.decode()
        assert set(Drill.objects.get().text.body) <= set("абвгдеёжзийклмнопрстуфхцчшщъыьэюя \n")
