import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.messages import get_messages
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from lessons.models import Lesson, TypingText

from .course_folder import TEXTS

CHECK = reverse("admin:lessons_lesson_check")
LIST = reverse("admin:lessons_lesson_changelist")
ADD = reverse("admin:lessons_lesson_add")


def edit_page(lesson):
    return reverse("admin:lessons_lesson_change", args=[lesson.pk])


def fields(lesson, **changes):
    """What the edit form of this lesson posts, with changes; None leaves a field out, as an empty checkbox does."""
    names = {
        "title_ru",
        "title_en",
        "goal_ru",
        "goal_en",
        "tip_ru",
        "tip_en",
        "kind",
        "new_characters",
        "length",
    }
    names |= {"target_cpm", "target_accuracy", "is_free", "is_published", "mode", "further_texts"}
    values = {name: getattr(lesson, name) for name in names} | {"block": lesson.block_id}
    values |= {"typed_text": (lesson.text.body if lesson.text else "").replace("\n", "\r\n")} | changes
    return {name: value for name, value in values.items() if value is not None and value is not False}


def new_fields(course, /, **changes):
    block = course.blocks.get(position=2)
    like = Lesson(
        course=course, block=block, title_ru="Ж", title_en="G", length=20, target_cpm=60, target_accuracy=95
    )
    return fields(like, **{"course": course.pk, "number": 4, "new_characters": "gh", **changes})


def draft(course, text, /, **changes):
    plan = {"course": course.pk, "number": 2, "kind": "keys", "new_characters": "dk", "length": 20}
    return plan | {"typed_text": text} | changes


def said(response):
    return [str(message) for message in get_messages(response.wsgi_request)]


# Editing


def test_saving_a_changed_text_makes_a_new_one_and_leaves_the_old(editor, course):
    lesson = course.lessons.get(number=1)
    old = lesson.text
    response = editor.post(edit_page(lesson), fields(lesson, typed_text="jf fj jj ff \r\njjj fff jjf\r\n"))
    assert response.status_code == 302
    lesson.refresh_from_db()
    assert lesson.text.body == "jf fj jj ff\njjj fff jjf"
    assert TypingText.objects.get(pk=old.pk).body == TEXTS[1]
    assert lesson.is_published and lesson.is_edited


def test_saving_without_a_change_is_no_edit(editor, course):
    lesson = course.lessons.get(number=1)
    editor.post(edit_page(lesson), fields(lesson))
    lesson.refresh_from_db()
    assert not lesson.is_edited
    assert TypingText.objects.count() == len(TEXTS)


def test_the_edit_page_shows_the_text_and_its_checks(editor, course):
    lesson = course.lessons.get(number=1)
    lesson.text = TypingText.of("fj jf dd jj\nfff jjj ffj")
    lesson.save()
    page = editor.get(edit_page(lesson)).content.decode()
    assert "fj jf dd jj\nfff jjj ffj</textarea>" in page
    assert "<li>fj jf <mark>dd</mark> jj</li>" in page
    assert "Not taught yet: d" in page
    assert "style=" not in page.split('id="lesson-check"')[1].split("</fieldset>")[0]


def test_a_lesson_may_lose_its_text_while_it_is_a_draft(editor, course):
    lesson = course.lessons.get(number=1)
    assert editor.post(edit_page(lesson), fields(lesson, typed_text="", is_published=None)).status_code == 302
    lesson.refresh_from_db()
    assert (lesson.text, lesson.is_published) == (None, False)


def test_a_draft_with_a_problem_is_saved_with_a_warning(editor, course):
    lesson = course.lessons.get(number=1)
    text = "fj jf dd jj\nfff — ffj"
    response = editor.post(edit_page(lesson), fields(lesson, typed_text=text, is_published=None))
    assert response.status_code == 302
    lesson.refresh_from_db()
    assert lesson.text.body == text
    assert "Not taught yet: d" in said(response)
    assert "The keyboard layout has no key for: —" in said(response)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("fj jf dd jj\nfff jjj ffj", "Not taught yet: d"),
        ("fj jf — jj\nfff jjj ffj", "The keyboard layout has no key for: —"),
        ("  \n", "A lesson without a text cannot be published."),
    ],
)
def test_publishing_a_text_that_cannot_be_typed_is_refused_and_the_text_stays_in_the_form(
    editor, course, text, reason
):
    lesson = course.lessons.get(number=1)
    response = editor.post(edit_page(lesson), fields(lesson, typed_text=text))
    assert response.status_code == 200
    page = response.content.decode()
    assert reason in page and f"{text}</textarea>" in page
    lesson.refresh_from_db()
    assert lesson.text.body == TEXTS[1]


