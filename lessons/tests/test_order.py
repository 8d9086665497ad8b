"""Moving blocks and lessons in the admin, and what its history tells."""

import json

import pytest
from django.contrib.admin.models import LogEntry
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from lessons.courses import load_course
from lessons.history import compare
from lessons.models import Block, Course, Lesson
from lessons.ordering import SpoilsLessons, arrange

from .test_admin import course_fields, edit_page, fields, said


def order_page(course):
    return reverse("admin:lessons_course_order", args=[course.pk])


def order_fields(course, **changes):
    values = {f"position-{block.pk}": block.position for block in course.blocks.all()}
    for lesson in course.lessons.all():
        values |= {f"number-{lesson.pk}": lesson.number, f"block-{lesson.pk}": lesson.block_id}
    return values | changes


def many(course, count=6):
    """Six drafts in the first block, numbered after the three lessons of the file."""
    block = course.blocks.get(position=1)
    plan = {"course": course, "block": block, "target_cpm": 50, "target_accuracy": 92, "length": 20}
    Lesson.objects.all().delete()
    for number in range(1, count + 1):
        Lesson.objects.create(number=number, title_ru=f"Л{number}", title_en=f"L{number}", **plan)
    return {lesson.title_en: lesson for lesson in course.lessons.all()}


def titles(course):
    return [lesson.title_en for lesson in course.lessons.order_by("number")]


@pytest.mark.parametrize(
    ("lesson", "number", "order"),
    [
        ("L5", 2, "L1 L5 L2 L3 L4 L6"),
        ("L2", 5, "L1 L3 L4 L5 L2 L6"),
        ("L1", 2, "L2 L1 L3 L4 L5 L6"),
        ("L6", 1, "L6 L1 L2 L3 L4 L5"),
        ("L1", 900, "L2 L3 L4 L5 L6 L1"),
        ("L3", 3, "L1 L2 L3 L4 L5 L6"),
    ],
)
def test_a_lesson_takes_the_number_it_is_given_and_the_others_make_room(
    editor, course, lesson, number, order
):
    lessons = many(course)
    response = editor.post(
        order_page(course), order_fields(course, **{f"number-{lessons[lesson].pk}": number})
    )
    assert response.status_code == 302
    assert titles(course) == order.split()
    assert list(course.lessons.values_list("number", flat=True)) == [1, 2, 3, 4, 5, 6]


@given(st.data())
def test_every_arrangement_can_be_asked_for(django_db_blocker, data):
    with django_db_blocker.unblock(), transaction.atomic():
        course = Course.objects.create(
            slug="any", language="en", layout="en-qwerty", title_ru="О", title_en="O"
        )
        Block.objects.create(course=course, position=1, title_ru="А", title_en="A")
        lessons = list(many(course, 5).values())
        wanted = data.draw(st.permutations(lessons))
        places = {lesson.pk: (lesson.block_id, number) for number, lesson in enumerate(wanted, 1)}
        arrange(course, positions={}, places=places)
        assert titles(course) == [lesson.title_en for lesson in wanted]
        transaction.set_rollback(True)


def test_lessons_follow_their_block_and_may_change_it(editor, course):
    lessons = many(course, 3)
    first, second = course.blocks.all()
    editor.post(order_page(course), order_fields(course, **{f"block-{lessons['L1'].pk}": second.pk}))
    assert titles(course) == ["L2", "L3", "L1"]
    editor.post(order_page(course), order_fields(course, **{f"position-{second.pk}": 1}))
    assert titles(course) == ["L1", "L2", "L3"]
    assert list(course.blocks.all()) == [second, first]


def test_an_order_in_which_a_published_lesson_cannot_be_typed_is_refused(editor, course):
    first, second, _ = course.lessons.all()
    response = editor.post(order_page(course), order_fields(course, **{f"number-{second.pk}": 1}))
    assert response.status_code == 200
    assert "1. Lesson dk: Not taught yet: f j" in response.content.decode()
    assert list(course.lessons.values_list("pk", flat=True))[:2] == [first.pk, second.pk]
    assert not LogEntry.objects.exists()
    with pytest.raises(SpoilsLessons):
        arrange(course, positions={}, places={second.pk: (second.block_id, 1)})


