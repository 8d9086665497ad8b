"""What recording a session costs: `python -m bench.record`.

`record_session` alone, in this process, and POST /sessions/ through the running server, one after another and from
several clients at once; logs of about 300 keystrokes, one lesson of guests who come back.
"""

import argparse
import os
import random
import statistics
import sys
import threading
import time
import uuid
from pathlib import Path
from typing import TYPE_CHECKING

import django

from bench.product import Product, machine, running
from bench.visitor import Answer, Page, Visitor, make_log, typed
from typingtrainer.run.embedded import Postgres, Valkey, socket_dir

if TYPE_CHECKING:
    from progress.exercises.tickets import Ticket

CHARACTERS = 290
CLIENTS = 4
PATH, LAYOUT = "/practice/en/1/", "en-qwerty"
MOST_QUERIES = 14
NEEDED_A_SECOND = 100


def connect(var_dir: Path) -> None:
    """Django in this process, on the database and the cache of the product in `var_dir`."""
    sockets = socket_dir(var_dir)
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "typingtrainer.settings",
        "DATABASE_URL": Postgres(var_dir, sockets).url,
        "REDIS_URL": Valkey(var_dir, sockets).cache_url,
        "CELERY_BROKER_URL": "redis://",
        "SECRET_KEY": (var_dir / "secret-key").read_text().strip(),
        "VAR_DIR": str(var_dir),
    }
    django.setup()


def set_up(var_dir: Path) -> None:
    """Django on that product; lesson 1 gets a text of CHARACTERS."""
    connect(var_dir)
    from lessons.models import Lesson, TypingText

    lesson = Lesson.objects.select_related("text").get(course__slug="en", number=1)
    longer = f"{lesson.text.body}\n" * (CHARACTERS // len(lesson.text.body) + 1)
    lesson.text = TypingText.of(longer[:CHARACTERS].strip())
    lesson.save()


def record_alone(times: int) -> tuple[list[float], float, int, int]:
    """Ms of each call, ms of processor a call, the queries of one, and the keystrokes of the last log."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext
    from django.utils import timezone

    from accounts.models import User
    from lessons.models import Lesson
    from progress.exercises import tickets
    from progress.keystrokes.logs import parse_log
    from progress.recording.record import record_session

    lesson = Lesson.objects.select_related("text", "course").get(course__slug="en", number=1)
    learner = User.objects.create_guest(uuid.uuid4(), now=timezone.now())
    hand = random.Random(1)

    def call() -> tuple[float, float, int]:
        ticket = _ticket(learner.pk, lesson.text_id, lesson.pk)
        events = typed(lesson.text.body, hand)
        signed = tickets.sign_ticket(ticket)
        log = parse_log(make_log(Page(signed, "", lesson.text.body), LAYOUT, events))
        began, used = time.perf_counter(), time.process_time()
        record_session(ticket=ticket, learner=learner, log=log, now=timezone.now())
        return (time.perf_counter() - began) * 1000, (time.process_time() - used) * 1000, len(events)

    call()
    with CaptureQueriesContext(connection) as queries:
        call()
    took, used, keystrokes = zip(*(call() for _ in range(times)), strict=True)
    return list(took), statistics.median(used), len(queries), keystrokes[-1]


def _ticket(learner: uuid.UUID, text: str, lesson: int) -> "Ticket":
    from django.utils import timezone

    from progress.exercises.tickets import Ticket

    return Ticket(
        session=uuid.uuid4(),
        learner=learner,
        minted=False,
        kind="lesson",
        text=text,
        lesson=lesson,
        layout=LAYOUT,
        mode="stop",
        issued_at=timezone.now(),
    )


def post(port: int, times: int, seed: int) -> list[float]:
    """Ms of each POST of one guest who types lesson 1 again and again, answered with the result's fragment."""
    visitor, hand, took = Visitor(port, timeout=30), random.Random(seed), []
    for number in range(times + 1):
        page = visitor.open(PATH)
        if isinstance(page, Answer):
            raise SystemExit(f"{PATH} answered {page.status}")
        log = make_log(page, LAYOUT, typed(page.text, hand))
        began = time.perf_counter()
        answer = visitor.post(page, log, by_htmx=True)
        if number:
            took.append((time.perf_counter() - began) * 1000)
        if answer.session is None:
            raise SystemExit(f"a post was answered {answer.status}")
    return took


def post_at_once(product: Product, times: int) -> tuple[list[float], float, dict[str, float]]:
    """The same from CLIENTS guests side by side; also sessions a second and each program's ms of processor a session.

    Opening pages and typing come before and do not count.
    """
    visitors = [Visitor(product.port, timeout=30) for _ in range(CLIENTS)]
    prepared: list[list[tuple[Page, str]]] = []
    for seed, visitor in enumerate(visitors):
        hand = random.Random(seed)
        first = visitor.open(PATH)
        visitor.post(first, make_log(first, LAYOUT, typed(first.text, hand)), by_htmx=True)
        pages = [visitor.open(PATH) for _ in range(times)]
        prepared.append([(page, make_log(page, LAYOUT, typed(page.text, hand))) for page in pages])
    took: list[float] = []

    def send(visitor: Visitor, logs: list[tuple[Page, str]]) -> None:
        for page, log in logs:
            began = time.perf_counter()
            visitor.post(page, log, by_htmx=True)
            took.append((time.perf_counter() - began) * 1000)

    threads = [threading.Thread(target=send, args=pair) for pair in zip(visitors, prepared, strict=True)]
    began, used = time.perf_counter(), product.processor_time()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seconds = time.perf_counter() - began
    costs = {name: (now - used[name]) / len(took) * 1000 for name, now in product.processor_time().items()}
    return took, len(took) / seconds, costs


def describe(label: str, took: list[float]) -> None:
    p95 = statistics.quantiles(took, n=100, method="inclusive")[94]
    print(f"{label:38} {len(took):4} ×  p50 {statistics.median(took):6.1f} ms  p95 {p95:6.1f} ms")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--times", type=int, default=200, help="calls and posts of each kind (200)")
    times = parser.parse_args().times
    print(machine())
    with running() as product:
        set_up(product.var_dir)
        alone, processor, queries, keystrokes = record_alone(times)
        one_by_one = post(product.port, times, seed=1)
        at_once, rate, costs = post_at_once(product, times // CLIENTS)
    print(f"logs of {keystrokes} keystrokes or so")
    describe("record_session", alone)
    describe("POST /sessions/, one after another", one_by_one)
    describe(f"POST /sessions/, {CLIENTS} clients at once", at_once)
    print(f"{rate:.0f} sessions a second from {CLIENTS} clients (the JSON API is to take {NEEDED_A_SECOND})")
    shares = ", ".join(f"{name} {ms:.1f}" for name, ms in costs.items())
    print(f"processor, ms: {processor:.1f} in record_session; a POST {sum(costs.values()):.1f} ({shares})")
    print(f"record_session: {queries} queries (promised ≤ {MOST_QUERIES})")
    return 0 if queries <= MOST_QUERIES else 1


if __name__ == "__main__":
    sys.exit(main())
