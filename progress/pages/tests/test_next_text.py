"""After a test the next one stands there at once, with the result of the last in a line above it."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from progress.exercises.tickets import open_ticket
from progress.models import TypingSession
from tests.factories import human_events, make_log, signed_in

URL = "/tests/ru/1/?difficulty=ordinary"
HTMX = {"HX-Request": "true", "HX-Target": "practice"}


def take_test(client: Client, url: str = URL, *, typed: int = 120, headers=HTMX):
    ticket = open_ticket(client.get(url).context["ticket"])
    log = make_log(ticket, human_events(ticket.body[:typed], pace_ms=200))
    return client.post("/sessions/", {"log": log}, headers=headers)


@pytest.fixture
def taken(anna):
    return take_test(signed_in(anna))["HX-Redirect"]


def test_the_answer_leads_to_a_test_alike(anna, taken):
    session = TypingSession.objects.get()
    assert taken == f"{URL}&after={session.pk}"
    page = signed_in(anna).get(taken)
    assert page.context["last"].session == session and page.context["ticket"]
    assert f'data-whole href="/sessions/{session.pk}/"' in page.content.decode()


def two_ranked(anna) -> tuple[TypingSession, TypingSession]:
    """Two tests of an hour and of half an hour ago, the second the faster one."""
    for typed, age in ((120, 60), (150, 30)):
        take_test(signed_in(anna), typed=typed)
        moment = timezone.now() - timedelta(minutes=age)
        last = TypingSession.objects.order_by("recorded_at").last()
        fresh = {"ranked": True, "flags": [], "started_at": moment, "recorded_at": moment}
        TypingSession.objects.filter(pk=last.pk).update(**fresh)
    first, second = TypingSession.objects.order_by("recorded_at")
    return first, second


def test_the_line_tells_what_changed(anna):
    first, second = two_ranked(anna)
    page = signed_in(anna).get(f"{URL}&after={second.pk}", headers={"Accept-Language": "en"})
    told = page.content.decode()
    assert (
        "6\u00a0WPM more than in the last ranked test" in told
        and "A new record! The previous one was" in told
    )
    assert page.context["last"].before.record == first.cpm
    page = signed_in(anna).get(f"{URL}&after={first.pk}", headers={"Accept-Language": "en"})
    assert page.context["last"].before.record is None and "last ranked test" not in page.content.decode()


@pytest.mark.parametrize(
    ("cpm", "said"),
    [
        (300.4, "A new record: 60.08\u00a0WPM; the previous one was 60.02."),
        (300.14, "Your record: 60\u00a0WPM."),
        (305.0, "A new record! The previous one was 60\u00a0WPM."),
    ],
)
def test_a_record_is_told_with_what_tells_it_apart(anna, cpm, said):
    first, second = two_ranked(anna)
    TypingSession.objects.filter(pk=first.pk).update(cpm=300.1, accuracy=100)
    TypingSession.objects.filter(pk=second.pk).update(cpm=cpm, accuracy=100)
    page = signed_in(anna).get(f"{URL}&after={second.pk}", headers={"Accept-Language": "en"})
    told = page.content.decode()
    assert said in told and ("As fast as the last ranked test" in told) is (cpm < 305)
    page = signed_in(anna).get(second.get_absolute_url(), headers={"Accept-Language": "en"})
    assert f'data-figure="speed">{cpm // 5:.0f}</b> WPM' in page.content.decode()


def test_it_is_nobody_elses(boris, taken):
    for client in (signed_in(boris), Client()):
        page = client.get(taken)
        assert page.status_code == 200 and page.context["last"] is None


@pytest.mark.parametrize("after", ["", "x", "\x00", "0" * 32, "00000000-0000-0000-0000-000000000000"])
def test_what_names_nothing_is_as_good_as_none(anna, after):
    page = signed_in(anna).get("/tests/ru/1/", {"after": after})
    assert page.status_code == 200 and page.context["last"] is None


def test_without_scripts_the_result_comes_first(anna):
    answer = take_test(signed_in(anna), headers={})
    session = TypingSession.objects.get()
    assert answer.url == f"/sessions/{session.pk}/"
    page = signed_in(anna).get(answer.url).content.decode()
    assert 'data-primary href="/tests/ru/1/?difficulty=ordinary"' in page


def test_queries(anna, taken, django_assert_max_num_queries):
    client = signed_in(anna)
    with django_assert_max_num_queries(12):
        client.get(taken)
