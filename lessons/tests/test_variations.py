"""Variations of the lessons of new keys, of both courses, against the rules that content tests hold their texts to."""

import time
import tomllib
from itertools import pairwise

import pytest
from django.core.management import call_command

from lessons.checks import RECENT_LESSONS, RECENT_STRIKES, least_strikes
from lessons.content_files import content
from lessons.course_files import texts_in
from lessons.keyboards import layout
from lessons.models import Lesson
from lessons.runs import body_of_run, rules_of
from lessons.variations import KeysLesson, problems, struck, variation

RUNS = range(1, 7)


def lessons_of_keys():
    for slug in ("ru", "en"):
        plan = tomllib.loads(content(slug, "course.toml").read_text("utf-8"))
        for place, lesson in enumerate(plan["lesson"]):
            if lesson["kind"] == "keys":
                taught = plan["lesson"][: place + 1]
                text = content(slug, f"{lesson['number']:03}.txt")
                recent = "".join(one["new"] for one in taught[-1 - RECENT_LESSONS : -1])
                yield pytest.param(
                    KeysLesson(
                        language=slug,
                        layout=layout(plan["layout"]),
                        letters=frozenset("".join(one["new"] for one in taught) + " "),
                        new=lesson["new"],
                        recent="".join(one for one in recent if not one.isupper()),
                        length=lesson["length"],
                        lines=texts_in(text.read_text("utf-8"))[0].count("\n") + 1,
                    ),
                    id=f"{slug}-{lesson['number']}",
                )


every_lesson = pytest.mark.parametrize("lesson", list(lessons_of_keys()))


@every_lesson
def test_variations_keep_the_rules_of_their_lesson_and_differ(lesson):
    texts = [variation(lesson, f"a:{run}") for run in RUNS]
    assert None not in texts and len(set(texts)) == len(texts)
    for text in texts:
        assert set(text) - {"\n"} <= lesson.letters
        assert sum(one in lesson.new for one in text) >= len(text) / 4
        assert all(struck(one, text) >= least_strikes(one) for one in lesson.new)
        assert all(struck(one, text) >= RECENT_STRIKES for one in lesson.recent)
        lines = text.split("\n")
        assert len(lines) <= lesson.lines and len(set(lines)) == len(lines)
        words = text.split()
        assert not any(a == b == c for (a, b), (_, c) in pairwise(pairwise(words)))
    assert texts == [variation(lesson, f"a:{run}") for run in RUNS]


def test_how_often_keys_are_struck():
    """In their own lesson, and in the five after it: what the courses are written by."""
    assert [least_strikes(one) for one in "фa7ФA№,"] == [20, 20, 20, 6, 6, 10, 10]
    assert (RECENT_LESSONS, RECENT_STRIKES) == (5, 3)


def test_the_rules_of_a_lesson_are_those_of_its_course(db):
    call_command("load_courses")
    for slug, number in (("ru", 1), ("ru", 6), ("ru", 37), ("en", 84)):
        lesson = Lesson.objects.select_related("course").get(course__slug=slug, number=number)
        held = next(one.values[0] for one in lessons_of_keys() if one.id == f"{slug}-{number}")
        assert rules_of(lesson) == held
        assert body_of_run(lesson, 1) not in (*lesson.bodies, body_of_run(lesson, 2))


@pytest.mark.parametrize(
    "odd",
    [
        {"new_characters": ""},
        {"new_characters": "\n\t"},
        {"length": 1},
        {"length": 32_767},
        {"new_characters": "абвгдеёжзийклмнопрстуфхцчшщъыьэюя", "length": 60},
    ],
)
def test_an_odd_lesson_has_its_own_text_or_a_made_one_and_soon(course, odd):
    lesson = course.lessons.select_related("course").get(number=1)
    for name, value in odd.items():
        setattr(lesson, name, value)
    lesson.save()
    began = time.process_time()
    assert body_of_run(lesson, 1)
    assert time.process_time() - began < 5


def test_a_spoiled_variation_is_found():
    lesson = next(lessons_of_keys()).values[0]
    text = variation(lesson, 1)
    assert problems(lesson, text) == []
    fewer = text.replace(lesson.new[0], lesson.new[1])
    assert {problem.code for problem in problems(lesson, fewer)} >= {"strikes"}
