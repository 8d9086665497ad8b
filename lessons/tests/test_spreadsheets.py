"""A course out of the admin as a file, and back."""

import csv
import io
import json

import pytest
from django.contrib.admin.models import LogEntry
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from lessons.models import Course, Lesson, TypingText
from lessons.spreadsheets import LessonResource
from lessons.table_files import FORMATS

from .course_folder import TEXTS
from .test_admin import said

IMPORT = reverse("admin:lessons_course_import")
CONFIRM = reverse("admin:lessons_course_process_import")
FORMAT = {name: index for index, name in enumerate(FORMATS)}


def export(client, course, file_format="json"):
    return client.get(reverse("admin:lessons_course_export", args=[course.pk, file_format]))


def rows_of(client, course):
    return json.loads(export(client, course).content)


def preview(client, rows, file_format="json"):
    data = rows if isinstance(rows, bytes) else json.dumps(rows).encode()
    file = SimpleUploadedFile(f"course.{file_format}", data)
    return client.post(IMPORT, {"import_file": file, "format": FORMAT[file_format], "resource": 0})


def confirm(client, response):
    return client.post(CONFIRM, response.context["confirm_form"].initial)


def bring(client, rows, file_format="json"):
    return confirm(client, preview(client, rows, file_format))


def new_course(**changes):
    row = {
        "course": "fresh",
        "language": "en",
        "layout": "en-qwerty",
        "course_title_ru": "Новый курс",
        "course_title_en": "Fresh course",
        "block": 1,
        "block_title_ru": "Начало",
        "block_title_en": "Start",
        "number": 1,
        "title_ru": "Ф и Й",
        "title_en": "F and J",
        "goal_ru": "",
        "goal_en": "",
        "new_characters": "fj",
        "target_cpm": 50,
        "target_accuracy": 92,
        "length": 23,
        "is_free": 1,
        "is_published": 1,
        "typed_text": TEXTS[1],
    }
    return row | changes


@pytest.mark.parametrize("file_format", FORMATS)
def test_a_file_brought_back_changes_nothing(editor, course, file_format):
    data = export(editor, course, file_format)
    assert data["Content-Disposition"] == f'attachment; filename="mini.{file_format}"'
    answer = preview(editor, data.content, file_format)
    assert answer.context["result"].totals["skip"] == 3, answer.content.decode()
    confirm(editor, answer)
    assert not any(lesson.is_edited for lesson in course.lessons.all())
    assert not LogEntry.objects.exists()


def test_both_courses_survive_every_format(db):
    """What every format brings back is the same but for the types of cells, so one of them is imported."""
    call_command("load_courses")
    lessons = Lesson.objects.select_related("course", "block", "text")
    exported = LessonResource().export(lessons)
    brought = []
    for kind in FORMATS.values():
        brought.append(kind().create_dataset(kind().export_data(exported)))
        assert as_text(brought[-1]) == as_text(exported)
    result = LessonResource().import_data(brought[0], dry_run=True)
    assert not result.has_errors() and not result.has_validation_errors()
    assert result.totals["skip"] == lessons.count() == 198


def as_text(table):
    return [table.headers, *[["" if cell is None else str(cell) for cell in row] for row in table]]


def test_a_changed_text_makes_a_new_one_and_the_old_stays(editor, course):
    rows = rows_of(editor, course)
    rows[0] |= {"typed_text": "jf fj jj ff\r\njjj fff jjf", "title_en": "Anew"}
    answer = preview(editor, rows)
    lesson = course.lessons.get(number=1)
    assert lesson.text.body == TEXTS[1] and not TypingText.objects.filter(body__startswith="jf").exists()
    assert confirm(editor, answer).status_code == 302
    lesson.refresh_from_db()
    assert (lesson.text.body, lesson.title_en) == ("jf fj jj ff\njjj fff jjf", "Anew")
    assert TypingText.objects.filter(body=TEXTS[1]).exists() and lesson.is_edited
    logged = editor.get(reverse("admin:lessons_lesson_history", args=[lesson.pk])).content.decode()
    assert "<del>Lesson fj</del> → <ins>Anew</ins>" in logged and "<del>" in logged.split("changed-text")[1]
    assert LogEntry.objects.count() == 1


def test_columns_left_out_change_nothing(editor, course):
    bring(editor, [{"course": "mini", "number": 2, "target_cpm": 61}])
    lesson = course.lessons.get(number=2)
    assert (lesson.target_cpm, lesson.text.body, lesson.is_published) == (61, TEXTS[2], True)


