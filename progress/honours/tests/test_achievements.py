import uuid
from dataclasses import replace
from datetime import timedelta

import pytest

from accounts.merging import merge
from accounts.models import User
from billing.entitlement.grants import grant
from lessons.models import Lesson, TypingText
from progress.figures.days import days_of_practice
from progress.honours.achievements import (
    ACHIEVEMENTS,
    BY_CODE,
    GROUPS,
    highest_of_ladders,
    newly_earned,
)
from progress.honours.facts import IN_A_ROW, SPEED_LETTERS, Facts
from progress.keystrokes.logs import parse_log
from progress.keystrokes.scoring import LEAST_CHARACTERS
from progress.keystrokes.skill import KNOWN_TRIES, Expected, KeySums, Mean, Skill
from progress.keystrokes.strikes import strikes
from progress.models import Award, DailyStat, LessonProgress, TypingSession
from progress.models.sessions import SPRINT
from progress.recording.deleting import delete_session
from progress.recording.record import record_session
from progress.tests.practice import make_sessions
from tests.factories import NOW, TEXT, human_events, lesson_of, make_course, make_log, make_ticket

LATER = NOW + timedelta(minutes=5)


def record(anna, lesson, events=None, *, now=LATER, text=None) -> TypingSession:
    ticket = make_ticket(anna, lesson, text=text, issued_at=now - timedelta(minutes=5))
    log = parse_log(make_log(ticket, events or human_events(text.body if text else lesson.text.body)))
    return record_session(ticket=ticket, learner=anna, log=log, now=now).session


def codes(session) -> set[str]:
    return set(session.awards.values_list("code", flat=True))


def plain_facts(**changes) -> Facts:
    """Those of a session that earns nothing."""
    session = TypingSession(
        cpm=90,
        accuracy=91,
        errors=5,
        keystrokes=50,
        stars=None,
        flags=[],
        ranked=True,
        layout="en-qwerty",
        rollover=0,
    )
    values = {
        "session": session,
        "text": "abcdefghijkl",
        "lesson": None,
        "skill": Skill(),
        "earned": (),
        "five_stars": 0,
        "is_passed": False,
        "waiting": 1,
        "free_waiting": 1,
        "days": 1,
        "away": 0,
        "minutes": 1.0,
        "accuracies": [91.0],
    }
    return Facts(**(values | changes))


def earned(facts) -> list[str]:
    return [one.code for one in newly_earned(facts)]


def typed(**fields) -> Facts:
    facts = plain_facts()
    for name, value in fields.items():
        setattr(facts.session, name, value)
    return facts


def test_there_are_about_twenty_five_with_words_of_their_own():
    assert len(ACHIEVEMENTS) == len(BY_CODE) == 26
    assert len({str(one.name) for one in ACHIEVEMENTS}) == len({str(one.how) for one in ACHIEVEMENTS}) == 26


def test_the_page_says_from_how_many_words_and_letters_on_speed_counts():
    notes = [str(group.note) for group in GROUPS if group.note]
    assert (
        len(notes) == 1 and f"{SPEED_LETTERS} different letters" in notes[0] and f"{SPRINT} words" in notes[0]
    )


def test_nothing_special_earns_nothing():
    assert earned(plain_facts()) == []


def letters(alphabet: str, tries: int) -> Skill:
    return Skill(keys={letter: KeySums(hits=tries) for letter in alphabet})


def keys(slowness: float, *, missed: float = 0, tries: float = 60, count: int = 10) -> Skill:
    """The first `count` letters, each typed so often, missed so often and slower than usual by so much (logs)."""
    sums = {
        letter: KeySums(Mean(tries, missed), Mean(tries, tries * slowness))
        for letter in "abcdefghijklmnop"[:count]
    }
    return Skill(speed=Mean(1000, 5500), keys=sums)


