"""Texts of lessons made for the learner, and what a review repeats."""

import pytest
from django.core.management import call_command
from hypothesis import given, settings
from hypothesis import strategies as st

from coaching.models import Drill
from coaching.plans.lessons import most_of, review_of
from lessons.checks import RECENT_STRIKES
from lessons.models import Lesson
from lessons.passages import passages
from lessons.text_maker import natural_share
from lessons.text_pieces import strikes
from lessons.variations import struck
from tests.factories import NOW, make_course, make_learner


@settings(max_examples=25)
@given(st.sampled_from(["ru", "en"]), st.data())
def test_what_is_weak_is_struck_more_often_than_in_ordinary_text(language, data):
    letters = "еоантбзщэ" if language == "ru" else "etaonbqzw"
    weak = dict.fromkeys(data.draw(st.sets(st.sampled_from(letters), min_size=1, max_size=3)), 1.0)
    texts = passages(language, hard=False)
    chosen = most_of(weak, texts, language=language, length=800)
    text = "\n".join(chosen)
    assert len(set(chosen)) == len(chosen) and set(chosen) <= set(texts)
    assert 600 < len(text) < 1200
    rates = [strikes(one, text) / (natural_share(one, language) * len(text)) for one in weak]
    assert sum(rates) / len(rates) > 1.15 and min(rates) > 0.85


@pytest.mark.parametrize(
    ("slug", "number", "keys"),
    [
        ("ru", 10, "итфж"),
        ("ru", 20, "чшф"),
        ("ru", 60, "№90щэфё"),
        ("ru", 90, "\\_ъщэё№"),
        ("en", 45, "4567()qzxj"),
        ("en", 90, "{}<>qzxj"),
    ],
)
def test_a_review_has_the_newest_and_the_rarest_keys(db, slug, number, keys):
    call_command("load_courses")
    lesson = Lesson.objects.select_related("course").get(course__slug=slug, number=number)
    drill = review_of(make_learner(), lesson, now=NOW)
    body = drill.text.body
    assert drill.kind == Drill.Kind.REVIEW and set(body) <= lesson.alphabet() | {"\n"}
    assert {one for one in keys if struck(one, body) < RECENT_STRIKES} == set()


def test_a_review_of_a_lesson_that_taught_nothing_is_its_text(anna):
    lesson = make_course().lessons.select_related("course").get(number=1)
    lesson.new_characters = ""
    lesson.save()
    assert review_of(anna, lesson, now=NOW).text.body == lesson.bodies[0]
