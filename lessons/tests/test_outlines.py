"""What is kept of a course is dropped with every change to it."""

import pytest
from django.core.management import call_command
from django.db import transaction

from lessons.models import Block, Lesson
from lessons.outlines import outline
from tests.factories import make_course, make_learner

from .course_folder import write_text


def titles(course) -> list[str]:
    course.refresh_from_db()
    return [lesson.title_en for lesson in outline(course)]


def test_the_second_reader_asks_nothing(course, django_assert_num_queries):
    assert titles(course) == ["Lesson fj", "Lesson dk", "Lesson sl"]
    with django_assert_num_queries(0):
        assert [lesson.block.title_en for lesson in outline(course)] == ["Home row", "Home row", "Further"]


def _course(course):
    course.save()


def _course_field(course):
    course.save(update_fields=["title_en"])


def _lesson(course):
    course.lessons.first().save()


def _lesson_field(course):
    lesson = course.lessons.first()
    lesson.save(update_fields=["is_published"])


def _lesson_deleted(course):
    course.lessons.last().delete()


def _lessons_updated(course):
    course.lessons.update(is_free=True)


def _lessons_updated_in_bulk(course):
    lessons = list(course.lessons.all())
    Lesson.objects.bulk_update(lessons, ["is_free"])


def _lessons_deleted(course):
    Lesson.objects.filter(course=course, number=3).delete()


def _block(course):
    course.blocks.first().save()


def _blocks_updated(course):
    Block.objects.filter(course=course).update(title_en="Row")


def _block_added(course):
    Block.objects.create(course=course, position=9, title_ru="Ещё", title_en="More")


@pytest.mark.parametrize(
    "change",
    [
        _course,
        _course_field,
        _lesson,
        _lesson_field,
        _lesson_deleted,
        _lessons_updated,
        _lessons_updated_in_bulk,
        _lessons_deleted,
        _block,
        _blocks_updated,
        _block_added,
    ],
)
def test_every_change_is_a_new_revision(course, change):
    before = course.revision
    change(course)
    course.refresh_from_db()
    assert course.revision != before


def test_another_course_keeps_its_own(course):
    other = make_course()
    other.refresh_from_db()
    before = other.revision
    course.lessons.update(is_free=True)
    other.refresh_from_db()
    assert other.revision == before


def test_an_edit_is_seen_on_the_pages_at_once(course, client):
    def pages() -> str:
        return "".join(
            client.get(path, headers={"accept-language": "en"}).content.decode()
            for path in ("/learn/", "/learn/mini/")
        )

    assert "Home row" in pages()
    block = course.blocks.get(position=1)
    block.title_en = "Middle row"
    block.save()
    assert "Middle row" in pages() and "Home row" not in pages()


def test_loading_is_seen_only_when_it_changed_something(course, course_file):
    assert titles(course)[2] == "Lesson sl"
    before = course.revision
    call_command("load_courses", course_file, verbosity=0)
    titles(course)
    assert course.revision == before
    write_text(course_file.parent, 3, "sl ls ss ll sls lsl")
    call_command("load_courses", course_file, verbosity=0)
    titles(course)
    assert course.revision != before
    assert outline(course)[2].is_ready


def test_a_save_that_is_taken_back_changes_nothing(course):
    before = titles(course)
    with pytest.raises(RuntimeError), transaction.atomic():
        lesson = course.lessons.first()
        lesson.title_en = "Gone"
        lesson.save()
        assert titles(course)[0] == "Gone"
        raise RuntimeError
    assert titles(course) == before


def test_without_redis_the_pages_are_the_same(course, client, settings):
    settings.CACHES = {"default": settings.CACHES["default"] | {"LOCATION": "unix:///nowhere/valkey.sock"}}
    for path in ("/learn/", "/learn/mini/", "/learn/?q=dk"):
        assert "Home row" in client.get(path, headers={"accept-language": "en"}).content.decode()


def test_a_learners_course_page_takes_few_queries(course, client, django_assert_max_num_queries):
    client.force_login(make_learner(), "django.contrib.auth.backends.ModelBackend")
    course.lessons.update(is_free=True)
    with django_assert_max_num_queries(8):
        assert client.get("/learn/mini/").status_code == 200
