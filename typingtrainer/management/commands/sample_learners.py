import json
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import uuid4

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.models import User
from bench.typists import Learning, Typist
from lessons.fresh import fresh_text
from lessons.languages import TYPED
from lessons.models import TypingText
from progress.exercises.tickets import Ticket, sign_ticket
from progress.keystrokes.logs import parse_log
from progress.recording.record import record_session
from typingtrainer.management.commands.demo_accounts import make

DAYS: Final = {"exact": 6, "sloppy": 6, "plateau": 60}
"""Days of practice of each kind of learner (`bench/typists.py`): enough to be stuck at a plateau, or to improve."""
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
                user = make(email, f"{kind} ({language})", settings.DEMO_LEARNER_PASSWORD)
                learning = LEARNING.get(kind, Learning)()
                typist = Typist(kind, 1, language, learning=learning)
                practise(user, typist, language, days=days, now=timezone.now())
                self.stdout.write(email)


def practise(user: User, typist: Typist, language: str, *, days: int, now: datetime) -> None:
    """Record tests of prose on each of the days before `now`, typed by a simulated typist."""
    for ago in range(days, 0, -1):
        for run in range(A_DAY):
            text = fresh_text(language, "ordinary", length=500 * MINUTES, seed=f"{user.email}:{ago}:{run}")
            began = now - timedelta(days=ago, minutes=10 * run)
            _record(user, typist, text, language, began)
        typist.rest(1)


def _record(user: User, typist: Typist, body: str, language: str, began: datetime) -> None:
    ticket = Ticket(
        session=uuid4(),
        learner=user.pk,
        minted=False,
        kind="test",
        text=TypingText.digest(body),
        lesson=None,
        layout=TYPED[language].layout,
        mode="free",
        issued_at=began,
        minutes=MINUTES,
        difficulty="ordinary",
        body=body,
    )
    events, passed = [], 0
    for event in typist.type(body, "free"):
        passed += event[0]
        if passed > MINUTES * 60_000:
            break
        events.append(list(event))
    log = {
        "v": 1,
        "ticket": sign_ticket(ticket),
        "started_at": round(began.timestamp() * 1000),
        "mode": "free",
        "events": events,
        "client": {"input": "keyboard"},
    }
    record_session(
        ticket=ticket,
        learner=user,
        log=parse_log(json.dumps(log)),
        now=began + timedelta(minutes=MINUTES, seconds=5),
    )
