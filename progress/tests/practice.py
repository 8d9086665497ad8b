"""Practice made without a browser: runs recorded, days counted, what is known of keys."""

import uuid
from datetime import date, timedelta

from lessons.models import TypingText
from progress.keystrokes.logs import parse_log
from progress.keystrokes.skill import KeySums, Mean, Skill
from progress.models import DailyStat, TypingSession
from progress.recording.rebuilding import rebuild_aggregates
from progress.recording.record import record_session
from tests.factories import NOW, TEXT, human_events, lesson_of, make_log, make_ticket

WEEK = date(2026, 11, 9)


def run(user, course, *, days_ago=0, seed=1, pace_ms=200, mistakes=()):
    """The first lesson, typed and recorded so long ago."""
    lesson = lesson_of(course)
    now = NOW - timedelta(days=days_ago)
    ticket = make_ticket(user, lesson, issued_at=now - timedelta(minutes=5))
    events = human_events(TEXT, seed=seed, pace_ms=pace_ms, mistakes=mistakes)
    log = parse_log(make_log(ticket, events, started_at=now - timedelta(minutes=4)))
    return record_session(ticket=ticket, learner=user, log=log, now=now).session


def make_sessions(user, lesson=None, *, count=1, now=NOW, apart=timedelta(minutes=1), layout="", **fields):
    """`count` unlogged sessions, the last one at `now`; drills without a lesson."""
    text = TypingText.of(TEXT)
    values = {
        "user": user,
        "kind": "lesson" if lesson else "drill",
        "lesson": lesson,
        "text": text,
        "layout": layout or (lesson.course.layout if lesson else "ru-jcuken"),
        "duration_ms": 61_000,
        "cpm": 150.0,
        "raw_cpm": 150.0,
        "accuracy": 96.8,
        "errors": 1,
        "keystrokes": 30,
        "stars": 3 if lesson else None,
        "ranked": True,
        "source": TypingSession.Source.PLAIN,
        "submission_sha256": b"",
    }
    moments = [now - n * apart for n in range(count)]
    made = [
        TypingSession(
            id=uuid.uuid4(),
            started_at=moment,
            recorded_at=moment,
            local_date=moment.date(),
            counted_at=moment,
            **(values | fields),
        )
        for moment in moments
    ]
    TypingSession.objects.bulk_create(made)
    rebuild_aggregates(user.pk)
    return made


def practise(user, day, *, minutes=10.0, cpm=150.0, accuracy=96.0, layout="ru-jcuken", sessions=3):
    characters = round(minutes * cpm)
    return DailyStat.objects.create(
        user=user,
        date=day,
        layout=layout,
        sessions=sessions,
        characters=characters,
        duration_ms=round(minutes * 60_000),
        accuracy_sum=accuracy * characters,
        best_cpm=cpm,
    )


def skill(*, pair="", slow=0.0) -> Skill:
    """Every letter at 300 ms, and one pair slower by `slow` (logs)."""
    known = Skill(speed=Mean(1000, 1000 * 5.7), errors=Mean(4400, 44), timed=1000)
    for letter in "абвгдеопрст":
        known.keys[letter] = KeySums(Mean(400, 4), Mean(400, 0))
    if pair:
        known.pairs[pair] = Mean(200, 200 * slow)
    return known
