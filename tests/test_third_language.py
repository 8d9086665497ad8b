"""A language with letters of its own, of which the product has files and one entry in the table, and no more."""

import io
import json
import re
from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.core.cache import cache
from django.core.management import call_command
from django.test import Client
from drf_spectacular.generators import SchemaGenerator
from pypdf import PdfReader

from lessons import content_files, frequencies, keyboards, languages, prose, words
from lessons.course_files import CourseFileError
from lessons.courses import load_course
from lessons.models import Course, TypingText, text_of
from progress.exercises.exercise import Exercise, layout_for
from progress.exercises.tickets import open_ticket
from progress.honours import leaderboards, spreads
from progress.models import BoardEntry, Certificate, TypingSession
from tests.api_client import Api
from tests.factories import NOW, human_events, make_course, make_learner, make_log
from typingtrainer.management.commands.setup_roles import Command as SetUpRoles

pytestmark = pytest.mark.django_db

GREEK = languages.TypedLanguage(
    code="el",
    name="Ελληνικά",
    script="Greek",
    alphabet=frozenset("αβγδεζηθικλμνξοπρσςτυφχψω"),
    layout="el-greek",
    inside="in Greek",
    heading="In Greek",
    tests="Greek tests",
    text="Greek text",
    first_line="η παλιά πόλη είναι ήσυχη",
    foreign="These are no Greek letters: switch the keyboard to Greek.",
)
LAYOUT = """
language = "el"
name_ru = "Греческая"
name_en = "Greek"
geometry = "ansi"

[keys]
Digit1 = "1!"
Digit2 = "2@"
Digit3 = "3#"
KeyQ = ";:"
KeyW = "ς"
KeyE = "εΕ"
KeyR = "ρΡ"
KeyT = "τΤ"
KeyY = "υΥ"
KeyU = "θΘ"
KeyI = "ιΙ"
KeyO = "οΟ"
KeyP = "πΠ"
KeyA = "αΑ"
KeyS = "σΣ"
KeyD = "δΔ"
KeyF = "φΦ"
KeyG = "γΓ"
KeyH = "ηΗ"
KeyJ = "ξΞ"
KeyK = "κΚ"
KeyL = "λΛ"
KeyZ = "ζΖ"
KeyX = "χΧ"
KeyC = "ψΨ"
KeyV = "ωΩ"
KeyB = "βΒ"
KeyN = "νΝ"
KeyM = "μΜ"
Comma = ",<"
Period = ".>"
Slash = "/?"
Space = "  "
"""
COURSE = """
slug = "greek"
language = "el"
layout = "el-greek"
title_ru = "Греческая клавиатура"
title_en = "Greek keyboard"
position = 3

[[block]]
code = "A"
title_ru = "Основной ряд"
title_en = "Home row"
"""
LESSON = """
[[lesson]]
number = {number}
block = "A"
title_ru = "Урок {number}"
title_en = "Lesson {number}"
goal_ru = "Находим клавиши."
goal_en = "Find the keys."
tip_ru = "Не спешите."
tip_en = "Take your time."
kind = "{kind}"
new = "{new}"
target_cpm = 50
accuracy = 90
length = {length}
free = true
"""
ORDINARY = (
    "Η θαλασσα ειναι ησυχη και τα παιδια παιζουν στην αμμο.\n"
    "Το πρωι πινουμε καφε στην αυλη και μιλαμε για τη μερα."
)
HARD = "Στις 12 του μηνα φευγουν 3 πλοια απο το μεγαλο λιμανι.\nΤο βιβλιο εχει 321 σελιδες, και διαβασα μονο τις 123."
TEXTS = {
    1: ("keys", "φξ", "φξ ξφ φφ ξξ\nφφξ ξξφ φξφ\nξφφ φξξ ξφξ"),
    65: ("text", "", ORDINARY),
    66: ("text", "", HARD),
}
WORDS = "και το να η θα με σε απο για ειναι που ο δεν τα στο της των ενα μια φως ξερω καλο"
TICKET = re.compile(r'name="ticket" value="([^"]+)"')
CACHES = (
    keyboards.layouts,
    keyboards.layout,
    words.frequent,
    frequencies.shares,
    prose.prose,
    prose.sentences,
)


