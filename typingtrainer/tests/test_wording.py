"""What can be held of the voice of the interface: the glossary of CONTRIBUTING.md, spaces that don't break, marks."""

import re

import polib
import pytest
from django.conf import settings

CATALOGUE = settings.BASE_DIR / "locale" / "ru" / "LC_MESSAGES" / "django.po"
NUMBER = r"(?:\d|%\(\w+\)s)"
UNITS = {
    "en": rf"{NUMBER} (?:%\(unit\)s|(?:ms|s|WPM|CPM|pp)\b)",
    "ru": (
        rf"{NUMBER} (?:%\(unit\)s|(?:мс|с|мин|ч|зн/мин|WPM|знак\w*|секунд\w*|минут\w*)\b"
        r"|(?:сек|нед|п)\.|%%?(?![(\w]))"
    ),
}
FOR_PROGRAMS = {"%(gain)s WPM from last session"}
"""What only the API says, as it always has."""
BANNED = {
    "en": (
        r"\bpractis",
        r"\bcancell(?:ed|ing)\b",
        r"\bwants\b",
        r"\bstands?\b(?! out)",
        r"\b(?:is|are) over\b",
        r"\bany more\b",
        r"\bat present\b",
        r"\bswitch(?:ed)? (?:it )?(?:on|off)\b",
        r"\bof UTC\b",
        r"\bcould be had\b",
        r"\baddresses of mail\b",
        r"\bnone of ours\b",
        r"\bcolour\b",
    ),
    "ru": (
        r"\bсесси",
        r"прежн",
        r"\bсто[ия]т вам\b",
        r"\bсимвол",
        r"\bаккаунт",
        r"\bпроз[аыоуе]\b",
        r"\bпроход(?:а|ы|ов|ам|ах)?\b",
        r"\bпромах",
        r"\bровност",
        r"\bподсветк",
        r"\bнабер\w* \d+.?зн/мин",
        r"\bзадержива",
        r"\bв \d+ разных дней",
        r"\bтаблиц\w+ рекордов",
    ),
}
UNAVOIDABLE = {
    # Business figures count runs of all kinds, and say what one is; only support and admins read them.
    "\\bсесси": {
        "Counted every hour from all sessions",
        "Finished runs of lessons, tests and drills",
        "Learners, guests included, who typed",
        "Nothing to show yet. The day after the first session",
        "Sessions",
        "Sessions and how long they last",
        "The time from the first to the last key of a session",
    },
    # The table of symbols is a program, control characters are what Unicode calls them.
    "\\bсимвол": {"No keyboard layout here has", "not 1 to 16 characters"},
}
"""How messages begin that may say a banned word, and why."""


@pytest.fixture(scope="module")
def texts():
    """Each text with the message it is of, by language."""
    english, russian = list[tuple[str, str]](), list[tuple[str, str]]()
    for entry in polib.pofile(str(CATALOGUE)):
        english += [(entry.msgid, text) for text in (entry.msgid, entry.msgid_plural) if text]
        russian += [(entry.msgid, text) for text in (entry.msgstr, *entry.msgstr_plural.values()) if text]
    return {"en": english, "ru": russian}


def may_say(word: str, message: str) -> bool:
    return message.startswith(tuple(UNAVOIDABLE.get(word, ())))


def says(word: str, text: str) -> bool:
    return re.search(word, text, flags=re.IGNORECASE) is not None


@pytest.mark.parametrize("language", ["en", "ru"])
def test_no_line_breaks_between_a_number_and_its_unit(texts, language):
    broken = [message for message, text in texts[language] if re.search(UNITS[language], text)]
    assert [message for message in broken if message not in FOR_PROGRAMS] == []


def test_no_russian_line_begins_with_a_dash(texts):
    assert [text for _, text in texts["ru"] if re.search(r"\S [—–-] ", text)] == []


def test_no_date_of_a_russian_line_is_followed_by_a_full_stop(texts):
    """A date ends with one of its own: «28 ноября 2026 г.»."""
    date = r"%\((?:date|day|start|end|until|since)\)s\."
    assert [text for _, text in texts["ru"] if re.search(date, text)] == []


@pytest.mark.parametrize(("language", "word"), [(one, word) for one in BANNED for word in BANNED[one]])
def test_banned_words_stay_away(texts, language, word):
    found = [text for message, text in texts[language] if says(word, text) and not may_say(word, message)]
    assert found == []


def test_what_may_say_a_banned_word_still_does(texts):
    for word, beginnings in UNAVOIDABLE.items():
        language = "ru" if word in BANNED["ru"] else "en"
        said = [message for message, text in texts[language] if says(word, text)]
        assert [one for one in beginnings if not any(message.startswith(one) for message in said)] == []


def test_russian_marks(texts):
    for _, text in texts["ru"]:
        bare = re.sub(r"<[^>]+>", "", text)
        assert '"' not in bare and "“" not in bare, text
        assert not re.search(r"(?<![.!?:…»>])\s\b(?:Вы|Вас|Вам|Ваш\w*)\b", bare), text
        assert not re.search(r"\b(?:еще|ее|нее|счет|идет|пойдет|найдет|придет|зачет\w*)\b", bare), text


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "practise and change what is mine"),
        ("en", "A bronze certificate wants 25 WPM"),
        ("en", "The code stands on every certificate"),
        ("en", "This key is over, or was used before."),
        ("en", "This account is switched off"),
        ("en", "This code is not valid any more."),
        ("en", "Your subscription is cancelled"),
        ("ru", "За эту сессию сертификат не положен."),
        ("ru", "Новый рекорд, прежний: 200"),
        ("ru", "Клавиша «х» стоит вам 1,0 с"),
        ("ru", "Наберите 100\u00a0зн/мин с точностью 95\u00a0%"),
        ("ru", "Что вас задерживает"),
        ("ru", "Занимайтесь в 100 разных дней."),
        ("ru", "после трёх проходов"),
        ("ru", "обычный: проза"),
    ],
)
def test_what_a_native_reader_would_change_is_found(language, text):
    assert any(says(word, text) for word in BANNED[language])


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "%(ms)s ms per keystroke"),
        ("en", "%(speed)s %(unit)s"),
        ("ru", "%(ms)s мс"),
        ("ru", "200 зн/мин"),
        ("ru", "%(speed)s %(unit)s"),
        ("ru", "97 %"),
        ("ru", "на 1000 знаков"),
    ],
)
def test_a_plain_space_before_a_unit_is_found(language, text):
    assert re.search(UNITS[language], text)
    assert not re.search(UNITS[language], text.replace(" ", "\u00a0"))
