"""What the statistics answer, in both languages, for learners of several kinds."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils.translation import override

from accounts.units import percent_sign
from coaching.advice.difficulty import Level
from coaching.chat.answers import answer, text_for, told_at_large
from coaching.chat.intents import TERMS, Asked, Intent
from coaching.chat.knowledge import Knowledge
from coaching.chat.tests.test_intents import ENGLISH, RUSSIAN
from coaching.forecast.learning_curve import PractisedDay
from coaching.plans.composition import Method
from coaching.plans.plans import make_plan
from coaching.wording import forecast_sentence, headline, quoted, step_name, weakness_reason
from progress.figures.keys import KnownKeys
from progress.keystrokes.costs import Weakness
from progress.keystrokes.fingers import FingerLoad
from progress.models import TypingSession
from progress.tests.practice import run
from tests.factories import NOW, make_course

pytestmark = pytest.mark.django_db


@pytest.fixture
def course():
    return make_course()


def known(learner) -> Knowledge:
    return Knowledge.of(learner, now=NOW)


@pytest.fixture
def slow(anna, course):
    """Two months of slow practice, a little faster in the last week."""
    for days_ago, pace in ((40, 700), (20, 600), (12, 560), (2, 450), (1, 430)):
        run(anna, course, days_ago=days_ago, seed=days_ago, pace_ms=pace)
    return anna


@pytest.mark.parametrize(("language", "questions"), [("ru", RUSSIAN), ("en", ENGLISH)])
@pytest.mark.parametrize("who", ["slow", "new"])
def test_every_question_gets_a_sentence(request, anna, language, questions, who):
    learner = request.getfixturevalue("slow") if who == "slow" else anna
    with override(language):
        about = known(learner)
        for question in questions:
            reply = answer(question, about)
            assert reply.text[0] == reply.text[0].upper() and reply.text[-1] in ".!?:)"
            assert (
                "%(" not in reply.text
                and "  " not in reply.text
                and not re.search(r"\bNone\b(?! of your)", reply.text)
            )
            assert 2 <= len(reply.suggested) <= 6


def test_figures_are_her_own(slow):
    with override("en"):
        about = known(slow)
        assert about.recent and about.before and about.recent.days == 2
        improving = answer("am i improving", about).text
        assert improving.startswith("You have become faster") and "27\u00a0WPM" in improving
        assert "accuracy 100.0%" in improving


def test_it_names_the_weak_key(anna, course):
    for seed in range(3):
        run(anna, course, seed=seed, pace_ms=600, mistakes=(5, 9))
    assert [one.item for one in KnownKeys.of(anna.pk, "ru-jcuken").weak] == ["а"]
    with override("ru"):
        assert "«а»" in answer("какие клавиши у меня слабые?", known(anna)).text


def test_mistakes_come_first(anna, course):
    for seed in range(3):
        run(anna, course, seed=seed, mistakes=range(0, 30, 4))
    with override("en"):
        assert "istakes cost you the most time" in answer("why am i slow", known(anna)).text
        assert answer("what next?", known(anna)).text.startswith("Accuracy first")


def test_last_month(anna, course):
    run(anna, course, days_ago=0)
    with override("en"):
        assert "nothing from last month" in answer("compare with last month", known(anna)).text
        run(anna, course, days_ago=NOW.day + 3, seed=2, pace_ms=600)
        assert "Last month: " in answer("compare with last month", known(anna)).text


@pytest.mark.parametrize(
    ("question", "layout", "said"),
    [
        ("как набрать ф", "ru-jcuken", "левым мизинцем"),
        ("как набрать Щ", "ru-jcuken", "Shift"),
        ("как набрать @", "ru-jcuken", "Английская"),
        ("как набрать 汉", "ru-jcuken", "Ни на одной раскладке"),
        ("как поставить тире", "ru-jcuken", "В вашей раскладке нет «—»; в текстах здесь вместо него «-»."),
        ("как набрать длинное тире", "en-qwerty", "«—»"),
        ("как набрать «", "ru-jcuken", 'вместо него «"»'),
        ("как набрать \u202e", "ru-jcuken", "«U+202E»"),
        ("как набрать \x07", "ru-jcuken", "«U+0007»"),
        ("как набрать \ufeff", "ru-jcuken", "U+FEFF"),
        ("как набрать \u0301", "ru-jcuken", "«◌\u0301»"),
    ],
)
def test_how_to_type(anna, question, layout, said):
    anna.layout = layout
    with override("ru"):
        assert said in answer(question, known(anna)).text


def test_plural_forms(anna, course):
    run(anna, course, days_ago=0)
    with override("ru"):
        assert "1 день подряд" in answer("сколько дней подряд я занимаюсь", known(anna)).text
        for ago in (1, 2):
            run(anna, course, days_ago=ago, seed=ago)
        assert "3 дня подряд" in answer("сколько дней подряд я занимаюсь", known(anna)).text


def test_all_intents_have_an_answer(slow):
    about = known(slow)
    for intent in Intent:
        for asked in (
            [Asked(intent, term) for term, _ in TERMS] if intent == Intent.TERM else [Asked(intent, "")]
        ):
            if intent == Intent.HOW_TO_TYPE:
                asked = replace(asked, about="a")
            assert text_for(asked, about), asked
    with override("en"):
        told = told_at_large(about)
    assert told.count("You lose the most time on") <= 1


def test_what_a_model_may_see_is_aggregates(slow):
    slow.name = "Anna Secretova"
    told = str(known(slow).figures())
    assert "Secretova" not in told and slow.email not in told and str(slow.pk) not in told
    assert TypingSession.objects.first().text.body not in told
    assert len(told) < 4000


def test_a_model_is_told_the_figures_of_the_pages(anna, course):
    """What was reached is cut there, so it is here."""
    run(anna, course, pace_ms=600, mistakes=(5,))
    about = known(anna)
    day = about.days[0]._replace(characters=1999, duration_ms=300_000, accuracy_sum=96.99 * 1999)
    with override("en"):
        about = replace(about, days=[day])
        week = about.figures()["weeks"][-1]
        assert (week["characters_a_minute"], week["words_a_minute"]) == (399, 79)
        assert week["accuracy_percent"] == 96.9 and week["minutes"] == 5
        for unit, figure in (("cpm", "399"), ("wpm", "79")):
            assert f"{figure}\u00a0" in answer("what is my speed", replace(about, unit=unit)).text
        assert "96.9%" in answer("what is my speed", about).text


def test_the_last_week_and_what_was_before_do_not_meet(anna, course):
    run(anna, course, days_ago=7)
    run(anna, course, days_ago=6, seed=2)
    about = known(anna)
    assert about.recent.days == 1 and about.before.days == 1
    assert about.today - timedelta(days=7) == about.days[0].date
    assert percent_sign()


def test_what_next_is_what_the_coachs_page_says(slow):
    with override("en"):
        about = known(slow)
        assert about.coach.is_lesson_first and "lesson 2" in answer("what next?", about).text
        about = replace(about, coach=replace(about.coach, course=None))
        said = answer("what next?", about).text
        assert headline(about.coach.standing) in said
        assert [
            said.index(step_name(one.step, about.coach.richest)) for one in about.coach.proposal.exercises
        ]
        plan = make_plan(slow, "ru-jcuken", now=NOW)
        said = answer("what next?", known(slow)).text
        assert "0 of 4 exercises" in said and step_name(plan.exercises.get(place=1).kind) in said


def test_a_goal_is_told_by_the_forecast(slow):
    about = known(slow)
    first = about.today - timedelta(days=12)
    days = [PractisedDay(first + timedelta(days=n), 15, 120 + 5 * n) for n in range(12)]
    standing = replace(about.coach.standing, days=days)
    about = replace(about, unit="cpm", coach=replace(about.coach, standing=standing))
    with override("ru"):
        told = about.coach.standing.forecast(400)
        assert told and answer("когда я достигну 400?", about).text == forecast_sentence(told, "cpm")
        goal = about.coach.standing.forecast(about.coach.goal_cpm)
        assert answer("когда я достигну цели", about).text == forecast_sentence(goal, "cpm")
    with override("en"):
        told = about.coach.standing.forecast(300)
        assert answer("when will i reach 60?", replace(about, unit="wpm")).text == forecast_sentence(
            told, "wpm"
        )
        assert answer("when will i reach 60 wpm?", about).text == forecast_sentence(told, "wpm")
        asked = "if I practice 15 minutes a day, when will I reach 300 characters a minute?"
        assert answer(asked, replace(about, unit="wpm")).text == forecast_sentence(told, "cpm")
        for number in ("9999", "0", "12345678901234567890", "10 000", "1" * 900):
            assert "from 50\u00a0CPM to" in answer(f"when will I reach {number}", about).text
        assert "from 10\u00a0WPM to" in answer("when will I reach 999 wpm", about).text


def test_a_goal_without_a_curve(anna, course):
    with override("en"):
        assert "nothing about your typing" in answer("when will I reach 60", known(anna)).text
        run(anna, course)
        assert "too early" in answer("when will I reach 60", known(anna)).text


def test_pairs_are_weak_too(slow):
    about = known(slow)
    pair = Weakness(
        item="пр",
        is_pair=True,
        ms=512.5,
        low_ms=400,
        high_ms=600,
        usual_ms=380,
        error_rate=0,
        low_error_rate=0,
        high_error_rate=0,
        usual_error_rate=0,
        cost=1.25,
        cost_of_misses=0,
        tries=40,
        is_slow=True,
        is_missed=False,
    )
    keys = KnownKeys(about.keys.skill, about.layout)
    keys.__dict__["weaknesses"] = [pair]
    about = replace(about, keys=keys)
    with override("ru"):
        for question in ("почему я медленно печатаю", "какие клавиши у меня слабые"):
            said = answer(question, about).text
            assert quoted("пр") in said and weakness_reason(pair) in said and "1,3" in said
    assert (
        about.figures()["weak_pairs"][0]["pair"] == "пр"
        and about.figures()["weak_pairs"][0]["milliseconds"] == 513
    )
    assert about.figures()["has_stopped_growing"] is about.coach.standing.is_plateau


def test_exactness_comes_first_by_the_rule_of_the_plan(slow):
    """A high average does not hide that the last keystrokes were missed."""
    about = known(slow)
    assert "istakes cost you the most time" not in _in_english("why am i slow", about)
    missed = replace(about.coach.proposal.difficulty, level=Level.LESS)
    coach = replace(about.coach, proposal=replace(about.coach.proposal, difficulty=missed))
    assert "istakes cost you the most time" in _in_english("why am i slow", replace(about, coach=coach))
    exact = replace(about.coach.proposal, method=Method.EXACT)
    coach = replace(about.coach, proposal=exact)
    assert "istakes cost you the most time" in _in_english("why am i slow", replace(about, coach=coach))


def _in_english(question: str, about: Knowledge) -> str:
    with override("en"):
        return answer(question, about).text


def loads(*figures: tuple[str, str, float, float]) -> list[FingerLoad]:
    return [
        FingerLoad(hand=hand, finger=finger, share=0.12, ms=ms, error_rate=rate)
        for hand, finger, ms, rate in figures
    ]


def with_fingers(about: Knowledge, *figures: tuple[str, str, float, float]) -> Knowledge:
    keys = KnownKeys(about.keys.skill, about.layout)
    keys.__dict__["fingers"] = loads(*figures)
    return replace(about, keys=keys)


REST = (("left", "middle", 500, 0.01), ("right", "middle", 510, 0.0), ("left", "index", 490, 0.01))


def test_the_weakest_finger_and_what_helps_it(slow):
    about = known(slow)
    index = with_fingers(about, ("right", "index", 908, 0.01), *REST)
    said = _in_english("which finger is my weakest", index)
    assert said == "It is the right index finger: 908\u00a0ms per keystroke on average."
    little = with_fingers(about, ("right", "index", 908, 0.0), ("left", "little", 897, 0.0), *REST)
    said = _in_english("which finger is my weakest", little)
    assert "right index" in said and "The left little one is hardly better." in said
    assert "Ring and little fingers" in said
    alike = with_fingers(about, ("right", "index", 520, 0.01), *REST)
    said = _in_english("which finger is my weakest", alike)
    assert said == "None of your fingers stands out: they take from 490 to 520\u00a0ms per keystroke."


def test_mistakes_count_as_intervals_of_a_finger(slow):
    """A missed key takes three intervals more."""
    figures = (("left", "ring", 600, 0.0), ("left", "index", 500, 0.1), ("right", "index", 500, 0.05))
    about = with_fingers(known(slow), *figures)
    assert [load.error_rate for load in about.fingers] == [0.1, 0.0, 0.05]


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("is 20 wpm good?", "20\u00a0WPM is slow"),
        (
            "is 40 wpm good?",
            "40\u00a0WPM is below average; two out of three people type 32\u00a0WPM to 72\u00a0WPM.",
        ),
        ("is 60 wpm good?", "60\u00a0WPM is good"),
        ("is 100 wpm good?", "100\u00a0WPM is fast"),
        ("is 400 cpm good?", "400\u00a0CPM is fast"),
    ],
)
def test_a_speed_is_judged(anna, question, said):
    told = _in_english(question, known(anna))
    assert told.startswith(said) and told.endswith("which is 260 characters.")