@pytest.fixture
def course_file(tmp_path, monkeypatch):
    """The files of the language beside those that we ship, and its entry."""
    for name in ("layouts", "words"):
        (tmp_path / name).mkdir()
        for path in content_files.content(name).iterdir():
            (tmp_path / name / path.name).symlink_to(path)
    for name in ("geometries", "ru", "en"):
        (tmp_path / name).symlink_to(content_files.content(name))
    (tmp_path / "layouts" / "el-greek.toml").write_text(LAYOUT, "utf-8")
    (tmp_path / "words" / "el.txt").write_text(WORDS.replace(" ", "\n"), "utf-8")
    course = tmp_path / "el" / "course.toml"
    course.parent.mkdir()
    lessons = (
        LESSON.format(number=number, kind=kind, new=new, length=len(text))
        for number, (kind, new, text) in TEXTS.items()
    )
    course.write_text(COURSE + "".join(lessons), "utf-8")
    for number, (_, _, text) in TEXTS.items():
        (course.parent / f"{number:03}.txt").write_text(text, "utf-8")
    monkeypatch.setattr(content_files, "CONTENT", tmp_path)
    monkeypatch.setitem(languages.TYPED, "el", GREEK)
    _forget()
    yield course
    _forget()


def _forget():
    cache.clear()
    for kept in CACHES:
        kept.cache_clear()


@pytest.fixture
def course(course_file):
    make_course()
    load_course(course_file)
    return Course.objects.get(slug="greek")


@pytest.fixture
def anna(course):
    return make_learner(name="Anna", board_name="Anna", language="en", is_staff=True, is_superuser=True)


@pytest.fixture
def client(anna):
    client = Client()
    client.force_login(anna, "django.contrib.auth.backends.ModelBackend")
    return client


def page(client, path, **asked):
    answer = client.get(path, asked)
    assert answer.status_code == 200, path
    return answer.content.decode()


def typed(client, path, *, language=GREEK, after=0, **hand) -> TypingSession:
    """What is on a practice page, typed and recorded, `after` so many minutes."""
    opened = NOW + timedelta(minutes=after)
    with time_machine.travel(opened, tick=False):
        shown = page(client, path)
    assert f'id="exercise-text" lang="{language.code}"' in shown
    assert f'data-script="{language.script}"' in shown and str(language.foreign) in shown
    ticket = open_ticket(TICKET.search(shown)[1])
    body = ticket.body or text_of(ticket.text)
    with time_machine.travel(opened + timedelta(minutes=2), tick=False):
        log = make_log(ticket, human_events(body, wrong="θ", **hand))
        answer = client.post("/sessions/", {"log": log}, follow=True)
    assert answer.status_code == 200
    return TypingSession.objects.get(pk=ticket.session)


@pytest.fixture
def lesson(client) -> TypingSession:
    return typed(client, "/practice/greek/1/", pace_ms=250, mistakes=range(1, 12, 2))


@pytest.fixture
def test(client) -> TypingSession:
    return typed(client, "/tests/el/1/", after=5, pace_ms=150, seed=2)


def test_the_command_loads_it_with_the_others(course_file, capsys):
    call_command("load_courses")
    assert "greek: 5 created" in capsys.readouterr().out
    assert sorted(Course.objects.values_list("language", flat=True)) == ["el", "en", "ru"]
    course = Course.objects.get(slug="greek")
    course.full_clean()
    assert course.get_language_display() == "Ελληνικά"


def test_without_its_entry_it_is_refused(course_file, monkeypatch):
    monkeypatch.delitem(languages.TYPED, "el")
    with pytest.raises(CourseFileError, match="language: must be one of ru, en"):
        load_course(course_file)


def test_a_lesson_is_practised(client, lesson):
    assert (lesson.kind, lesson.layout, lesson.errors) == ("lesson", "el-greek", 6)
    assert "Greek keyboard" in page(client, "/")
    assert "Greek keyboard" in page(client, "/learn/greek/")
    assert 'lang="el"' in page(client, f"/sessions/{lesson.pk}/")
    drill = client.post(f"/coach/sessions/{lesson.pk}/drill/", follow=True)
    assert drill.status_code == 200 and 'id="exercise-text" lang="el"' in drill.content.decode()


def test_a_preferred_layout_is_taken_only_for_its_language(anna, monkeypatch):
    german = replace(languages.ENGLISH, code="de", layout="de-qwertz")
    monkeypatch.setitem(languages.TYPED, "de", german)
    text = TypingText(body="das ist gut")
    taken = {}
    for language in (german, languages.ENGLISH, GREEK):
        exercise = Exercise(
            kind="test",
            title="",
            text=text,
            layout=language.layout,
            language=language.code,
            taught=(),
            back_url="",
        )
        for anna.layout in ("de-qwertz", "en-dvorak"):
            taken[language.code, anna.layout] = layout_for(anna, exercise).code
    assert taken == {
        ("de", "de-qwertz"): "de-qwertz",
        ("de", "en-dvorak"): "de-qwertz",
        ("en", "de-qwertz"): "en-qwerty",
        ("en", "en-dvorak"): "en-dvorak",
        ("el", "de-qwertz"): "el-greek",
        ("el", "en-dvorak"): "el-greek",
    }


