"""Whether pages stay as fast as sessions pile up: `python -m bench.growth`.

Two products run side by side, and in each a learner has typed FEW sessions: enough to fill a page of her history, the
points of her charts and her calendar; the leaderboards are full as well. So later pages show no more, only out of more.
One product stays so; the other is filled by `bench.filling`. Then the same pages are asked of both in turn, over
connections that stay open: of that learner in either product, and of one with 10,000 sessions in the filled one. So
whatever else the machine does hits all alike; what is left of it shows in the same comparison made before the filling,
and a ratio of p95 is the median of those of STRETCHES parts of the run, so that one disturbance does not decide. A
leaderboard is kept for a minute; "read anew" is the page after it was dropped. Queries are counted by Django in
processes of its own.
"""

import argparse
import http.client
import multiprocessing
import shutil
import statistics
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from bench import filling
from bench.product import Product, machine, running
from bench.record import LAYOUT, connect
from bench.visitor import BY_HTMX, Page, make_log, typed

FEW = 190
PROMISED = 1.3
STRETCHES = 5
WARM_UP, COUNTED = 10, 5
GIB_A_MILLION = 1.5
"""Disk that a million sessions need while they are being written."""
TOKEN = "t" * 32
POST, READ_ANEW = "POST /sessions/", "leaderboard, read anew"
PAGES = {
    "dashboard": "/dashboard/",
    "history": "/history/",
    "history, its end": "/history/?before={place}",
    "session": "/sessions/{session}/",
    "course": "/learn/en/",
    "practice": "/practice/en/1/",
    "tests": "/tests/",
    "achievements": "/achievements/",
    "leaderboard, today": "/leaderboards/?board=en&period=day",
    "leaderboard, week": "/leaderboards/?board=en&period=week",
    "leaderboard, ever": "/leaderboards/?board=en&period=ever",
    "leaderboard, lesson": "/leaderboards/?board=en&number=1&period=ever",
    READ_ANEW: "/leaderboards/?board=ru&period=ever",
    POST: "/sessions/",
}


@dataclass(frozen=True)
class Visit:
    """What is needed to ask for a learner's pages: her session cookie, and the paths."""

    key: str
    paths: dict[str, str]


class Inside:
    """A process with Django on one product."""

    def __init__(self, product: Product, pool: ProcessPoolExecutor) -> None:
        self.product = product
        self.pool = pool

    def run(self, function: Callable[..., Any], *values: Any) -> Any:
        return self.pool.submit(function, *values).result()


class Asker:
    """Asks for the pages of one learner over a connection that stays open."""

    def __init__(self, inside: Inside, learner: uuid.UUID, posts: int) -> None:
        self.inside, self.learner = inside, learner
        visit = inside.run(visit_of, learner)
        self.paths = visit.paths
        self.posts: Iterator[bytes] = iter(inside.run(posts_of, learner, posts))
        self.connection = http.client.HTTPConnection("127.0.0.1", inside.product.port, timeout=60)
        self.headers = {
            "Cookie": f"sessionid={visit.key}; csrftoken={TOKEN}",
            "Accept-Encoding": "gzip",
            "Accept-Language": "en",
        }

    def ask(self, page: str) -> float:
        """Ms until the whole answer was there."""
        if page == READ_ANEW:
            self.inside.run(drop_kept)
        body = next(self.posts) if page == POST else None
        headers = self.headers | (
            BY_HTMX | {"Content-Type": "application/x-www-form-urlencoded"} if body else {}
        )
        began = time.perf_counter()
        self.connection.request("POST" if body else "GET", self.paths[page], body, headers)
        answer = self.connection.getresponse()
        answer.read()
        took = (time.perf_counter() - began) * 1000
        if answer.status != 200:
            raise SystemExit(f"{self.paths[page]} answered {answer.status}")
        return took


def visit_of(learner: uuid.UUID) -> Visit:
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY

    from accounts.guests import BACKEND
    from accounts.models import User
    from progress.figures.history import PAGE, Cursor
    from progress.models import TypingSession

    user = User.objects.get(pk=learner)
    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session[SESSION_KEY], session[BACKEND_SESSION_KEY] = str(user.pk), BACKEND
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    typed_by_her = TypingSession.objects.filter(user=user).order_by("started_at", "id")
    lessons = typed_by_her.filter(kind="lesson").reverse()
    known = {"place": Cursor.of(typed_by_her[PAGE]), "session": lessons[0].pk}
    return Visit(session.session_key, {page: path.format(**known) for page, path in PAGES.items()})