FEW = "abcdefghijk, ABC! 1234567890"
FAST = typed(cpm=150, accuracy=99)
ALPHABET = "abcdefghijklmnopqrstuvwxyz"
EARNED = [
    ("five-stars-10", plain_facts(five_stars=9), plain_facts(five_stars=10)),
    ("five-stars-50", plain_facts(five_stars=49), plain_facts(five_stars=50)),
    ("flawless", typed(errors=0, keystrokes=199), typed(errors=0, keystrokes=200)),
    ("flawless", typed(errors=1, keystrokes=200), typed(errors=0, keystrokes=900)),
    ("flawless", typed(errors=0, keystrokes=200, ranked=False), typed(errors=0, keystrokes=200)),
    ("faster-10", typed(cpm=900, accuracy=50), plain_facts(skill=Skill(first=Mean(5, 100)))),
    ("accurate-ten", plain_facts(accuracies=[98.0] * 9), plain_facts(accuracies=[98.0] * 10)),
    ("accurate-ten", plain_facts(accuracies=[98.0] * 9 + [97.9]), plain_facts(accuracies=[100.0] * 10)),
    ("long-test", typed(minutes=3, accuracy=99), typed(minutes=5, accuracy=97)),
    ("long-test", typed(minutes=5, accuracy=99, ranked=False), typed(minutes=5, accuracy=99)),
    ("speed-100", typed(cpm=99.9, accuracy=99), typed(cpm=100, accuracy=95)),
    ("speed-200", typed(cpm=200, accuracy=94.9), typed(cpm=200, accuracy=95)),
    ("speed-300", typed(cpm=300, accuracy=99, ranked=False), typed(cpm=300, accuracy=99)),
    ("speed-400", typed(cpm=399, accuracy=99), typed(cpm=401, accuracy=99)),
    (
        "speed-100",
        replace(FAST, text=FEW),
        FAST,
    ),
    (
        "speed-100",
        replace(FAST, text=FEW),
        replace(typed(cpm=150, accuracy=99, kind="test"), text=FEW),
    ),
    (
        "speed-100",
        typed(cpm=150, accuracy=99, kind="test", words=25),
        typed(cpm=150, accuracy=99, kind="test", words=50),
    ),
    (
        "doubled",
        plain_facts(skill=Skill(first=Mean(5, 100)), text=FEW),
        plain_facts(skill=Skill(first=Mean(5, 100))),
    ),
    ("faster-10", plain_facts(skill=Skill(first=Mean(5, 205))), plain_facts(skill=Skill(first=Mean(5, 200)))),
    ("faster-10", plain_facts(skill=Skill(first=Mean(4, 80))), plain_facts(skill=Skill(first=Mean(5, 100)))),
    ("doubled", plain_facts(skill=Skill(first=Mean(5, 230))), plain_facts(skill=Skill(first=Mean(5, 225)))),
    ("letters-en", plain_facts(skill=letters(ALPHABET, 9)), plain_facts(skill=letters(ALPHABET, 10))),
    ("letters-en", plain_facts(skill=letters(ALPHABET[1:], 50)), plain_facts(skill=letters(ALPHABET, 50))),
    (
        "both-alphabets",
        plain_facts(earned=["letters-en"]),
        plain_facts(skill=letters(ALPHABET, 10), earned=["letters-ru"]),
    ),
    ("ten-keys", plain_facts(skill=keys(0, count=9)), plain_facts(skill=keys(0))),
    ("ten-keys", plain_facts(skill=keys(0.5)), plain_facts(skill=keys(0.1))),
    ("ten-keys", plain_facts(skill=keys(0, missed=3)), plain_facts(skill=keys(0, missed=1))),
    ("rollover", typed(rollover=0.3, keystrokes=199), typed(rollover=0.3, keystrokes=200)),
    ("rollover", typed(rollover=None, keystrokes=900), typed(rollover=0.5, keystrokes=900)),
    ("days-7", plain_facts(days=6), plain_facts(days=7)),
    ("days-30", plain_facts(days=29), plain_facts(days=30)),
    ("days-100", plain_facts(days=99), plain_facts(days=100)),
    ("back-again", plain_facts(away=13), plain_facts(away=14)),
    ("ten-hours", plain_facts(minutes=599.9), plain_facts(minutes=600)),
]


@pytest.mark.parametrize(("code", "before", "after"), EARNED)
def test_each_is_earned_at_its_border(code, before, after):
    assert code not in earned(before)
    assert code in earned(after)
    assert code not in earned(replace(after, earned=[*after.earned, code]))


def test_a_key_is_tamed_when_it_costs_half_of_what_it_did():
    skill = keys(0.2, tries=KNOWN_TRIES)
    skill.began = {"a": 2 * Expected(skill, strikes("en-qwerty")).burden("a") - 1}
    assert "key-halved" not in earned(plain_facts(skill=skill))
    skill.began = {"a": 2 * Expected(skill, strikes("en-qwerty")).burden("a") + 1}
    assert "key-halved" in earned(plain_facts(skill=skill))


