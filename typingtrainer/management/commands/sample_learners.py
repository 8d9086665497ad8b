import json
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from itertools import accumulate, product
from typing import Any, Final
from uuid import uuid4

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.models import User
from bench.typists import Learning, Typist
from lessons.fresh import fresh_text
from lessons.languages import TYPED
from lessons.models import Course, TypingText
from progress.exercises.access import LessonLocked
from progress.exercises.tickets import Ticket, sign_ticket
from progress.honours.certificates import certify, level_earned
from progress.honours.leaderboards import join_leaderboards
from progress.keystrokes.logs import parse_log
from progress.keystrokes.passing import ACCURATE_RUNS_TO_PASS
from progress.keystrokes.replay import Event
from progress.models import TypingSession
from progress.recording.record import record_session
from typingtrainer.management.commands.demo_accounts import make

NAMES: Final = {
    ("exact", "ru"): "Вера Точнова",
    ("exact", "en"): "Grace Exact",
    ("sloppy", "ru"): "Егор Торопов",
    ("sloppy", "en"): "Max Hurry",
    ("plateau", "ru"): "Лёня Ровный",
    ("plateau", "en"): "Joan Level",
}
DAYS: Final = {"exact": 6, "sloppy": 6, "plateau": 60}
"""Days of tests of each kind of learner (`bench/typists.py`): enough to be stuck at a plateau, or to improve."""
LESSONS: Final = {"exact": 9, "sloppy": 12, "plateau": 0}
"""The lessons typed before them, each `RUNS` times: as often as accurate runs pass one."""
RUNS: Final = ACCURATE_RUNS_TO_PASS
MINUTES: Final = 3
A_DAY: Final = 2


class Stuck(Learning):
    """Whom practice teaches nothing any more."""

    teaches = 0.0


LEARNING: Final = {"plateau": Stuck}


class Command(BaseCommand):
    help = (
        "Make learners with a history, to see what the coach says to each: slow and exact, fast and sloppy, "
        "stuck at a plateau. They sign in with the demo learner's password. Only with DEMO=1."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("Sample learners have known passwords: they are made with DEMO=1 only.")
        for language in ("ru", "en"):
            for kind, days in DAYS.items():
                email = f"{kind}-{language}@example.com"
                if User.objects.filter(email=email).exists():
                    self.stdout.write(f"{email} is there already")
                    continue
                user = make(email, NAMES[kind, language], settings.DEMO_LEARNER_PASSWORD)
                learning = LEARNING.get(kind, Learning)()
                typist = Typist(kind, 1, language, learning=learning)
                study(
                    user,
                    typist,
                    language,
                    lessons=LESSONS[kind],
                    ended=timezone.now() - timedelta(days=days + 1),
                )
                practise(user, typist, language, days=days, now=timezone.now())
                show(user)
                self.stdout.write(email)


def study(user: User, typist: Typist, language: str, *, lessons: int, ended: datetime) -> None:
    """Record the first lessons of the course in a language, one a day until `ended`, as far as she gets."""
    course = Course.objects.get(slug=language)
    first = course.lessons.select_related("text").filter(number__lte=lessons)
    for lesson, run in product(first.order_by("number"), range(RUNS)):
        if lesson.text is None:
            return
        began = ended - timedelta(days=lessons - lesson.number, minutes=10 * (RUNS - run))
        ticket = _ticket(
            user, began, kind="lesson", lesson=lesson.pk, text=lesson.text.pk, layout=course.layout
        )
        try:
            _record(user, ticket, typist.type(lesson.text.body))
        except LessonLocked:
            return
        if run == RUNS - 1:
            typist.rest(1)


def show(user: User) -> None:
    """Have her on the leaderboards, and give her the certificate of her fastest test, if it earned one."""
    join_leaderboards(user.pk, user.name, now=timezone.now())
    best = user.typing_sessions.filter(kind=TypingSession.Kind.TEST, ranked=True).order_by("-cpm").first()
    if best and level_earned(best):
        certify(session=best, name=user.name, now=timezone.now())


def practise(user: User, typist: Typist, language: str, *, days: int, now: datetime) -> None:
    """Record tests of prose on each of the days before `now`, typed by a simulated typist."""
    for ago in range(days, 0, -1):
        for run in range(A_DAY):
            text = fresh_text(language, "ordinary", length=500 * MINUTES, seed=f"{user.email}:{ago}:{run}")
            began = now - timedelta(days=ago, minutes=10 * run)
            ticket = _ticket(
                user,
                began,
                kind="test",
                text=TypingText.digest(text),
                layout=TYPED[language].layout,
                mode="free",
                minutes=MINUTES,
                difficulty="ordinary",
                body=text,
            )
            _record(user, ticket, _within(MINUTES, typist.type(text, "free")))
        typist.rest(1)


def _ticket(user: User, began: datetime, **fields: Any) -> Ticket:
    values: dict[str, Any] = {"lesson": None, "mode": "stop"}
    return Ticket(session=uuid4(), learner=user.pk, minted=False, issued_at=began, **(values | fields))


def _within(minutes: int, events: Iterable[Event]) -> list[Event]:
    """What is typed before time is up."""
    passed = accumulate(interval for interval, *_ in events)
    return [event for event, at in zip(events, passed, strict=True) if at <= minutes * 60_000]


def _record(user: User, ticket: Ticket, events: Sequence[Event]) -> None:
    """Record a session as the practice page posts it."""
    log = {
        "v": 1,
        "ticket": sign_ticket(ticket),
        "started_at": round(ticket.issued_at.timestamp() * 1000),
        "mode": ticket.mode,
        "events": [list(event) for event in events],
        "client": {"input": "keyboard"},
    }
    took = timedelta(milliseconds=sum(interval for interval, *_ in events), seconds=5)
    record_session(ticket=ticket, learner=user, log=parse_log(json.dumps(log)), now=ticket.issued_at + took)