def test_a_course_is_made_from_a_file(editor, db):
    second = {"number": 2, "title_en": "D", "new_characters": "dk", "typed_text": TEXTS[2], "length": 21}
    response = bring(editor, [new_course(**second, block=2), new_course()])
    assert response.status_code == 302, response.content.decode()
    course = Course.objects.get(slug="fresh")
    assert [lesson.is_ready for lesson in course.lessons.all()] == [True, True]
    assert [block.position for block in course.blocks.all()] == [1, 2]
    logged = LogEntry.objects.filter(action_flag=1)
    assert sorted(logged.values_list("content_type__model", flat=True)) == ["course", "lesson", "lesson"]
    assert "Added block" in logged.get(content_type__model="course").get_change_message()
    assert "Import finished: 2 new" in said(response)[0]


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"typed_text": "fj jf dd jj\nfff jjj ffj"}, "Not taught yet: d"),
        ({"typed_text": "fj jf — jj\nfff jjj ffj"}, "The keyboard layout has no key for: —"),
        ({"typed_text": ""}, "A lesson without a text cannot be published."),
        ({"typed_text": "f" * 10_001}, "at most 10000 characters"),
        ({"layout": "nothing"}, "is not one of the available choices"),
        ({"language": "xx"}, "is not one of the available choices"),
        ({"course": "no slug"}, "valid “slug”"),
        ({"number": 0}, "Enter a whole number from 1 to 32767."),
        ({"number": "x"}, "Enter a whole number from 1 to 32767."),
        ({"block": ""}, "Enter a whole number from 1 to 32767."),
        ({"block_title_ru": ""}, "This field cannot be blank."),
        ({"title_ru": "Щ" * 121}, "at most 120 characters"),
        ({"target_accuracy": 101}, "less than or equal to 100"),
        ({"length": "long"}, "number"),
        ({"title_ru": "a\0b"}, "neither text nor a number"),
    ],
)
def test_a_row_with_a_mistake_is_explained_and_nothing_is_imported(editor, db, changes, reason):
    answer = preview(editor, [new_course(**changes)])
    assert reason in answer.content.decode()
    assert "confirm_form" not in answer.context
    assert "Traceback" not in answer.content.decode()
    assert not Course.objects.exists()


def test_a_number_given_twice_is_refused(editor, db):
    assert "Another row has this number." in preview(editor, [new_course(), new_course()]).content.decode()


def test_a_lesson_spoiled_by_another_row_is_refused(editor, course):
    answer = preview(editor, [{"course": "mini", "number": 1, "new_characters": "f", "is_published": 0}])
    assert "2. Lesson dk: Not taught yet: j" in answer.content.decode()
    assert "confirm_form" not in answer.context


def test_a_draft_may_have_problems_and_the_preview_tells_them(editor, db):
    answer = preview(editor, [new_course(is_published=0, typed_text="fj zz")])
    assert "Not taught yet: z" in answer.content.decode()
    confirm(editor, answer)
    assert Lesson.objects.get().text.body == "fj zz"


def test_what_changed_since_the_preview_is_checked_again(editor, course):
    rows = rows_of(editor, course)
    rows[1]["title_en"] = "Anew"
    answer = preview(editor, rows[1:2])
    course.lessons.filter(number=1).update(new_characters="f", is_published=False)
    course.lessons.filter(number=2).update(is_published=False)
    response = confirm(editor, answer)
    assert said(response) == ["Nothing was imported: the course has changed since. Look at the file again."]
    assert course.lessons.get(number=2).title_en == "Lesson dk"


@pytest.mark.parametrize(
    ("file_format", "data", "said"),
    [
        ("xlsx", b"no zip", "save it as xlsx again"),
        ("json", b"{", "not JSON"),
        ("csv", b"\xff\xfe\xd8", "CSV UTF-8"),
        ("csv", b"", "has to name the columns"),
    ],
)
def test_a_file_that_is_none_is_explained(editor, db, file_format, data, said):
    answer = preview(editor, data or b" ", file_format)
    assert answer.status_code == 200 and said in answer.content.decode()


def test_a_file_without_the_columns_is_explained(editor, db):
    assert "course" in preview(editor, [{"number": 1}]).content.decode()
    answer = preview(editor, [{"number": 1}])
    assert answer.status_code == 200 and "confirm_form" not in answer.context


@pytest.mark.parametrize(
    ("value", "number"),
    [("61", 61), ("61,0", 61), ("61.00", 61), ("1 000", 1000), ("1\u00a0000", 1000), (61.0, 61)],
)
def test_numbers_are_read_as_programs_of_tables_write_them(editor, course, value, number):
    bring(editor, [{"course": "mini", "number": "2,0", "target_cpm": value}])
    assert course.lessons.get(number=2).target_cpm == number