def test_letters_this_very_edit_teaches_may_be_used(editor, course):
    lesson = course.lessons.get(number=1)
    changed = fields(lesson, new_characters="fjd", typed_text="fj jf dd jj\nfff jjj ffj")
    assert editor.post(edit_page(lesson), changed).status_code == 302


def test_a_new_lesson(editor, course):
    response = editor.post(ADD, new_fields(course, typed_text="gh hg gg hh\nhgg hhg", is_published="on"))
    assert response.status_code == 302
    assert course.lessons.get(number=4).is_ready


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"number": 3}, "already exists"),
        ({"number": ""}, "This field is required."),
        ({"course": ""}, "This field is required."),
        ({"block": 999999}, "Select a valid choice"),
        ({"length": 0}, "greater than or equal to 1"),
        ({"typed_text": "g\0"}, "Null characters are not allowed."),
        ({"typed_text": "g" * 10_001}, "at most 10000 characters"),
    ],
)
def test_a_new_lesson_with_a_mistake_is_explained_and_keeps_the_text(editor, course, changes, reason):
    response = editor.post(ADD, new_fields(course, **{"typed_text": "gh hg gg hh\nhgg hhg", **changes}))
    assert response.status_code == 200 and reason in response.content.decode()
    assert "gh hg gg hh\nhgg hhg</textarea>" in response.content.decode() or "typed_text" in changes
    assert course.lessons.count() == 3


def test_a_block_of_another_course_is_refused(editor, course):
    other = type(course).objects.create(
        slug="other", language="en", layout="en-qwerty", title_ru="О", title_en="O"
    )
    response = editor.post(ADD, new_fields(course, course=other.pk))
    assert "This block belongs to another course." in response.content.decode()


def test_what_came_from_a_file_stays_and_what_an_editor_made_goes(editor, course):
    loaded = course.lessons.get(number=3)
    editor.post(ADD, new_fields(course))
    made = course.lessons.get(number=4)
    for lesson, status in {loaded: 403, made: 302}.items():
        url = reverse("admin:lessons_lesson_delete", args=[lesson.pk])
        assert editor.post(url, {"post": "yes"}).status_code == status
    assert list(course.lessons.values_list("number", flat=True)) == [1, 2, 3]


def test_a_viewer_reads_the_text_but_cannot_change_it(client, people, course):
    viewer = people["support"]
    viewer.user_permissions.set(people["editor"].user_permissions.filter(codename="view_lesson"))
    client.force_login(viewer, "django.contrib.auth.backends.ModelBackend")
    lesson = course.lessons.get(number=1)
    assert TEXTS[1].split("\n")[0] in client.get(edit_page(lesson)).content.decode()
    assert client.post(edit_page(lesson), fields(lesson, title_en="Mine")).status_code == 403


GOOD, BAD = "jjf ffj jfj fj\nfjf jjf", "fff ddj jf fj\njjj fj"


def test_a_mistake_in_a_further_text_says_in_which(editor, course):
    lesson = course.lessons.get(number=1)
    changed = fields(lesson, further_texts=f"{GOOD}\r\n\r\n{BAD}".replace("\n", "\r\n"))
    page = editor.post(edit_page(lesson), changed).content.decode()
    assert "Text 3: Not taught yet: d" in page and "Text 2: Not taught yet" not in page
    response = editor.post(edit_page(lesson), changed | {"is_published": ""})
    assert response.status_code == 302 and "Text 3: Not taught yet: d" in said(response)
    editor.post(LIST, {"action": "publish", "_selected_action": [lesson.pk]})
    lesson.refresh_from_db()
    assert not lesson.is_published, "nor is it published from the list"


