import os
import re
from io import StringIO

import polib
import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.utils import translation
from django.utils.translation import gettext, ngettext

from typingtrainer.catalogues import compile_catalogues
from typingtrainer.collecting import PLURALS, collect, translate

CATALOGUE = settings.BASE_DIR / "locale" / "ru" / "LC_MESSAGES" / "django.po"
PLACEHOLDER = re.compile(r"%\(\w+\)\w|%%\w?|</?\w+")


def key(entry):
    return entry.msgctxt, entry.msgid, entry.msgid_plural


@pytest.fixture(scope="module")
def russian():
    return polib.pofile(str(CATALOGUE))


# What we ship


def test_the_catalogue_holds_the_messages_of_the_code_and_no_others(russian):
    code = {key(entry) for entry in collect(settings.BASE_DIR)}
    catalogue = {key(entry) for entry in russian}
    assert code - catalogue == set(), "run manage.py collect_messages"
    assert catalogue - code == set(), "run manage.py collect_messages"


def test_every_message_is_translated(russian):
    assert [entry.msgid for entry in russian if not entry.translated()] == []
    assert [entry.msgid for entry in russian if entry.fuzzy or entry.obsolete] == []


def test_translations_keep_the_placeholders_and_tags(russian):
    for entry in russian.translated_entries():
        expected = sorted(PLACEHOLDER.findall(entry.msgid_plural or entry.msgid))
        for translated in entry.msgstr_plural.values() if entry.msgid_plural else [entry.msgstr]:
            assert sorted(PLACEHOLDER.findall(translated)) == expected, entry.msgid


def test_a_percent_sign_never_begins_a_line(russian):
    apart = re.compile(r"(?:\d|\)s) %(?!\()")
    translations = [text for entry in russian for text in (entry.msgstr, *entry.msgstr_plural.values())]
    assert [text for text in translations if apart.search(text)] == []


def test_the_catalogue_is_sorted(russian):
    assert [entry.msgid for entry in russian] == sorted(entry.msgid for entry in russian)


def test_compiled_catalogues_stay_out_of_the_repository():
    assert "*.mo" in (settings.BASE_DIR / ".gitignore").read_text().splitlines()


@pytest.mark.parametrize(
    ("count", "lessons"), [(1, "1 урок"), (3, "3 урока"), (5, "5 уроков"), (21, "21 урок")]
)
def test_russian_counts_as_russians_do(count, lessons):
    with translation.override("ru"):
        assert ngettext("%(count)s lesson", "%(count)s lessons", count) % {"count": count} == lessons
        assert gettext("Courses") == "Курсы"
        assert "обязательное поле" in gettext("This field is required.").lower(), "Django's own messages stay"


# Collecting

PAGE = """
{% load i18n %}
<p title="{% translate 'It''s' %}">
    {% translate "Courses" context "menu" %} 100 % "
  {% blocktranslate count n=n trimmed %}
    {{ n }} key
  {% plural %}
    {{ n }} keys
  {% endblocktranslate %}
{% comment %}unbalanced ( and ' {% endcomment %}
""".replace("'It''s'", '"It\'s 5 %"')

CODE = '''
from django.utils.translation import gettext_lazy as _
"""not _("this")"""
title = _("Courses")
other = ngettext("one", "many", n), pgettext("menu", "Courses"), _(computed), gettext("a" "b %(c)s")
'''


@pytest.fixture
def project(tmp_path):
    (tmp_path / "lessons" / "templates").mkdir(parents=True)
    (tmp_path / "lessons" / "tests").mkdir()
    (tmp_path / "lessons" / "templates" / "page.html").write_text(PAGE, "utf-8")
    (tmp_path / "lessons" / "views.py").write_text(CODE, "utf-8")
    (tmp_path / "lessons" / "tests" / "test_views.py").write_text('_("no")', "utf-8")
    return tmp_path


def test_messages_are_collected_from_code_and_templates(project):
    found = {key(entry): [file for file, _ in entry.occurrences] for entry in collect(project)}
    code, page = "lessons/views.py", "lessons/templates/page.html"
    assert found == {
        (None, "%(n)s key", "%(n)s keys"): [page],
        (None, "Courses", ""): [code],
        ("menu", "Courses", ""): [page, code],
        (None, "It's 5 %%", ""): [page],
        (None, "ab %(c)s", ""): [code],
        (None, "one", "many"): [code],
    }


def test_translations_are_kept_and_merged_and_the_rest_dropped(project):
    earlier, fragment = polib.POFile(), polib.POFile()
    earlier.append(polib.POEntry(msgid="Courses", msgstr="Курсы"))
    earlier.append(polib.POEntry(msgid="ab %(c)s", msgstr="аб", flags=["fuzzy"]))
    earlier.append(polib.POEntry(msgid="gone", msgstr="нет"))
    plural = {0: "один", 1: "два", 2: "пять"}
    fragment.append(polib.POEntry(msgid="one", msgid_plural="many", msgstr_plural=plural))
    catalogue = collect(project)
    translate(catalogue, "ru", [earlier, fragment])
    translated = {
        entry.msgid: entry.msgstr or entry.msgstr_plural for entry in catalogue.translated_entries()
    }
    assert translated == {"Courses": "Курсы", "one": plural}
    assert catalogue.metadata["Plural-Forms"] == PLURALS["ru"]
    assert len(catalogue.find("%(n)s key").msgstr_plural) == 3


def test_the_command_keeps_a_complete_catalogue_as_it_is(settings, project):
    settings.BASE_DIR = project
    out = StringIO()
    call_command("collect_messages", stdout=out)
    assert "ru: 6 messages, 6 untranslated" in out.getvalue()
    path = project / "locale" / "ru" / "LC_MESSAGES" / "django.po"
    translation_file = project / "mine.po"
    translation_file.write_text('msgid "Courses"\nmsgstr "Курсы"\n', "utf-8")
    call_command("collect_messages", merge=[translation_file], stdout=out)
    once = path.read_text("utf-8")
    assert "Курсы" in once
    call_command("collect_messages", stdout=out)
    assert path.read_text("utf-8") == once


def test_a_missing_file_to_merge_is_named(settings, project):
    settings.BASE_DIR = project
    with pytest.raises(CommandError, match=r"nowhere\.po"):
        call_command("collect_messages", merge=[project / "nowhere.po"])


# Compiling


def catalogue_in(folder, msgstr):
    path = folder / "ru" / "LC_MESSAGES" / "django.po"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(
        f'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\nmsgid "a"\nmsgstr "{msgstr}"\n'
    )
    return path


def test_a_catalogue_is_compiled_when_it_changed(tmp_path):
    path = catalogue_in(tmp_path, "б")
    assert compile_catalogues(tmp_path) == [path]
    assert compile_catalogues(tmp_path) == []
    catalogue_in(tmp_path, "в")
    later = path.with_suffix(".mo").stat().st_mtime + 1
    os.utime(path, (later, later))
    assert compile_catalogues(tmp_path) == [path]
    assert polib.mofile(str(path.with_suffix(".mo"))).find("a").msgstr == "в"
    assert sorted(file.name for file in path.parent.iterdir()) == ["django.mo", "django.po"]


def test_a_broken_catalogue_is_named_with_its_line(settings, tmp_path):
    path = catalogue_in(tmp_path, "б")
    path.write_text(path.read_text() + "msgstr oops\n")
    settings.LOCALE_PATHS = [tmp_path]
    with pytest.raises(CommandError, match=r"django\.po.*line 6"):
        call_command("compile_messages")