def posts_of(learner: uuid.UUID, count: int) -> list[bytes]:
    """Bodies of posts of lesson 1, each a session of its own."""
    import random
    from datetime import timedelta

    from django.utils import timezone

    from lessons.models import Lesson
    from progress.exercises import tickets

    lesson = Lesson.objects.select_related("text").get(course__slug="en", number=1)
    hand, opened, made = random.Random(), timezone.now() - timedelta(minutes=5), []
    for _ in range(count):
        ticket = tickets.Ticket(
            session=uuid.uuid4(),
            learner=learner,
            minted=False,
            kind="lesson",
            text=lesson.text.pk,
            lesson=lesson.pk,
            layout=LAYOUT,
            mode="stop",
            issued_at=opened,
        )
        signed = tickets.sign_ticket(ticket)
        log = make_log(Page(signed, "", ""), LAYOUT, typed(lesson.text.body, hand))
        made.append(urlencode({"csrfmiddlewaretoken": TOKEN, "ticket": signed, "log": log}).encode())
    return made


def queries_of(learner: uuid.UUID, visit: Visit) -> dict[str, int]:
    """The most queries of each page in COUNTED times; a post asks for one more when a run may be a copy."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    client = Client(SERVER_NAME="127.0.0.1")
    client.cookies["sessionid"] = visit.key
    counts = {}
    for page, path in visit.paths.items():
        bodies = posts_of(learner, COUNTED) if page == POST else [None] * COUNTED
        counts[page] = 0
        for body in bodies:
            if page == READ_ANEW:
                drop_kept()
            with CaptureQueriesContext(connection) as queries:
                if body is None:
                    client.get(path)
                else:
                    client.post(path, body, "application/x-www-form-urlencoded", headers=BY_HTMX)
            counts[page] = max(counts[page], len(queries))
    return counts


def drop_kept() -> None:
    """The leaderboards that are kept for a minute."""
    from django.core.cache import cache

    cache.delete_pattern("places:*")


def practise() -> uuid.UUID:
    from django.utils import timezone

    return filling.practise(FEW, now=timezone.now())


def fill(few: uuid.UUID, sessions: int, sessions_of_one: int) -> uuid.UUID:
    from django.utils import timezone

    return filling.fill(few, sessions, sessions_of_one, now=timezone.now())


def count_spreads() -> None:
    from django.utils import timezone

    from progress.honours import spreads

    spreads.count_spreads(now=timezone.now())


def tables() -> list[tuple[str, int, str, str]]:
    """The larger tables: rows, size without and with indexes; partitions are counted with their table."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("""
            SELECT name, sum(rows)::bigint, pg_size_pretty(sum(heap)), pg_size_pretty(sum(size)) FROM (
                SELECT coalesce(inhparent, oid)::regclass::text AS name, reltuples AS rows,
                    pg_table_size(oid) AS heap, pg_total_relation_size(oid) AS size
                FROM pg_class LEFT JOIN pg_inherits ON inhrelid = oid
                WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace
            ) AS part GROUP BY name HAVING sum(size) > 2000000 ORDER BY sum(size) DESC
        """)
        return cursor.fetchall()


def measure(askers: Sequence[Asker], times: int) -> list[dict[str, list[float]]]:
    """Ms of each answer, by asker and page; the askers take turns."""
    took: list[dict[str, list[float]]] = [{page: [] for page in PAGES} for _ in askers]
    for number in range(-WARM_UP, times):
        for page in PAGES:
            turns = range(number, number + len(askers))
            for turn in (turn % len(askers) for turn in turns):
                ms = askers[turn].ask(page)
                if number >= 0:
                    took[turn][page].append(ms)
    return took


def compare(
    names: Sequence[str], took: Sequence[dict[str, list[float]]], queries: Sequence[dict[str, int]]
) -> bool:
    """Print p50 and p95 of every page, and how they relate to the first; whether all is as promised."""
    kept = True
    print(f"{'p50 and p95, ms':24}" + "".join(f"{name:>29}" for name in names) + "  queries")
    for page in PAGES:
        first = took[0][page]
        ratios = [ratio(first, times[page]) for times in took[1:]]
        counts = [counted[page] for counted in queries]
        kept = kept and max(ratios) <= PROMISED and max(counts, default=0) <= (counts[0] if counts else 0)
        line = f"{page:24}{describe(first)}         "
        line += "".join(
            f"{describe(times[page])} ×{of:5.2f}  " for times, of in zip(took[1:], ratios, strict=True)
        )
        print(line + "  " + " ".join(map(str, counts)))
    return kept


def describe(times: Sequence[float]) -> str:
    return f"{statistics.median(times):11.1f} {p95(times):8.1f}"


def ratio(first: Sequence[float], others: Sequence[float]) -> float:
    """How many times the p95 of the first the others' is: the median of STRETCHES stretches."""
    size = len(first) // STRETCHES
    parts = [slice(size * number, size * (number + 1)) for number in range(STRETCHES)]
    return statistics.median(p95(others[part]) / p95(first[part]) for part in parts)


