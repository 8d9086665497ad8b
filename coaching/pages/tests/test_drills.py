import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.merging import merge
from accounts.models import User
from coaching.models import Drill
from lessons.models import TypingText
from lessons.words import frequent
from progress.exercises.tickets import open_ticket
from progress.figures.keys import KnownKeys
from progress.figures.reports import advise
from progress.models import SkillProfile, TypingSession
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
    (section,) = page.context["result"].sections
    weak = section.context["items"]
    keys = KnownKeys.of(anna.pk, session.layout)
    named = [key.item for key in keys.weak]
    assert weak == [one.item for one in keys.weaknesses[:3]]
    assert weak[0] == "п" and "s per 1,000\u00a0characters" in page.content.decode()
    assert [key.item for key in client.get("/dashboard/").context["dashboard"].keys.weak] == named
    assert [key["character"] for key in Api(anna).get("stats/weak-keys")[1]["keys"]] == named
    assert advise(96.0, 5, keys).keys == keys.weaknesses[0].item
    client.post(f"/coach/sessions/{session.pk}/drill/")
    words = Drill.objects.get().text.body.split()
    assert sum("п" in word for word in words) > len(words) / 3
    assert Drill.objects.get().practised == weak


def test_who_types_all_keys_alike_is_blamed_for_none(anna):
    """Her run is told as it was, and the next step stays the only one."""
    text = " ".join(frequent("ru")[:120])
    lesson = make_course(text=text).lessons.select_related("course", "text").first()
    even = typed(anna, lesson, pace_ms=600, mistakes=range(7, len(text), 33))
    assert KnownKeys.of(anna.pk, even.layout).weaknesses == [] and even.stars < 5
    client = signed_in(anna)
    page = client.get(f"/sessions/{even.pk}/").content.decode()
    assert "Practice “" not in page and "per 1,000\u00a0characters" not in page
    assert "Missed most often in this text: “" in page
    back = client.post(f"/coach/sessions/{even.pk}/drill/", follow=True)
    assert (
        back.redirect_chain[0][0] == f"/sessions/{even.pk}/" and "nothing to drill" in back.content.decode()
    )
    assert Api(anna).post(f"sessions/{even.pk}/drill", {})[0] == 409


def test_before_much_is_known_the_misses_of_the_run_are_told(anna):
    """A first lesson once, with a wrong key at every ninth place: of few tries, so none is weak."""
    lesson = make_course(text="ооа " * 15).lessons.select_related("course", "text").first()
    places = list(range(0, 57, 9))
    first = typed(anna, lesson, pace_ms=300, mistakes=places)
    assert KnownKeys.of(anna.pk, first.layout).weaknesses == []
    missed = sum(lesson.text.body[place] == "о" for place in places)
    tries = lesson.text.body.count("о")
    page = signed_in(anna).get(f"/sessions/{first.pk}/").content.decode()
    assert f"Missed most often in this text: “о” {missed} of {tries}" in page and "Practice “" not in page


def test_what_was_hardly_ever_typed_is_neither_named_nor_drilled(anna):
    """м comes seven times, taught by no lesson she has typed, and is slow."""
    text = "прокопать короткая попка " * 14 + "мама мама мама м"
    lesson = make_course(text=text).lessons.select_related("course", "text").first()
    ticket = make_ticket(anna, lesson, issued_at=timezone.now() - timedelta(minutes=5))
    events = [[dt * 3 if key == "м" else dt, key, hold] for dt, key, hold in human_events(text)]
    client = signed_in(anna)
    client.post("/sessions/", {"log": make_log(ticket, events)})
    page = client.get(f"/sessions/{ticket.session}/").content.decode()
    assert "Practice “" not in page
    assert client.get("/dashboard/").content.decode().count('value="м') == 0
    told = client.post("/coach/drill/", {"layout": "ru-jcuken", "item": "м"}, follow=True)
    assert (
        told.redirect_chain[0][0] == "/coach/" and "You have hardly met that key yet" in told.content.decode()
    )


def test_page_api_and_coach_say_the_same_after_a_test(anna, session):
    """While little is known, what her last lesson asked of her holds, whatever she types."""
    skill = SkillProfile.skill_of(anna.pk, session.layout)
    test = TypingSession(user=anna, kind="test", layout=session.layout)
    after, ever = KnownKeys.after(test, skill), KnownKeys.of(anna.pk, session.layout)
    assert (after.stars, after.target_cpm) == (ever.stars, ever.target_cpm) == (1, session.lesson.target_cpm)
    assert after.weaknesses == ever.weaknesses != []


def test_a_drill_leads_back_to_where_it_was_made(anna, session):
    """After a lesson to that, after a review to the course, from the dashboard to no lesson however new."""
    client = signed_in(anna)

    def primary(url: str, **fields: str) -> str:
        client.post(url, fields)
        drill = Drill.objects.select_related("text").latest("made_at")
        ticket = make_ticket(anna, text=drill.text, issued_at=timezone.now() - timedelta(minutes=5))
        client.post("/sessions/", {"log": make_log(ticket, human_events(drill.text.body))})
        page = client.get(f"/sessions/{ticket.session}/").content.decode()
        assert f'id="result-title" tabindex="-1" aria-describedby="result-figures">{drill.title}</h1>' in page
        return page.split("data-primary href=")[1].split(">")[0]

    assert primary(f"/coach/sessions/{session.pk}/drill/") == '"/practice/ru/1/"'
    assert primary("/coach/review/ru/1/") == '"/learn/ru/"'
    assert primary("/coach/drill/", layout="ru-jcuken", item="о") == '"/coach/"'


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
    assert re.search(r"\d+ → \d+\u00a0ms, missed \d+% → 0%", told)
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
