"""How quickly the JSON API answers at a fixed rate: `python -m bench.api`.

Reads of every kind by turns, then finished lessons, open loop and evenly spaced over 300 learners who have each typed a
lesson: a late answer delays nobody's next request, and its time counts from the moment it was due. The sender is a
process of its own on the same machine.
"""

import argparse
import json
import random
import sys
import uuid
from collections.abc import Iterator
from datetime import timedelta
from itertools import cycle
from typing import Any

from bench.ingest import CONNECTIONS, LEARNERS, closed_loop, measure, open_loop, send
from bench.product import Product, machine, running
from bench.record import LAYOUT, set_up
from bench.visitor import Page, make_log, typed

READS, WRITES, PROMISED_P95 = 200, 100, 100.0
PATHS = (
    "auth/me",
    "courses",
    "courses/en/lessons",
    "lessons?course=en&limit=20",
    "lessons/{lesson}",
    "lessons/{lesson}/content",
    "stats/summary",
    "stats/history",
    "stats/weak-keys",
    "stats/progress-chart",
    "progress",
    "achievements",
    "leaderboards?language=en",
)


class Crowd:
    """LEARNERS with a token each, and the lesson they type."""

    def __init__(self, product: Product) -> None:
        from django.utils import timezone

        from accounts import tokens
        from accounts.models import User
        from lessons.models import Lesson

        self.product, self.hand = product, random.Random(1)
        self.lesson = Lesson.objects.select_related("text").get(course__slug="en", number=1)
        now = timezone.now()
        self.learners = [User.objects.create_guest(uuid.uuid4(), now=now) for _ in range(LEARNERS)]
        self.tokens = [tokens.start_family(learner, now=now).access for learner in self.learners]

    def writes(self, count: int) -> Iterator[bytes]:
        from django.utils import timezone

        from progress.exercises import tickets

        opened = timezone.now() - timedelta(minutes=5)
        for number in range(count):
            ticket = tickets.Ticket(
                session=uuid.uuid4(),
                learner=self.learners[number % LEARNERS].pk,
                minted=False,
                kind="lesson",
                text=self.lesson.text.pk,
                lesson=self.lesson.pk,
                layout=LAYOUT,
                mode="stop",
                issued_at=opened,
            )
            log = make_log(
                Page(tickets.sign_ticket(ticket), "", ""), LAYOUT, typed(self.lesson.text.body, self.hand)
            )
            yield self._request(number, f"lessons/{self.lesson.pk}/complete", json.loads(log))

    def reads(self, count: int) -> Iterator[bytes]:
        for number, path in zip(range(count), cycle(PATHS), strict=False):
            yield self._request(number, path.format(lesson=self.lesson.pk))

    def _request(self, number: int, path: str, body: Any = None) -> bytes:
        content = b"" if body is None else json.dumps(body, ensure_ascii=False).encode()
        head = (
            f"{'GET' if body is None else 'POST'} /api/v1/{path} HTTP/1.1\r\nConnection: close\r\n"
            f"Host: 127.0.0.1:{self.product.port}\r\nAccept-Encoding: gzip\r\n"
            f"Authorization: Bearer {self.tokens[number % LEARNERS]}\r\nContent-Type: application/json\r\n"
            f"Content-Length: {len(content)}\r\n\r\n"
        )
        return head.encode() + content


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--reads", type=float, default=READS, help="reads a second (200)")
    parser.add_argument("--writes", type=float, default=WRITES, help="finished lessons a second (100)")
    parser.add_argument("--seconds", type=float, default=20, help="how long each loop runs (20)")
    asked = parser.parse_args()
    print(machine())
    kept = True
    with running() as product:
        set_up(product.var_dir)
        crowd = Crowd(product)
        send(product.port, list(crowd.writes(LEARNERS)), closed_loop, CONNECTIONS)
        for what, rate, made in (
            ("reads", asked.reads, crowd.reads(int(asked.reads * asked.seconds))),
            ("writes", asked.writes, crowd.writes(int(asked.writes * asked.seconds))),
        ):
            p95, _, failed = measure(product, list(made), open_loop, rate, f"{what}, {rate:.0f}/s")
            kept = kept and p95 < PROMISED_P95 and failed == 0
    at_the_rates = asked.reads >= READS and asked.writes >= WRITES
    verdict = ("kept" if kept else "missed") if at_the_rates or not kept else "not tried"
    print(f"promised: p95 < {PROMISED_P95:.0f} ms at {READS} reads and {WRITES} writes a second: {verdict}")
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