def test_what_was_spoiled_before_does_not_hold_up_the_order(editor, course):
    course.lessons.filter(number=1).update(new_characters="f")
    third = course.lessons.get(number=3)
    blocks = course.blocks.all()
    editor.post(order_page(course), order_fields(course, **{f"block-{third.pk}": blocks[0].pk}))
    third.refresh_from_db()
    assert third.block == blocks[0]


def test_a_moved_lesson_is_not_overwritten_from_the_file(editor, course, course_file):
    second = course.lessons.get(number=2)
    course.lessons.update(is_published=False)
    for lesson in course.lessons.all():
        lesson.loaded_digest = lesson.current_digest
        lesson.save()
    editor.post(order_page(course), order_fields(course, **{f"number-{second.pk}": 1}))
    report = load_course(course_file)
    assert {"lesson 1", "lesson 2"} <= set(report.kept)
    assert titles(course) == ["Lesson dk", "Lesson fj", "Lesson sl"]
    delete = reverse("admin:lessons_lesson_delete", args=[second.pk])
    assert editor.post(delete, {"post": "yes"}).status_code == 403


def test_a_move_is_logged_for_each_row(editor, course):
    lessons = many(course)
    editor.post(order_page(course), order_fields(course, **{f"number-{lessons['L2'].pk}": 1}))
    assert LogEntry.objects.count() == 2
    page = editor.get(reverse("admin:lessons_lesson_history", args=[lessons["L2"].pk])).content.decode()
    assert "<del>2</del> → <ins>1</ins>" in page and "editor@example.com" in page


def test_a_moved_block_is_told_in_the_history_of_its_course(editor, course):
    _, second = course.blocks.all()
    editor.post(order_page(course), order_fields(course, **{f"position-{second.pk}": 1}))
    logged = LogEntry.objects.get(content_type__model="course")
    assert f"Changed position for block “{second}”" in logged.get_change_message()
    assert not LogEntry.objects.filter(content_type__model="block").exists()
    page = editor.get(reverse("admin:lessons_course_history", args=[course.pk])).content.decode()
    assert "<del>2</del> → <ins>1</ins>" in page


@pytest.mark.parametrize("wrong", ["0", "", "x", "40000"])
def test_a_number_that_is_none_is_explained(editor, course, wrong):
    lesson = course.lessons.get(number=1)
    response = editor.post(order_page(course), order_fields(course, **{f"number-{lesson.pk}": wrong}))
    assert response.status_code == 200 and "Please correct" in response.content.decode()
    assert titles(course)[0] == "Lesson fj"


def test_ordering_asks_as_much_for_many_rows_as_for_few(editor, course):
    counts = []
    for count in (3, 12):
        lessons = many(course, count)
        with CaptureQueriesContext(connection) as shown:
            editor.get(order_page(course))
        with CaptureQueriesContext(connection) as saved:
            editor.post(order_page(course), order_fields(course, **{f"number-{lessons['L3'].pk}": 1}))
        counts.append((len(shown), len(saved)))
    assert counts[0][0] >= counts[1][0] and counts[0][1] + 2 >= counts[1][1], counts
    assert counts[1][0] <= 9 and counts[1][1] <= 26, counts


@pytest.mark.parametrize("who", ["learner", "support", None])
def test_the_order_is_for_editors(client, people, course, who):
    if who:
        client.force_login(people[who], "django.contrib.auth.backends.ModelBackend")
    for answer in (client.get(order_page(course)), client.post(order_page(course), order_fields(course))):
        assert answer.status_code in (302, 403)
        assert answer.status_code == 403 or "login" in answer["Location"]


