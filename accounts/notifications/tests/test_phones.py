"""The phone for text messages, on its page and in the worker."""

import re

import pytest
from django.core.exceptions import ValidationError

from accounts.models import PhoneNumber
from accounts.notifications import phones
from accounts.notifications.tests.test_pages import PAGE, PHONE, page_of
from accounts.notifications.tests.test_sending import NOW, NUMBER
from accounts.tasks import send_phone_code
from outbox.models import OutboxEvent


def code_sent(sms):
    """The code that came, after the worker has run."""
    event = OutboxEvent.objects.filter(task=phones.TASK).latest("id")
    send_phone_code(**event.payload)
    return re.match(r"\d{6}", sms.sent[-1]["body"])[0]


class TestPhone:
    def test_a_number_is_hers_with_the_code_that_came(self, anna, browser_of, sms):
        client = browser_of(anna)
        assert client.post(PHONE, {"number": "8 (916) 123-45-67"}).url == PAGE
        assert not sms.sent and NUMBER in page_of(client)
        code = code_sent(sms)
        assert (
            sms.sent[0]["to"] == NUMBER and sms.sent[0]["body"] == f"{code} is your code for Typing Trainer."
        )
        wrong = f"{(int(code) + 1) % 10**6:06}"
        assert "not the code" in client.post(f"{PHONE}confirm/", {"code": wrong}).content.decode()
        assert PhoneNumber.objects.get().confirmed_at is None
        client.post(f"{PHONE}confirm/", {"code": f" {code[:3]} {code[3:]} "})
        assert PhoneNumber.objects.get().confirmed_at
        client.post(f"{PHONE}remove/")
        assert not PhoneNumber.objects.exists()

    @pytest.mark.parametrize(
        "number", ["", "12", "+0123456789", "9161234567", "+7 916 ONE", "+7" + "1" * 15, "tel:+79161234567"]
    )
    def test_what_is_no_number_is_refused_in_words(self, anna, browser_of, sms, number):
        answer = browser_of(anna).post(PHONE, {"number": number})
        assert answer.status_code == 200 and b'aria-invalid="true"' in answer.content
        assert not PhoneNumber.objects.exists()

    @pytest.mark.parametrize(
        "number",
        [
            "+8816 123 45678",
            "+870 773 111 222",
            "+88213 12345",
            "+1 900 555 0123",
            "+1 (976) 555-0123",
            "+53 5123 4567",
        ],
    )
    def test_of_another_country_or_made_to_cost_is_refused_in_words(self, anna, browser_of, sms, number):
        answer = browser_of(anna).post(PHONE, {"number": number})
        assert "not sent to numbers of this country or kind" in answer.content.decode()
        assert not PhoneNumber.objects.exists() and not OutboxEvent.objects.exists()

    def test_countries_are_those_of_the_settings(self, settings):
        settings.SMS_COUNTRIES = ["53", "881", "1212"]
        assert phones.normal_number("+53 5123 4567") and phones.normal_number("+1 212 555 0123")
        for number in (NUMBER, "+88161234567", "+1 213 555 0123"):
            with pytest.raises(ValidationError):
                phones.normal_number(number)

    def test_ten_minutes_long(self, anna, browser_of, sms):
        client = browser_of(anna)
        client.post(PHONE, {"number": NUMBER})
        code = code_sent(sms)
        PhoneNumber.objects.update(asked_at=NOW - phones.CODE_LASTS)
        assert "has expired" in client.post(f"{PHONE}confirm/", {"code": code}).content.decode()
        assert "has expired" in page_of(client)
        assert send_phone_code(**OutboxEvent.objects.get(task=phones.TASK).payload) is False

    def test_the_code_of_another_does_not_fit(self, anna, boris, browser_of, sms):
        for user in (anna, boris):
            phones.ask(user, NUMBER, now=NOW)
        assert phones.code_of(anna.phone_number) != phones.code_of(boris.phone_number)

    def test_five_guesses(self, anna, browser_of, sms):
        client = browser_of(anna)
        client.post(PHONE, {"number": NUMBER})
        code = code_sent(sms)
        answers = [client.post(f"{PHONE}confirm/", {"code": "x"}).status_code for _ in range(6)]
        assert answers == [200] * 5 + [429]
        assert client.post(f"{PHONE}confirm/", {"code": code}).status_code == 429
        assert PhoneNumber.objects.get().confirmed_at is None

    def test_three_codes_an_hour_to_a_learner_and_to_a_number(self, anna, boris, browser_of, sms):
        client = browser_of(anna)
        numbers = [NUMBER, NUMBER, NUMBER, "+79160000000"]
        assert [client.post(PHONE, {"number": number}).status_code for number in numbers] == [302] * 3 + [429]
        assert browser_of(boris).post(PHONE, {"number": NUMBER}).status_code == 429

    @pytest.mark.parametrize(
        ("number", "per_day", "said"),
        [
            ("+15005550001", 200, "No text messages can be sent to this number"),
            (NUMBER, 0, "No more text messages can be sent today"),
        ],
    )
    def test_she_is_told_that_no_code_comes(self, anna, browser_of, sms, settings, number, per_day, said):
        settings.SMS_PER_DAY = per_day
        client = browser_of(anna)
        client.post(PHONE, {"number": number})
        assert "is on its way" in page_of(client)
        [event] = OutboxEvent.objects.filter(task=phones.TASK)
        assert [send_phone_code(**event.payload) for _ in range(2)] == [False, False]
        page = page_of(client)
        assert said in page and "is on its way" not in page and number in page and not sms.sent
        assert OutboxEvent.objects.count() == 1
        settings.SMS_PER_DAY = 200
        client.post(f"{PHONE}remove/")
        client.post(PHONE, {"number": NUMBER})
        assert "is on its way" in page_of(client) and code_sent(sms)

    @pytest.mark.parametrize("fault", [503, "took"])
    def test_a_provider_that_is_away_is_asked_again(self, anna, browser_of, sms, fault):
        sms.faults.append(fault)
        client = browser_of(anna)
        client.post(PHONE, {"number": NUMBER})
        first = OutboxEvent.objects.get(task=phones.TASK)
        assert send_phone_code(**first.payload) is False and "is on its way" in page_of(client)
        again = OutboxEvent.objects.latest("id")
        assert again.payload == first.payload and again.due_at > first.created_at
        assert send_phone_code(**again.payload) and len(sms.sent) == 1

    def test_she_is_told_when_it_is_given_up(self, anna, browser_of, sms, settings):
        settings.SMS_TOKEN = "another"
        client = browser_of(anna)
        client.post(PHONE, {"number": NUMBER})
        for _ in range(20):
            event = OutboxEvent.objects.latest("id")
            asked = {"user_id": anna.pk, "asked_at": PhoneNumber.objects.get().asked_at}
            assert phones.send_code(now=event.due_at or event.created_at, **asked) is False
        assert "The code could not be sent" in page_of(client) and OutboxEvent.objects.count() <= 11

    def test_sent_twice_by_a_worker_it_comes_once(self, anna, sms):
        phones.ask(anna, NUMBER, now=NOW)
        payload = OutboxEvent.objects.get(task=phones.TASK).payload
        assert send_phone_code(**payload) and send_phone_code(**payload)
        assert len(sms.sent) == 1

    def test_where_none_are_sent_it_says_so(self, anna, browser_of):
        said = browser_of(anna).post(PHONE, {"number": NUMBER}, follow=True).content.decode()
        assert "No text messages are sent here" in said and not PhoneNumber.objects.exists()
