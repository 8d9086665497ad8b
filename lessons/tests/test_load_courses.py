import re
from importlib import import_module
from io import StringIO

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command

from lessons.course_files import CourseFileError, course_files, read_course, typed_form
from lessons.courses import load_course
from lessons.models import Course, Lesson, TypingText

from .course_folder import TEXTS, write_text

pytestmark = pytest.mark.django_db


def counts(path, **options):
    report = load_course(path, **options)
    return {outcome: count for outcome, count in report.counts.items() if count}


def run(*paths, **options):
    out = StringIO()
    call_command("load_courses", *map(str, paths), stdout=out, **options)
    return out.getvalue()


def warned(*paths, **options):
    """What the command says on stderr."""
    error = StringIO()
    call_command("load_courses", *map(str, paths), stdout=StringIO(), stderr=error, **options)
    return error.getvalue()


def replace(path, old, new):
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")


def test_a_course_comes_as_its_files_say(course):
    assert (course.language, course.layout, course.title_ru) == ("en", "en-qwerty", "Малый курс")
    assert [block.title_en for block in course.blocks.all()] == ["Home row", "Further"]
    first, second, third = course.lessons.all()
    assert first.text.body == TEXTS[1]
    assert (first.block.position, second.block.position, third.block.position) == (1, 1, 2)
    assert (first.new_characters, first.target_cpm, first.target_accuracy, first.length) == ("fj", 50, 92, 23)
    assert (first.is_free, third.is_free) == (True, False)
    assert (first.tip_ru, first.tip_en, first.kind) == ("Не спешите.", "Take your time.", "keys")


def test_a_lesson_without_a_text_is_coming(course):
    third = course.lessons.get(number=3)
    assert (third.text, third.is_published, third.is_ready) == (None, False, False)


def test_loading_again_changes_nothing_and_asks_little(course, course_file, django_assert_max_num_queries):
    with django_assert_max_num_queries(5):
        assert counts(course_file) == {"unchanged": 6}


def test_a_dry_run_only_reports(course_file):
    assert counts(course_file, dry_run=True) == {"created": 6}
    assert not Course.objects.exists() and not TypingText.objects.exists()


def test_what_changed_in_the_files_is_taken_over(course, course_file, tmp_path):
    replace(course_file, "Lesson fj", "F and J")
    write_text(tmp_path, 2, "kd dk kk dd\njk fd fkd")
    assert counts(course_file) == {"updated": 2, "unchanged": 4}
    assert course.lessons.get(number=1).title_en == "F and J"
    assert course.lessons.get(number=2).text.body == "kd dk kk dd\njk fd fkd"
    assert TypingText.objects.filter(body=TEXTS[2]).exists(), "sessions may hold the earlier text"


def test_a_new_tip_reaches_the_lessons_no_editor_touched(course, course_file):
    course.lessons.filter(number=2).update(tip_en="Ours")
    source = course_file.read_text("utf-8").replace("Take your time.", "Breathe.")
    course_file.write_text(source.replace('kind = "keys"', 'kind = "words"'), "utf-8")
    assert counts(course_file) == {"updated": 2, "kept": 1, "unchanged": 3}
    assert [lesson.tip_en for lesson in course.lessons.all()] == ["Breathe.", "Ours", "Breathe."]
    assert [lesson.kind for lesson in course.lessons.all()] == ["words", "keys", "words"]


FURTHER = f"{TEXTS[1]}\n\njjf ffj jfj fj\nfjf jjf\n \nfff jfj jf fj\njjj fj"


def test_lessons_loaded_before_there_were_further_texts_get_theirs_unless_edited(
    course, course_file, tmp_path
):
    migration = import_module("lessons.migrations.0006_further_texts")
    for lesson in course.lessons.all():
        lesson.loaded_digest = migration.digest(lesson, migration.LOADED)
        lesson.save()
    course.lessons.filter(number=2).update(goal_en="Ours")
    migration.forwards(apps, None)
    assert [lesson.is_edited for lesson in course.lessons.all()] == [False, True, False]
    for number in (1, 2):
        write_text(tmp_path, number, FURTHER)
    assert counts(course_file) == {"updated": 1, "kept": 1, "unchanged": 4}
    first, second = course.lessons.filter(number__lte=2)
    assert first.bodies == (TEXTS[1], "jjf ffj jfj fj\nfjf jjf", "fff jfj jf fj\njjj fj")
    assert second.bodies == (TEXTS[2],), "an editor's lesson stays as it is"


def test_a_lesson_may_want_free_typing_rests_and_a_text_for_the_learner(course, course_file):
    replace(course_file, 'kind = "keys"', 'kind = "keys"\nmode = "free"\nrests = true\nfor_learner = true')
    assert counts(course_file)["updated"] == 1
    first = course.lessons.get(number=1)
    assert (first.mode, first.has_rests, first.is_for_learner) == ("free", True, True)
    replace(course_file, 'mode = "free"', 'mode = "fast"')
    with pytest.raises(CourseFileError, match="mode: must be one of stop, free"):
        counts(course_file)