@pytest.mark.parametrize("difficulty", ["easy", "ordinary", "hard"])
def test_its_tests_are_offered_and_typed(client, difficulty):
    assert "In Greek" in page(client, "/tests/", difficulty=difficulty)
    session = typed(client, f"/tests/el/1/?difficulty={difficulty}", pace_ms=150)
    assert (session.kind, session.layout, session.ranked) == ("test", "el-greek", True)
    assert set(session.text.body.lower()) <= set(GREEK.alphabet) | set(" .,123")
    assert f"/tests/el/1/?difficulty={difficulty}" in page(client, f"/sessions/{session.pk}/")


@pytest.mark.parametrize("reader", ["ru", "en"])
def test_a_test_is_certified(client, anna, test, reader):
    anna.language = reader
    anna.save()
    answer = client.post(f"/sessions/{test.pk}/certificate/", {"name": "Anna"}, follow=True)
    assert "Greek text" in answer.content.decode()
    code = Certificate.objects.get().code
    pdf = client.get(f"/certificates/{code}.pdf")
    assert "Greek text" in PdfReader(io.BytesIO(pdf.content)).pages[0].extract_text()


def test_its_practice_is_charted(client, lesson, test):
    typed(client, "/practice/ru/1/", language=languages.RUSSIAN, after=20)
    shown = page(client, "/dashboard/", language="el")
    assert re.search(r'id="language-el" href="[^"]*" aria-current="true">in Greek</a>', shown)
    assert "both languages" in shown and 'id="language-ru"' in shown
    assert "2 exercises" in shown and shown.count("<svg") and "φ" in shown
    make_course(slug="en", text="fj fjf jjf fjj ffj")
    typed(client, "/practice/en/1/", language=languages.ENGLISH, after=30)
    assert "all languages" in page(client, "/dashboard/")


def test_its_run_is_on_the_leaderboard_and_compared(client, anna, test, monkeypatch):
    with time_machine.travel(NOW + timedelta(minutes=9), tick=False):
        shown = page(client, "/leaderboards/", board="el")
        assert '?board=el" aria-current="true">Greek tests</a>' in shown and 'class="own"' in shown
        leaderboards.rebuild_entries(anna.pk, now=NOW + timedelta(minutes=9))
    assert set(BoardEntry.objects.values_list("board", flat=True)) == {"el"}
    monkeypatch.setattr(spreads, "LEAST_LEARNERS", 1)
    spreads.count_spreads(now=NOW)
    assert spreads.comparison(test).learners == 1


def test_the_api_knows_it(anna, lesson, test):
    api = Api(anna)
    status, started = api.post("tests/start", {"language": "el", "minutes": 1})
    assert (status, started["layout"]) == (200, "el-greek")
    assert next(one for one in api.get("courses")[1] if one["id"] == "greek")["language"] == "el"
    with time_machine.travel(NOW + timedelta(minutes=9), tick=False):
        status, board = Api(anna).get("leaderboards?language=el")
    assert status == 200 and [one["name"] for one in board["places"]] == ["Anna"]
    described = json.dumps(SchemaGenerator().get_schema(request=None, public=True), default=str)
    assert '"enum": ["ru", "en", "el"]' in described


@pytest.mark.parametrize("reader", ["ru", "en"])
def test_no_page_breaks(client, anna, course, lesson, test, reader):
    anna.language = reader
    anna.save()
    SetUpRoles().handle()
    paths = [
        "/",
        "/learn/",
        "/learn/?q=φ",
        "/learn/greek/",
        "/practice/greek/65/trial/",
        "/tests/",
        "/achievements/",
        "/history/?course=greek&layout=el-greek",
        *(f"/dashboard/?language={code}&measure={one}" for code in ("", "el") for one in ("speed", "errors")),
        *(f"/sessions/{one.pk}/{rest}" for one in (lesson, test) for rest in ("", "keys/", "delete/")),
        "/leaderboards/?board=greek&number=1&period=ever",
        "/admin/lessons/course/",
        f"/admin/lessons/course/{course.pk}/change/",
        f"/admin/lessons/lesson/{lesson.lesson_id}/change/",
    ]
    with time_machine.travel(NOW + timedelta(minutes=9), tick=False):
        assert {path: client.get(path).status_code for path in paths} == dict.fromkeys(paths, 200)
        call_command("send_report", anna.email, "--running")
    assert mail.outbox