@pytest.mark.parametrize(
    "value", ["1e999999999", "9" * 5000, "1e400", "-1", "61,5", "1,2,3", "NaN", "0x10", "²"]
)
def test_a_number_that_is_none_is_explained(editor, course, value):
    for column in ("number", "target_cpm"):
        answer = preview(editor, [{"course": "mini", "number": 2, "target_cpm": 50} | {column: value}])
        assert "Enter a whole number" in answer.content.decode()
        assert "confirm_form" not in answer.context


@pytest.mark.parametrize(
    ("value", "published"),
    [("ИСТИНА", True), ("TRUE", True), ("да", True), (1, True), ("ЛОЖЬ", False), ("0", False)],
)
def test_yes_and_no_in_either_language(editor, course, value, published):
    course.lessons.filter(number=2).update(is_published=not published)
    bring(editor, [{"course": "mini", "number": 2, "is_published": value}])
    assert course.lessons.get(number=2).is_published is published


def test_a_yes_that_is_none_is_explained(editor, course):
    answer = preview(editor, [{"course": "mini", "number": 2, "is_published": "наверное"}])
    assert "Write 1 for yes and 0 for no." in answer.content.decode()
    assert course.lessons.get(number=2).is_published


def test_csv_is_one_row_a_lesson(editor, course):
    data = export(editor, course, "csv").content
    assert data.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"))))
    assert [row["number"] for row in rows] == ["1", "2", "3"]
    assert rows[0]["typed_text"] == TEXTS[1] and rows[0]["block_title_en"] == "Home row"


@pytest.mark.parametrize(
    ("separator", "coding"), [(";", "utf-8-sig"), (";", "cp1251"), ("\t", "utf-16")], ids=lambda said: said
)
def test_csv_saved_again_by_a_russian_excel_changes_nothing(editor, course, separator, coding):
    rows = csv.reader(io.StringIO(export(editor, course, "csv").content.decode("utf-8-sig"), newline=""))
    saved = io.StringIO()
    csv.writer(saved, delimiter=separator).writerows(rows)
    answer = preview(editor, saved.getvalue().encode(coding), "csv")
    assert answer.context["result"].totals["skip"] == 3, answer.content.decode()


def test_exporting_and_looking_at_a_file_ask_as_much_for_many_lessons(editor, db):
    def rows(count):
        return [
            new_course(number=n, new_characters="fj" if n == 1 else "", is_published=0)
            for n in range(1, count)
        ]

    counts = []
    for count in (3, 30):
        bring(editor, rows(count))
        course = Course.objects.get()
        with CaptureQueriesContext(connection) as exported:
            export(editor, course)
        with CaptureQueriesContext(connection) as seen:
            preview(editor, rows_of(editor, course))
        reads = [query["sql"] for query in seen if query["sql"].startswith("SELECT")]
        counts.append((len(exported), len(reads)))
    assert counts[0][0] == counts[1][0] <= 8, counts
    assert counts[0][1] == counts[1][1], counts


@pytest.mark.parametrize(
    "changes",
    [
        {"format": "7"},
        {"format": "-1"},
        {"format": ""},
        {"format": FORMAT["xlsx"]},
        {"resource": "9"},
        {"import_file_name": ""},
    ],
)
def test_a_tampered_confirmation_is_refused(editor, course, changes):
    form = preview(editor, [new_course()]).context["confirm_form"].initial
    assert editor.post(CONFIRM, form | changes).status_code == 400
    assert not Course.objects.filter(slug="fresh").exists()


@pytest.mark.parametrize("who", ["learner", "support", None])
def test_files_are_for_editors(client, people, course, who):
    if who:
        client.force_login(people[who], "django.contrib.auth.backends.ModelBackend")
    answers = [
        export(client, course),
        client.get(IMPORT),
        preview(client, [new_course()]),
        client.post(CONFIRM),
    ]
    for answer in answers:
        assert answer.status_code in (302, 403)
        assert answer.status_code == 403 or "login" in answer["Location"]
    assert not Course.objects.filter(slug="fresh").exists()


def test_files_know_their_methods_and_formats(editor, course):
    assert editor.post(reverse("admin:lessons_course_export", args=[course.pk, "csv"])).status_code == 405
    assert export(editor, course, "exe").status_code == 404
    assert editor.put(IMPORT).status_code == 405
    assert editor.get(CONFIRM).status_code == 405
