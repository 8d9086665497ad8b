"""What we promise in numbers, stated here once more: by constants alone, a slip of a digit would pass every test."""

import re
from datetime import timedelta
from pathlib import Path

import polib
import pytest

from accounts import limits, preferences
from accounts.avatars import pictures
from accounts.notifications import phones, sending
from accounts.personal_data import deletion, exports
from accounts.providers import adapter, outcomes
from accounts.staff import impersonation

ROOT = Path(__file__).resolve().parents[2]


def test_what_is_promised():
    assert timedelta(hours=48) == exports.FETCHED_FOR
    assert timedelta(days=7) == deletion.UNDONE_WITHIN
    assert timedelta(minutes=30) == impersonation.LONGEST
    assert timedelta(minutes=10) == phones.CODE_LASTS
    assert limits.WRONG_CODES.get_expiry() == 10 * 60 and limits.WRONG_CODES.amount == 5
    assert pictures.MOST_BYTES == 5 * 1024 * 1024


def test_how_often_and_how_much_is_tried_and_kept():
    assert exports.MOST_TRIES == 5 and sending.MOST_TRIES == 6
    assert outcomes.SECONDS_TO_TELL == 15 * 60
    assert adapter.LONGEST_KNOWN_AS == 100
    assert preferences.LONGEST_COOKIE == 1000


@pytest.mark.parametrize(
    ("beginning", "english", "russian"),
    [
        ("It is closed at once.", "seven days", "Семь дней"),
        ("In seven days everything", "seven days", "семь дней"),
        ("The account was kept, or", "seven days", "семь дней"),
        ("The account is closed. It", "seven days", "семь дней"),
        ("All of it is logged;", "half an hour", "полчаса"),
        ("Support sees accounts and", "half an hour", "полчаса"),
        ("A text message with a code is", "ten minutes", "десять минут"),
        ("Too many wrong codes.", "ten minutes", "десять минут"),
        ("A picture of yours:", "5 MB", "5 МБ"),
        ("This file is too large: a picture", "5 MB", "5 МБ"),
    ],
)
def test_sentences_say_these_numbers(beginning, english, russian):
    catalog = polib.pofile(str(ROOT / "locale/ru/LC_MESSAGES/django.po"))
    said = [one for one in catalog if " ".join(one.msgid.split()).startswith(beginning)]
    assert said, f"no sentence begins so any more: {beginning}"
    for one in said:
        assert english in re.sub(r"\s", " ", one.msgid)
        assert russian in re.sub(r"\s", " ", one.msgstr)