def test_an_empty_line_in_the_first_text_points_to_the_field_of_further_ones(editor, course):
    lesson = course.lessons.get(number=1)
    both = f"{TEXTS[1]}\n \n{GOOD}"
    for published in ("on", ""):
        page = editor.post(edit_page(lesson), fields(lesson, typed_text=both, is_published=published))
        assert page.status_code == 200
        assert "put all but the first one into the field “Further texts”" in page.content.decode()
    assert TypingText.objects.count() == len(TEXTS)
    changed = fields(lesson, typed_text=f"\n{TEXTS[1]}\n\n", further_texts=GOOD)
    assert editor.post(edit_page(lesson), changed).status_code == 302
    lesson.refresh_from_db()
    assert lesson.bodies == (TEXTS[1], GOOD)
    assert "/trial/?run=2" in editor.get(edit_page(lesson)).content.decode()


# Checking a text that is not saved


def test_the_check_marks_what_was_not_taught(editor, course):
    page = editor.post(CHECK, draft(course, "dk fj sl\r\ndk <b>")).content.decode()
    assert "<li>dk fj <mark>sl</mark></li>" in page
    assert "<li>dk <mark>&lt;b&gt;</mark></li>" in page
    assert "Not taught yet: &lt; &gt; b l s" in page


def test_the_check_advises_on_length_and_repetition(editor, course):
    page = editor.post(CHECK, draft(course, "dk dk dk", length=20)).content.decode()
    assert "Line 1: “dk” appears three times in a row." in page
    assert '<li class="check-advice">8 characters of 20 planned</li>' in page


def test_the_check_names_characters_without_a_shape(editor, course):
    assert "U+200B" in editor.post(CHECK, draft(course, "dk\u200bfj")).content.decode()


def test_a_good_text_passes_every_check(editor, course):
    page = editor.post(CHECK, draft(course, TEXTS[2])).content.decode()
    assert "check-blocking" not in page and "check-advice" not in page
    assert '<li class="check-good">21 characters of 20 planned</li>' in page


def test_the_check_of_no_text(editor, course):
    assert "There is no text yet." in editor.post(CHECK, draft(course, "")).content.decode()


def test_the_check_waits_for_the_plan(editor, course):
    page = editor.post(CHECK, draft(course, "dk", course="")).content.decode()
    assert "Fill in the course, the number and the planned length" in page


def test_the_check_of_what_is_no_text(editor, course):
    assert "Null characters are not allowed." in editor.post(CHECK, draft(course, "d\0")).content.decode()


def test_the_check_stores_nothing(editor, course):
    editor.post(CHECK, draft(course, "dk kd"))
    assert TypingText.objects.count() == len(TEXTS)


@pytest.mark.parametrize("who", ["learner", "support", None])
def test_the_check_is_for_editors(client, people, course, who):
    if who:
        client.force_login(people[who], "django.contrib.auth.backends.ModelBackend")
    assert client.post(CHECK, draft(course, "dk")).status_code == 403


@pytest.mark.parametrize(("kind", "is_advised"), [("keys", True), ("words", False), ("text", False)])
def test_only_a_lesson_of_new_keys_is_checked_for_their_share(editor, course, kind, is_advised):
    text = "fj fj ff jj ffj dkfj"
    page = editor.post(CHECK, draft(course, text, kind=kind)).content.decode()
    assert ("New characters make up 10% of the text" in page) == is_advised


def test_the_tip_is_edited_with_the_goal(editor, course):
    lesson = course.lessons.get(number=1)
    editor.post(edit_page(lesson), fields(lesson, tip_ru="Дышите.", tip_en="Breathe.", kind="words"))
    lesson.refresh_from_db()
    assert (lesson.tip_ru, lesson.tip_en, lesson.kind, lesson.is_edited) == (
        "Дышите.",
        "Breathe.",
        "words",
        True,
    )


def test_the_check_refuses_get(editor):
    assert editor.get(CHECK).status_code == 405