def test_the_migration_of_the_digests_can_be_taken_back(course):
    migration = import_module("lessons.migrations.0006_further_texts")
    course.lessons.filter(number=2).update(goal_en="Ours")
    migration.backwards(apps, None)
    first = course.lessons.get(number=1)
    assert first.loaded_digest == migration.digest(first, migration.LOADED)
    migration.forwards(apps, None)
    assert [lesson.is_edited for lesson in course.lessons.all()] == [False, True, False]


def test_a_text_that_comes_later_is_published(course, course_file, tmp_path):
    write_text(tmp_path, 3, "sl ls ss ll sl ls fs")
    assert counts(course_file) == {"updated": 1, "unchanged": 5}
    assert course.lessons.get(number=3).is_ready


def test_a_text_that_comes_later_leaves_an_edited_lesson_alone(course, course_file, tmp_path):
    course.lessons.filter(number=3).update(goal_en="Ours")
    write_text(tmp_path, 3, "sl ls ss ll sl ls fs")
    assert counts(course_file) == {"kept": 1, "unchanged": 5}
    assert course.lessons.get(number=3).text is None


@pytest.mark.parametrize(
    "edit", [{"title_ru": "Наш"}, {"is_published": False}, {"target_cpm": 70}, {"new_characters": "fjg"}]
)
def test_an_edited_lesson_is_kept(course, course_file, tmp_path, edit):
    course.lessons.filter(number=1).update(**edit)
    replace(course_file, "Lesson fj", "F and J")
    write_text(tmp_path, 1, "jf fj jj ff\njjj fff jjf")
    assert counts(course_file) == {"kept": 1, "unchanged": 5}
    lesson = course.lessons.get(number=1)
    assert (lesson.title_en, lesson.text.body) == ("Lesson fj", TEXTS[1])
    assert {name: getattr(lesson, name) for name in edit} == edit


def test_an_edited_text_is_kept(course, course_file, tmp_path):
    course.lessons.filter(number=1).update(text=TypingText.of("fff"))
    write_text(tmp_path, 1, "jf fj jj ff\njjj fff jjf")
    assert counts(course_file) == {"kept": 1, "unchanged": 5}
    assert course.lessons.get(number=1).text.body == "fff"


def test_an_edit_taken_back_is_no_edit(course, course_file):
    course.lessons.filter(number=1).update(is_published=False)
    course.lessons.filter(number=1).update(is_published=True)
    replace(course_file, "Lesson fj", "F and J")
    assert counts(course_file) == {"updated": 1, "unchanged": 5}


def test_an_edit_the_files_took_over_is_no_edit(course, course_file):
    course.lessons.filter(number=1).update(title_en="F and J")
    replace(course_file, "Lesson fj", "F and J")
    assert counts(course_file) == {"updated": 1, "unchanged": 5}
    replace(course_file, "F and J", "Two keys")
    assert counts(course_file) == {"updated": 1, "unchanged": 5}


def test_a_lesson_an_editor_made_is_kept(course, course_file):
    course.lessons.filter(number=3).delete()
    block = course.blocks.get(position=2)
    ours = {"title_ru": "Наш", "title_en": "Ours", "target_cpm": 90, "target_accuracy": 95, "length": 20}
    Lesson.objects.create(course=course, block=block, number=3, **ours)
    assert counts(course_file) == {"kept": 1, "unchanged": 5}
    assert course.lessons.get(number=3).title_en == "Ours"


def test_edited_course_and_block_titles_are_kept_and_named(course, course_file):
    Course.objects.update(title_en="Ours")
    course.blocks.filter(position=2).update(title_en="Onwards")
    course.lessons.filter(number=2).update(is_free=False)
    out = run(course_file)
    assert "mini: 0 created, 0 updated, 3 kept, 3 unchanged; 2 of 3 lessons have a text" in out
    assert "mini: kept as edited in the admin: course, block 2, lesson 2" in out
    course.refresh_from_db()
    assert course.title_en == "Ours"


def test_lessons_that_a_kept_one_leaves_without_a_letter_are_named(course, course_file, tmp_path):
    assert warned(course_file) == ""
    course.lessons.filter(number=1).update(goal_en="Ours")
    replace(course_file, 'new = "fj"', 'new = "fju"')
    write_text(tmp_path, 2, "dk ku uk kk\nfd uk dkf")
    assert warned(course_file, dry_run=True) == ""
    said = warned(course_file).splitlines()
    assert said == ["mini: warning: cannot be typed as taught: 2. Lesson dk: Not taught yet: u"]
    course.lessons.filter(number=1).update(new_characters="fju")
    assert warned(course_file) == ""