def p95(times: Sequence[float]) -> float:
    return statistics.quantiles(times, n=100, method="inclusive")[94]


@contextmanager
def inside(product: Product) -> Iterator[Inside]:
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, spawn, initializer=connect, initargs=(product.var_dir,)) as pool:
        yield Inside(product, pool)


def grow(small: Inside, full: Inside, asked: argparse.Namespace) -> bool:
    few = [place.run(practise) for place in (small, full)]
    posts = asked.times + WARM_UP
    print("\nbefore: the same learner in two products")
    took = measure(
        [Asker(place, who, posts) for place, who in zip((small, full), few, strict=True)], asked.times
    )
    compare(("small", "to be filled"), took, [])
    print(f"\nfilling with {asked.sessions:,} sessions and one learner's {asked.of_one:,}")
    began = time.perf_counter()
    many = full.run(fill, few[1], asked.sessions, asked.of_one)
    for place in (small, full):
        place.run(count_spreads)
    print(f"filled in {(time.perf_counter() - began) / 60:.1f} min")
    for name, rows, heap, size in full.run(tables):
        print(f"  {name:28} {rows:12,} rows {heap:>8}, with indexes {size:>8}")
    learners = ((small, few[0]), (full, few[1]), (full, many))
    askers = [Asker(place, who, posts) for place, who in learners]
    took = measure(askers, asked.times)
    queries = [place.run(queries_of, who, place.run(visit_of, who)) for place, who in learners]
    print(f"\nafter, load {machine().rsplit('load', 1)[1]}")
    return compare(("small", "filled", f"filled, {asked.of_one:,} of her own"), took, queries)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--sessions", type=int, default=10_000_000, help="in the filled database (10,000,000)"
    )
    parser.add_argument("--of-one", type=int, default=10_000, help="sessions of one learner there (10,000)")
    parser.add_argument("--times", type=int, default=200, help="how often each page is asked for (200)")
    parser.add_argument("--var-dir", type=Path, help="a folder to keep the data in (a temporary one)")
    asked = parser.parse_args()
    place = asked.var_dir or Path(tempfile.gettempdir())
    place.mkdir(parents=True, exist_ok=True)
    free, needed = shutil.disk_usage(place).free / 2**30, 6 + asked.sessions / 10**6 * GIB_A_MILLION
    if free < needed:
        raise SystemExit(f"{needed:.0f} GiB are needed in {place}, {free:.0f} are free")
    print(machine())
    with tempfile.TemporaryDirectory(prefix="typing-growth-", dir=place) as folder:
        folders = [Path(folder, name) for name in ("small", "full")]
        for each in folders:
            each.mkdir()
        with (
            running(folders[0]) as one,
            running(folders[1]) as other,
            inside(one) as small,
            inside(other) as full,
        ):
            kept = grow(small, full, asked)
    print(f"promised: p95 within ×{PROMISED}, no more queries: {'kept' if kept else 'missed'}")
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
