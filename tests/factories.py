"""What tests and benches share: small courses, people, keystroke logs as human hands make them, tests passed."""

import json
import random
import uuid
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.test import Client

from accounts.models import User
from lessons.models import Block, Course, Lesson, TypingText
from progress.exercises.tickets import Ticket, sign_ticket
from progress.honours.certificates import certify
from progress.keystrokes.replay import units
from progress.models import Certificate, DailyStat, TypingSession

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
HOLDER = "Анна-Мария Ёлкина"
TEXT = "аоа оао аао ооа\nоа ао оо аа оао"


def make_course(*, slug: str = "ru", lessons: int = 3, free: int = 2, text: str = TEXT) -> Course:
    """A published course of short lessons, the first `free` of them free."""
    course = Course.objects.create(
        slug=slug,
        language="ru" if slug == "ru" else "en",
        layout="ru-jcuken" if slug == "ru" else "en-qwerty",
        title_ru="Русский курс",
        title_en="Russian course",
    )
    block = Block.objects.create(course=course, position=1, title_ru="Основной ряд", title_en="Home row")
    for number in range(1, lessons + 1):
        Lesson.objects.create(
            course=course,
            block=block,
            number=number,
            title_ru="А и О",
            title_en="А and О",
            new_characters="ао" if number == 1 else "",
            target_cpm=100,
            target_accuracy=92,
            length=30,
            is_free=number <= free,
            is_published=True,
            text=TypingText.of(text),
        )
    return course


def lesson_of(course: Course, number: int = 1) -> Lesson:
    return course.lessons.select_related("course", "text").get(number=number)


def make_learner(email: str = "anna@example.com", **fields: Any) -> User:
    return User.objects.create_user(email, "a-long-password", **fields)


def signed_in(user: User) -> Client:
    """A browser in which the user is signed in."""
    client = Client()
    client.force_login(user)
    return client


def make_ticket(
    learner: User | uuid.UUID, lesson: Lesson | None = None, *, text: TypingText | None = None, **fields: Any
) -> Ticket:
    """A ticket for a lesson, or for a drill of `text`."""
    body = text or (lesson and lesson.text)
    if body is None:
        raise ValueError("a ticket needs a text")
    values: dict[str, Any] = {
        "session": uuid.uuid4(),
        "learner": learner if isinstance(learner, uuid.UUID) else learner.pk,
        "minted": False,
        "kind": "lesson" if lesson else "drill",
        "text": body.pk,
        "lesson": lesson.pk if lesson else None,
        "layout": lesson.course.layout if lesson else "ru-jcuken",
        "mode": "stop",
        "issued_at": NOW,
    }
    return Ticket(**(values | fields))


def human_events(
    text: str, *, seed: int = 1, pace_ms: float = 300, mistakes: Sequence[int] = (), wrong: str = "ж"
) -> list[list[Any]]:
    """Events that type `text` in stop mode with uneven intervals, and a wrong key before each of `mistakes`."""
    hand = random.Random(seed)
    events: list[list[Any]] = []
    for position, unit in enumerate(units(text)):
        for typed in [wrong, unit] if position in mistakes else [unit]:
            interval = round(pace_ms * hand.lognormvariate(-0.045, 0.3), 1) if events else 0
            events.append([interval, typed, round(hand.uniform(60, 120), 1)])
    return events


def make_log(
    ticket: Ticket, events: list[list[Any]], *, started_at: datetime | None = None, **fields: Any
) -> str:
    """A log, version 1, as the practice page posts it."""
    started = started_at or ticket.issued_at
    log = {
        "v": 1,
        "ticket": sign_ticket(ticket),
        "started_at": round(started.timestamp() * 1000),
        "mode": ticket.mode,
        "events": events,
        "client": {"input": "keyboard"},
    }
    return json.dumps(log | fields)


def make_test(user: User, **fields: Any) -> TypingSession:
    """A recorded one-minute test in English, without its keystrokes."""
    values: dict[str, Any] = {
        "id": uuid.uuid4(),
        "user": user,
        "kind": "test",
        "minutes": 1,
        "difficulty": "ordinary",
        "text": TypingText.of(TEXT),
        "layout": "en-qwerty",
        "started_at": NOW,
        "recorded_at": NOW,
        "counted_at": NOW,
        "local_date": NOW.date(),
        "duration_ms": 60_000,
        "cpm": 300.0,
        "raw_cpm": 300.0,
        "accuracy": 97.0,
        "errors": 0,
        "keystrokes": 300,
        "ranked": True,
        "source": "keystrokes",
        "submission_sha256": b"",
    }
    return TypingSession.objects.create(**(values | fields))


def make_days(
    user: User, speeds: Sequence[float], *, layout: str = "en-qwerty", until: datetime = NOW
) -> None:
    """Days of ten minutes of practice up to one, each at its speed in CPM: counted, without sessions."""
    for ago, cpm in enumerate(reversed(speeds)):
        DailyStat.objects.create(
            user=user,
            date=until.date() - timedelta(days=ago),
            layout=layout,
            sessions=1,
            characters=round(10 * cpm),
            keystrokes=round(10 * cpm),
            duration_ms=600_000,
            accuracy_sum=970 * cpm,
            best_cpm=cpm,
        )


def make_gold_test(user: User, **fields: Any) -> TypingSession:
    """A recorded test of three minutes in Russian, good for a gold certificate unless told otherwise."""
    values: dict[str, Any] = {
        "minutes": 3,
        "layout": "ru-jcuken",
        "local_date": date(2026, 11, 20),
        "duration_ms": 180_000,
        "cpm": 312.4,
        "accuracy": 97.36,
        "errors": 9,
        "keystrokes": 950,
    }
    return make_test(user, **(values | fields))


def make_certificate(user: User, *, name: str = HOLDER, **fields: Any) -> Certificate:
    return certify(session=make_gold_test(user, **fields), name=name, now=NOW)