def test_edits_are_given_up_as_the_document_says(course, course_file):
    course.lessons.filter(number=1).update(goal_en="Ours", loaded_digest=Lesson.MOVED)
    assert counts(course_file) == {"kept": 1, "unchanged": 5}
    lesson = course.lessons.get(number=1)
    lesson.loaded_digest = lesson.current_digest
    lesson.save()
    assert counts(course_file) == {"updated": 1, "unchanged": 5}
    assert course.lessons.get(number=1).goal_en == "Find the keys."


def test_a_draft_that_a_kept_lesson_leaves_without_a_letter_is_not_named(course, course_file, tmp_path):
    course.lessons.filter(number=1).update(goal_en="Ours")
    course.lessons.filter(number=2).update(is_published=False, further_texts="dk ku uk")
    assert warned(course_file) == ""


def test_our_own_courses_load_and_load_again():
    assert len(re.findall(r"^\w+: \d+ created, 0 updated", run(), re.MULTILINE)) == 2
    assert " 0 created, 0 updated, 0 kept," in run()
    assert [course.slug for course in Course.objects.all()] == ["ru", "en"]


def test_our_own_lessons_pass_the_checks_of_the_admin():
    run()
    taught_in_sentences = Lesson.objects.exclude(kind="keys").exclude(new_characters="")
    assert taught_in_sentences.count() == 4
    for lesson in taught_in_sentences.select_related("course", "text"):
        assert lesson.problems(lesson.text.body) == ()


@pytest.mark.parametrize("path", course_files(), ids=lambda path: path.parent.name)
def test_our_own_courses_have_99_lessons_15_of_them_free(path):
    plan = read_course(path)
    assert [lesson.number for lesson in plan.lessons] == list(range(1, 100))
    assert [lesson.number for lesson in plan.lessons if lesson.is_free] == list(range(1, 16))


def test_a_text_file_is_read_in_the_form_it_is_typed():
    assert typed_form("е\u0308ж \r\nи\u0306од\n\n") == "ёж\nйод"


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('slug = "mini"', "slug = mini", "course.toml: Invalid value (at line 2, column 8)"),
        ('slug = "mini"', "", "course.toml: slug: must be a text in quotes"),
        ('"en-qwerty"', '"dvorak"', "course.toml: layout: must be one of be-jcuken"),
        ('language = "en"', 'language = "fr"', "course.toml: language: must be one of ru, en"),
        ('code = "B"', 'code = "A"', "course.toml: block A: code: 'A' is taken by another block"),
        ('block = "B"', 'block = "C"', "course.toml: lesson 3: block: there is no block 'C'"),
        ("number = 3", "number = 2", "course.toml: lesson 2: number: 2 is taken by another lesson"),
        ("number = 3", "number = 0", "lesson 0: number: must be a whole number from 1 to 32767"),
        (
            "target_cpm = 50",
            'target_cpm = "50"',
            "lesson 1: target_cpm: must be a whole number from 1 to 32767",
        ),
        ("target_cpm = 50", "target_cpm = true", "lesson 1: target_cpm: must be a whole number"),
        ("accuracy = 92", "accuracy = 101", "lesson 1: accuracy: must be at most 100 %"),
        ("free = true", 'free = "yes"', "lesson 1: free: must be true or false"),
        (
            'title_en = "Lesson fj"',
            f'title_en = "{"x" * 121}"',
            "lesson 1: title_en: must be at most 120 char",
        ),
        ('kind = "keys"', 'kind = "drill"', "lesson 1: kind: must be one of keys, words, text, test"),
        ('tip_en = "Take your time."', "", "lesson 1: tip_en: must be a text in quotes"),
        ('new = "fj"', "", "lesson 1: new: must be a text in quotes"),
        ("[[lesson]]", "[lesson]", "course.toml: "),
        pytest.param("number = 3", f"number = {'9' * 5000}", "course.toml: Exceeds the limit", id="digits"),
        pytest.param("number = 3", f"number = {'[' * 9000}", "course.toml: maximum recursion", id="nested"),
    ],
)
def test_a_bad_course_file_is_refused_by_file_and_key(course_file, old, new, message):
    replace(course_file, old, new)
    with pytest.raises(CommandError) as refusal:
        run(course_file)
    assert str(refusal.value).startswith(str(course_file)) and message in str(refusal.value)
    assert not Course.objects.exists()


def test_a_missing_course_file_is_named(tmp_path):
    with pytest.raises(CommandError, match=r"course\.toml: No such file"):
        run(tmp_path / "course.toml")


@pytest.mark.parametrize(
    ("raw", "problem"), [(b"fj\nf\xff", "line 2: not UTF-8"), (b"fj\nf\0", "line 2: a NUL")]
)
def test_a_bad_text_file_is_named_with_its_line(course_file, tmp_path, raw, problem):
    (tmp_path / "002.txt").write_bytes(raw)
    with pytest.raises(CommandError, match=rf"002\.txt: {problem}"):
        run(course_file)


def test_an_empty_text_file_is_no_text(course_file, tmp_path):
    write_text(tmp_path, 1, "  ")
    load_course(course_file)
    assert Lesson.objects.get(number=1).text is None