@pytest.mark.parametrize("who", ["learner", "support", None])
def test_the_lessons_are_for_editors(client, people, course, who):
    if who:
        client.force_login(people[who], "django.contrib.auth.backends.ModelBackend")
    lesson = course.lessons.get(number=1)
    for url in (LIST, ADD, edit_page(lesson)):
        assert client.get(url).status_code in (302, 403)
        assert client.post(url, fields(lesson, title_en="Mine")).status_code in (302, 403)
    lesson.refresh_from_db()
    assert lesson.title_en == "Lesson fj"


# The list


def act(editor, action, *lessons):
    return editor.post(LIST, {"action": action, "_selected_action": [lesson.pk for lesson in lessons]})


def test_publishing_refuses_by_name_and_reason(editor, course):
    first, second, third = course.lessons.all()
    course.lessons.update(is_published=False)
    course.lessons.filter(number=2).update(text=TypingText.of("dk sl"))
    response = act(editor, "publish", first, second, third)
    assert said(response) == [
        "Small course › 2. Lesson dk: Not taught yet: l s",
        "Small course › 3. Lesson sl: A lesson without a text cannot be published.",
        "1 lesson published.",
    ]
    assert list(course.lessons.filter(is_published=True)) == [first]
    assert LogEntry.objects.get().object_id == str(first.pk)


def test_lessons_are_not_deleted_in_bulk(editor, course):
    page = editor.get(LIST).content.decode()
    assert 'value="unpublish"' in page and "delete_selected" not in page
    act(editor, "delete_selected", *course.lessons.all())
    assert course.lessons.exists()


def test_unpublishing(editor, course):
    first, second, third = course.lessons.all()
    assert said(act(editor, "unpublish", first, second, third)) == ["2 lessons unpublished."]
    assert not course.lessons.ready().exists()


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        ({}, [1, 2, 3]),
        ({"state": "ready"}, [1, 2]),
        ({"state": "coming"}, [3]),
        ({"is_free__exact": "0"}, [3]),
        ({"q": "Урок dk"}, [2]),
        ({"q": "fff jjj"}, [1]),
    ],
)
def test_the_list_finds_lessons(editor, course, query, numbers):
    found = editor.get(LIST, query).context["cl"].queryset
    assert [lesson.number for lesson in found] == numbers


def test_the_list_asks_as_much_for_many_lessons_as_for_one(editor, course):
    with CaptureQueriesContext(connection) as one:
        editor.get(LIST, {"state": "coming"})
    with CaptureQueriesContext(connection) as many:
        assert len(editor.get(LIST).context["cl"].result_list) == 3
    assert len(many) <= len(one) <= 10


# The course


def course_fields(course, **changes):
    blocks = list(course.blocks.all())
    values = {
        name: getattr(course, name) for name in ["language", "layout", "title_ru", "title_en", "position"]
    }
    values |= {"blocks-TOTAL_FORMS": len(blocks), "blocks-INITIAL_FORMS": len(blocks)}
    for index, block in enumerate(blocks):
        for name in ("id", "position", "title_ru", "title_en"):
            values[f"blocks-{index}-{name}"] = getattr(block, name)
        values[f"blocks-{index}-course"] = course.pk
    return values | changes


def test_editing_a_course_with_its_blocks(editor, course):
    url = reverse("admin:lessons_course_change", args=[course.pk])
    assert editor.get(url).status_code == 200
    response = editor.post(url, course_fields(course, **{"title_en": "Ours", "blocks-1-title_en": "Onwards"}))
    assert response.status_code == 302
    course.refresh_from_db()
    assert course.title_en == "Ours" and course.is_edited
    assert [block.title_en for block in course.blocks.all()] == ["Home row", "Onwards"]


def test_a_course_needs_a_layout_we_have(editor, course):
    url = reverse("admin:lessons_course_change", args=[course.pk])
    assert (
        "is not one of the available choices"
        in editor.post(url, course_fields(course, layout="x")).content.decode()
    )


def test_a_loaded_course_stays(editor, course):
    assert (
        editor.post(reverse("admin:lessons_course_delete", args=[course.pk]), {"post": "yes"}).status_code
        == 403
    )
    assert editor.get(reverse("admin:lessons_course_changelist")).status_code == 200
