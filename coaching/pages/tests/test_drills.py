from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.merging import merge
from accounts.models import User
from coaching.models import Drill
from lessons.models import TypingText
from progress.exercises.tickets import open_ticket
from progress.figures.keys import KnownKeys
from progress.figures.reports import advise
from progress.models import TypingSession
from tests.api_client import Api
from tests.factories import human_events, make_course, make_log, make_ticket, signed_in

TEXT = "ао" * 15 + " " + "оа" * 15


@pytest.fixture
def session(anna) -> TypingSession:
    lesson = make_course(text=TEXT).lessons.select_related("course", "text").first()
    return typed(anna, lesson, pace_ms=600, mistakes=range(0, 60, 4))


def typed(user: User, lesson, *, pace_ms: float, mistakes=()) -> TypingSession:
    ticket = make_ticket(user, lesson, issued_at=timezone.now() - timedelta(minutes=3))
    client = signed_in(user)
    events = human_events(lesson.text.body, pace_ms=pace_ms, mistakes=mistakes)
    client.post("/sessions/", {"log": make_log(ticket, events)})
    return TypingSession.objects.get(pk=ticket.session)


def test_the_result_names_the_weak_keys_and_offers_a_drill(anna, session):
    page = signed_in(anna).get(f"/sessions/{session.pk}/").content.decode()
    assert f"/coach/sessions/{session.pk}/drill/" in page


def test_a_quick_clean_learner_is_offered_none(anna):
    quick = typed(anna, make_course(text=TEXT).lessons.select_related("course", "text").first(), pace_ms=150)
    assert "/drill/" not in signed_in(anna).get(f"/sessions/{quick.pk}/").content.decode()
    response = signed_in(anna).post(f"/coach/sessions/{quick.pk}/drill/")
    assert response.url == f"/sessions/{quick.pk}/" and not Drill.objects.exists()


def test_result_drill_dashboard_api_and_report_name_the_same_keys(anna):
    """A typist of 40 WPM whose п is slow; her other keys are as even as a hand's."""
    text = "прокопать короткая попка " * 8 + "попка"
    lesson = make_course(text=text).lessons.select_related("course", "text").first()
    for seed in range(3):
        ticket = make_ticket(anna, lesson, issued_at=timezone.now() - timedelta(minutes=3))
        events = human_events(text, pace_ms=300, seed=seed, mistakes=range(4, 200, 17))
        slow = [[dt * 2.5 if key == "п" else dt, key, hold] for dt, key, hold in events]
        signed_in(anna).post("/sessions/", {"log": make_log(ticket, slow)})
    session = TypingSession.objects.get(pk=ticket.session)
    client = signed_in(anna)
    page = client.get(f"/sessions/{session.pk}/")
    section, _ = page.context["result"].sections
    weak = section.context["items"]
    keys = KnownKeys.of(anna.pk, session.layout)
    named = [key.item for key in keys.weak]
    assert len(weak) == 3 and weak[: len(keys.weaknesses)] == [one.item for one in keys.weaknesses[:3]]
    assert weak[0] == "п" and "s in every 1,000 characters" in page.content.decode()
    assert [key.item for key in client.get("/dashboard/").context["dashboard"].keys.weak] == named
    assert [key["character"] for key in Api(anna).get("stats/weak-keys")[1]["keys"]] == named
    assert advise(96.0, 5, keys).keys == keys.weaknesses[0].item
    client.post(f"/coach/sessions/{session.pk}/drill/")
    words = Drill.objects.get().text.body.split()
    assert sum("п" in word for word in words) > len(words) / 3


def test_a_drill_is_one_click_away_and_recorded_as_any_session(anna, session):
    client = signed_in(anna)
    response = client.post(f"/coach/sessions/{session.pk}/drill/")
    again = client.post(f"/coach/sessions/{session.pk}/drill/")
    made = Drill.objects.get()
    assert response.url == again.url == f"/coach/drills/{made.text_id}/"
    assert set(made.text.body) <= set("ао \n")
    page = client.get(response.url)
    ticket = open_ticket(page.context["ticket"])
    assert (ticket.kind, ticket.lesson, ticket.text) == ("drill", None, made.text_id)
    recorded = client.post("/sessions/", {"log": make_log(ticket, human_events(made.text.body))})
    told = client.get(recorded.url).content.decode()
    assert "of the time before, 0 of" in told and "ms before" in told
    drilled = TypingSession.objects.get(kind="drill")
    assert recorded.url == f"/sessions/{drilled.pk}/" and drilled.stars is None
    assert response.url in client.get(recorded.url).content.decode()


def test_a_drill_is_of_english_words_on_a_french_keyboard(anna):
    text = "the rest " * 12 + "the rest"
    make_course(slug="en", text=text)
    User.objects.filter(pk=anna.pk).update(layout="fr-azerty")
    client = signed_in(anna)
    ticket = open_ticket(client.get("/practice/en/1/").context["ticket"])
    assert ticket.layout == "fr-azerty"
    events = human_events(text, pace_ms=600, mistakes=range(0, 60, 9))
    client.post("/sessions/", {"log": make_log(ticket, events)})
    response = client.post(f"/coach/sessions/{ticket.session}/drill/")
    page = client.get(response.url)
    assert (page.context["layout"].code, page.context["language"].code) == ("fr-azerty", "en")
    assert set(page.context["text"]) <= set("therst \n")


def test_nobody_elses(anna, boris, session):
    signed_in(anna).post(f"/coach/sessions/{session.pk}/drill/")
    url = f"/coach/drills/{Drill.objects.get().text_id}/"
    for client in (signed_in(boris), Client()):
        assert client.post(f"/coach/sessions/{session.pk}/drill/").status_code == 404
        assert client.get(url).status_code == 404
        assert client.get(f"/coach/drills/{session.text_id}/").status_code == 404
    assert Drill.objects.count() == 1


def test_wrong_methods(anna, session):
    client = signed_in(anna)
    assert client.get(f"/coach/sessions/{session.pk}/drill/").status_code == 405
    assert client.post(f"/coach/drills/{session.text_id}/").status_code == 405


def test_a_guests_drills_go_with_the_merge(anna, session):
    now = timezone.now()
    guest = User.objects.create(email=None)
    both = TypingText.of("ао оа")
    for user, text in [(anna, both), (guest, both), (guest, TypingText.of("оо аа"))]:
        Drill.objects.create(user=user, text=text, layout="ru-jcuken", made_at=now)
    assert merge(guest, anna, now=now)
    assert {drill.user for drill in Drill.objects.all()} == {anna}
    assert Drill.objects.count() == 2
