"""Variations of the lessons of new keys, of both courses, against the rules that content tests hold their texts to."""

import tomllib
from itertools import pairwise

import pytest

from lessons.checks import RECENT_LESSONS, RECENT_STRIKES, least_strikes
from lessons.content_files import content
from lessons.course_files import texts_in
from lessons.keyboards import layout
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


def test_a_spoiled_variation_is_found():
    lesson = next(lessons_of_keys()).values[0]
    text = variation(lesson, 1)
    assert problems(lesson, text) == []
    fewer = text.replace(lesson.new[0], lesson.new[1])
    assert {problem.code for problem in problems(lesson, fewer)} >= {"strikes"}