def test_the_order_knows_its_methods_and_courses(editor, course):
    assert editor.put(order_page(course)).status_code == 405
    assert editor.get(reverse("admin:lessons_course_order", args=[999999])).status_code == 404


def test_blocks_exchange_positions_in_the_course_form(editor, course):
    url = reverse("admin:lessons_course_change", args=[course.pk])
    swapped = course_fields(course, **{"blocks-0-position": 2, "blocks-1-position": 1})
    assert editor.post(url, swapped).status_code == 302
    assert [block.title_en for block in course.blocks.all()] == ["Further", "Home row"]
    assert all(block.is_edited for block in course.blocks.all())
    twice = course_fields(course, **{"blocks-0-position": 2, "blocks-1-position": 2})
    assert "Please correct the duplicate" in editor.post(url, twice).content.decode()


@pytest.mark.django_db(transaction=True)
def test_two_lessons_cannot_end_up_with_one_number(course):
    with pytest.raises(IntegrityError), transaction.atomic():
        course.lessons.update(number=1)


# History


def history(client, row):
    return client.get(
        reverse(f"admin:lessons_{row._meta.model_name}_history", args=[row.pk])
    ).content.decode()


def test_history_tells_old_and_new_and_the_difference_of_the_text(editor, course):
    lesson = course.lessons.get(number=1)
    text = "fj jf ff jj\nfff jff ffj"
    editor.post(edit_page(lesson), fields(lesson, title_en="Mine <b>", target_cpm=70, typed_text=text))
    page = history(editor, lesson)
    assert "<del>Lesson fj</del> → <ins>Mine &lt;b&gt;</ins>" in page
    assert "<del>50</del> → <ins>70</ins>" in page
    assert "fj jf ff jj\nfff <del>jjj</del><ins>jff</ins> ffj" in page
    assert LogEntry.objects.get().get_change_message() == "Changed Title in English, Target speed, " + (
        "characters per minute and Typed text."
    )


def test_history_tells_what_changed_in_a_block(editor, course):
    url = reverse("admin:lessons_course_change", args=[course.pk])
    editor.post(url, course_fields(course, **{"title_en": "Ours", "blocks-1-title_en": "Onwards"}))
    page = history(editor, course)
    assert "<del>Small course</del> → <ins>Ours</ins>" in page
    assert "<dt>Onwards: title in English</dt>" in page and "<del>Further</del> → <ins>Onwards</ins>" in page


def test_history_of_a_save_without_a_change_and_of_older_entries(editor, course):
    lesson = course.lessons.get(number=1)
    editor.post(edit_page(lesson), fields(lesson))
    assert "No fields changed." in history(editor, lesson)
    LogEntry.objects.update(change_message="imported long ago")
    assert "imported long ago" in history(editor, lesson)
    LogEntry.objects.update(change_message=json.dumps([{"changed": {"fields": ["number"]}}]))
    assert "Changed number." in history(editor, lesson)


def test_bulk_publishing_is_in_the_history(editor, course):
    lesson = course.lessons.get(number=1)
    act = {"action": "unpublish", "_selected_action": [lesson.pk]}
    response = editor.post(reverse("admin:lessons_lesson_changelist"), act)
    assert said(response) == ["1 lesson unpublished."]
    assert "<del>yes</del> → <ins>no</ins>" in history(editor, lesson)


@pytest.mark.parametrize("who", ["learner", "support", None])
def test_history_is_for_editors(client, people, course, who):
    if who:
        client.force_login(people[who], "django.contrib.auth.backends.ModelBackend")
    url = reverse("admin:lessons_lesson_history", args=[course.lessons.first().pk])
    assert client.get(url).status_code in (302, 403)


@given(st.text(alphabet="ab \n", max_size=30), st.text(alphabet="ab \n", max_size=30))
def test_a_comparison_holds_both_texts(old, new):
    pieces = compare(old, new)
    assert "".join(piece.text for piece in pieces if piece.state != "new") == old
    assert "".join(piece.text for piece in pieces if piece.state != "gone") == new
