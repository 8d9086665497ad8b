import pytest
from django.db import IntegrityError
from django.db.models import ProtectedError
from django.utils import translation

from lessons.course_files import KINDS
from lessons.models import ImmutableText, Lesson, TypingText

pytestmark = pytest.mark.django_db


def test_one_body_is_one_text():
    assert TypingText.of("ёж") == TypingText.of("ёж")
    assert TypingText.objects.count() == 1


def test_a_text_cannot_get_another_body():
    text = TypingText.of("old")
    text.body = "new"
    with pytest.raises(ImmutableText):
        text.save()
    assert TypingText.objects.get().body == "old"


def test_a_text_cannot_get_another_body_past_the_model():
    text = TypingText.of("ёж")
    with pytest.raises(IntegrityError):
        TypingText.objects.filter(pk=text.pk).update(body="new")


def test_a_text_in_use_cannot_be_deleted(course):
    with pytest.raises(ProtectedError):
        course.lessons.get(number=1).text.delete()


def test_a_lesson_is_ready_with_a_text_and_published(course):
    first, second, third = course.lessons.all()
    assert (first.is_ready, second.is_ready, third.is_ready) == (True, True, False)
    course.lessons.filter(number=2).update(is_published=False)
    assert list(Lesson.objects.of_course("mini").ready()) == [first]
    assert list(Lesson.objects.of_course("other")) == []


def test_the_alphabet_grows_by_lessons_and_takes_one_query(course, django_assert_num_queries):
    first, second, third = course.lessons.all()
    assert first.alphabet() == frozenset("fj ")
    assert second.alphabet() == frozenset("fjdk ")
    with django_assert_num_queries(1):
        assert third.alphabet() == frozenset("fjdksl ")


def test_problems_know_what_was_taught(course):
    problem, *_ = course.lessons.get(number=2).problems("dk dk fj sl dk dk fj")
    assert (problem.code, problem.params) == ("untaught", {"characters": "ls"})


def test_only_a_lesson_of_new_keys_needs_a_share_of_them(course):
    lesson = course.lessons.get(number=1)
    lesson.kind = Lesson.Kind.TEXT
    assert lesson.new_characters and lesson.length == 23
    assert "new_share" not in codes(lesson, "fj          fj         ")
    lesson.kind = Lesson.Kind.KEYS
    assert "new_share" in codes(lesson, "fj          fj         ")


def codes(lesson, body):
    return {problem.code for problem in lesson.problems(body)}


def test_the_kinds_are_those_of_the_course_files():
    assert list(Lesson.Kind.values) == list(KINDS)


def test_titles_and_layouts_speak_the_readers_language(course):
    lesson = course.lessons.get(number=1)
    with translation.override("ru"):
        assert [course.title, lesson.block.title, str(lesson)] == ["Малый курс", "Основной ряд", "1. Урок fj"]
        assert lesson.tip == "Не спешите."
    with translation.override("en"):
        assert [course.title, lesson.block.title, lesson.goal, lesson.tip] == [
            "Small course",
            "Home row",
            "Find the keys.",
            "Take your time.",
        ]
        assert "QWERTY" in course.layout_name
