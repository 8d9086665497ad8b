"""What the statistics answer, in both languages, for learners of several kinds."""

from datetime import timedelta

import pytest
from django.utils.translation import override

from accounts.units import percent_sign
from coaching.chat.answers import FROM_FIGURES, answer, told_at_large
from coaching.chat.intents import Intent
from coaching.chat.knowledge import Knowledge
from coaching.chat.tests.test_intents import ENGLISH, RUSSIAN
from progress.figures.keys import KnownKeys
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
            assert "%(" not in reply.text and "  " not in reply.text and "None" not in reply.text
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
        assert "mistakes cost you time" in answer("why am i slow", known(anna)).text
        assert answer("what next?", known(anna)).text.startswith("First accuracy")


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
    for intent, words in FROM_FIGURES.items():
        assert words(about, about.latest), intent
    assert told_at_large(about)
    assert set(FROM_FIGURES) < set(Intent)


def test_what_a_model_may_see_is_aggregates(slow):
    slow.name = "Anna Secretova"
    told = str(known(slow).figures())
    assert "Secretova" not in told and slow.email not in told and str(slow.pk) not in told
    assert TypingSession.objects.first().text.body not in told
    assert len(told) < 4000


def test_the_last_week_and_what_was_before_do_not_meet(anna, course):
    run(anna, course, days_ago=7)
    run(anna, course, days_ago=6, seed=2)
    about = known(anna)
    assert about.recent.days == 1 and about.before.days == 1
    assert about.today - timedelta(days=7) == about.days[0].date
    assert percent_sign()