class TestLessons:
    def test_the_first_one(self, course, anna):
        assert "first-lesson" in codes(record(anna, lesson_of(course)))
        assert codes(record(anna, lesson_of(course), human_events(TEXT, seed=2))) == set()

    def test_a_drill_is_none(self, course, anna):
        assert "first-lesson" not in codes(record(anna, None, text=TypingText.of(TEXT)))

    def test_the_home_row(self, course, anna):
        Lesson.objects.filter(course=course, number=1).update(kind="test")
        fast, slow = human_events(TEXT, pace_ms=300), human_events(TEXT, pace_ms=1500)
        assert "home-row" not in codes(record(anna, lesson_of(course), slow))
        assert "home-row" in codes(record(anna, lesson_of(course), fast))

    def test_the_free_ones_and_all(self, course, anna):
        grant(user=anna, ends_at=LATER + timedelta(days=1), reason="test", granted_by=anna, now=NOW)
        assert "free-lessons" not in codes(record(anna, lesson_of(course)))
        assert "free-lessons" in codes(record(anna, lesson_of(course, 2), human_events(TEXT, seed=2)))
        assert not Award.objects.filter(code="whole-course").exists()
        assert "whole-course" in codes(record(anna, lesson_of(course, 3), human_events(TEXT, seed=3)))

    def test_a_failed_run_passes_nothing(self, course, anna):
        record(anna, lesson_of(course))
        slow = human_events(TEXT, pace_ms=1900, mistakes=range(0, 20, 2))
        failed = record(anna, lesson_of(course, 2), slow)
        assert failed.stars == 1 and "free-lessons" not in codes(failed)

    def test_careful_and_slow_passes_too(self, course, anna):
        """Three accurate runs open the next lesson, so they end the course as well."""
        grant(user=anna, ends_at=LATER + timedelta(days=1), reason="test", granted_by=anna, now=NOW)
        for number in (1, 2):
            record(anna, lesson_of(course, number), human_events(TEXT, seed=number))
        for seed, ends in ((3, False), (4, False), (5, True)):
            slow = human_events(TEXT, pace_ms=1900, seed=seed)
            session = record(anna, lesson_of(course, 3), slow)
            assert session.stars == 1 and ("whole-course" in codes(session)) is ends

    @pytest.mark.parametrize(
        ("stars", "accurate_runs", "is_passed"), [(1, 2, False), (2, 0, True), (1, 3, True)]
    )
    def test_the_other_lessons_are_judged_by_the_same_rule(
        self, course, anna, stars, accurate_runs, is_passed
    ):
        record(anna, lesson_of(course))
        LessonProgress.objects.create(
            user=anna,
            lesson=lesson_of(course, 2),
            best_stars=stars,
            accurate_runs=accurate_runs,
            runs=3,
            last_at=NOW,
        )
        again = record(anna, lesson_of(course), human_events(TEXT, seed=2))
        assert ("free-lessons" in codes(again)) is is_passed

    def test_lessons_without_a_text_are_not_waited_for(self, course, anna):
        record(anna, lesson_of(course))
        Lesson.objects.filter(number=2).update(is_published=False)
        assert "free-lessons" in codes(record(anna, lesson_of(course), human_events(TEXT, seed=2)))


def test_days_and_absence_come_from_the_days_before(course, anna):
    for day in range(20, 26):
        DailyStat.objects.create(
            user=anna,
            date=NOW.date() - timedelta(days=day),
            layout="ru-jcuken",
            sessions=1,
            characters=LEAST_CHARACTERS,
        )
    DailyStat.objects.create(
        user=anna, date=NOW.date() - timedelta(days=3), layout="ru-jcuken", sessions=1, characters=1
    )
    got = codes(record(anna, lesson_of(course)))
    assert {"days-7", "back-again"} <= got and "days-30" not in got


@pytest.mark.parametrize(
    ("on_days_before", "today", "is_seventh"), [(20, 21, True), (19, 21, False), (20, 20, False)]
)
def test_a_day_of_practice_has_twenty_characters_that_have_a_time(anna, on_days_before, today, is_seventh):
    for day in range(1, 7):
        DailyStat.objects.create(
            user=anna,
            date=NOW.date() - timedelta(days=day),
            layout="ru-jcuken",
            sessions=1,
            characters=on_days_before,
        )
    course = make_course(text="фыва олдж фыва олдж фыва"[:today])
    assert ("days-7" in codes(record(anna, lesson_of(course)))) is is_seventh
    days = days_of_practice(DailyStat.objects.all())
    assert len(days) == 6 * (on_days_before >= 20) + (today > 20)


def test_five_stars_count_this_lesson_once(course, anna):
    others = make_course(slug="en", lessons=10)
    for done in others.lessons.all()[:9]:
        LessonProgress.objects.create(user=anna, lesson=done, best_stars=5, runs=1, last_at=NOW)
    session = record(anna, lesson_of(course))
    assert session.stars == 5 and "five-stars-10" in codes(session)


def test_an_award_outlives_its_session(course, anna):
    session = record(anna, lesson_of(course))
    delete_session(session_id=session.pk, learner=anna, now=LATER)
    assert Award.objects.get(user=anna, code="first-lesson").session is None


def test_a_guest_brings_awards_along_once(course, anna):
    guest = User.objects.create_guest(uuid.uuid4(), now=NOW)
    record(guest, lesson_of(course))
    record(anna, lesson_of(course), human_events(TEXT, seed=2))
    Award.objects.create(user=guest, code="days-7", earned_at=NOW)
    merge(guest, anna, now=LATER)
    assert Award.objects.filter(user=anna, code="first-lesson").count() == 1
    assert Award.objects.filter(user=anna, code="days-7").exists()


def test_runs_of_a_key_make_no_row(course, anna):
    make_sessions(anna, lesson_of(course), count=IN_A_ROW, accuracy=100.0, cpm=1.0)
    assert "accurate-ten" not in codes(record(anna, lesson_of(course)))
    make_sessions(anna, lesson_of(course), count=IN_A_ROW, accuracy=100.0)
    assert "accurate-ten" in codes(record(anna, lesson_of(course), human_events(TEXT, seed=2)))


def test_of_a_ladder_only_the_highest_is_named():
    earned = [
        BY_CODE[code] for code in ("first-lesson", "letters-en", "letters-ru", "speed-100", "speed-200")
    ]
    named = [one.code for one in highest_of_ladders(earned)]
    assert named == ["first-lesson", "letters-en", "letters-ru", "speed-200"]
    assert highest_of_ladders([]) == ()
