"""What is said of one session and what is asked of the database are the same rules."""

import uuid
from itertools import product

import pytest

from lessons.models import TypingText
from progress.models import TypingSession
from tests.factories import NOW, TEXT, lesson_of

KINDS = [
    ("lesson", ""),
    ("drill", ""),
    ("test", "easy"),
    ("test", "ordinary"),
    ("test", "hard"),
    ("words", "ordinary"),
]
ACCURACIES = [84.999, 85.0, 89.999, 90.0]


def session(user, lesson, kind, difficulty, accuracy, ranked) -> TypingSession:
    return TypingSession(
        id=uuid.uuid4(),
        user=user,
        kind="test" if kind == "words" else kind,
        lesson=lesson if kind == "lesson" else None,
        text=TypingText.of(TEXT),
        minutes=1 if kind == "test" else None,
        words=100 if kind == "words" else None,
        difficulty=difficulty,
        layout="ru-jcuken",
        started_at=NOW,
        recorded_at=NOW,
        local_date=NOW.date(),
        counted_at=NOW,
        duration_ms=60_000,
        cpm=200,
        raw_cpm=200,
        accuracy=accuracy,
        errors=1,
        keystrokes=200,
        ranked=ranked,
        source="keystrokes",
        submission_sha256=b"",
    )


@pytest.fixture
def sessions(course, anna):
    lesson = lesson_of(course)
    made = [
        session(anna, lesson, kind, difficulty, accuracy, ranked)
        for (kind, difficulty), accuracy, ranked in product(KINDS, ACCURACIES, (True, False))
    ]
    return TypingSession.objects.bulk_create(made)


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (TypingSession.objects.records, "sets_records"),
        (TypingSession.objects.comparable, "is_comparable"),
        (TypingSession.objects.on_boards, "has_board"),
    ],
    ids=["records", "comparable", "on_boards"],
)
def test_a_rule_is_the_same_for_one_and_for_many(sessions, asked, said):
    assert {one.pk for one in asked()} == {one.pk for one in sessions if getattr(one, said)}


def test_a_record_wants_85_percent(sessions):
    assert {one.accuracy for one in TypingSession.objects.records()} == {85.0, 89.999, 90.0}


def test_a_place_on_a_board_wants_90_percent_and_neither_an_easy_test_nor_one_of_words(sessions):
    found = {(one.kind, one.difficulty, one.words, one.accuracy) for one in TypingSession.objects.on_boards()}
    assert found == {
        ("lesson", "", None, 90.0),
        ("test", "ordinary", None, 90.0),
        ("test", "hard", None, 90.0),
    }
