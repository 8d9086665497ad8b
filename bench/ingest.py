"""How many sessions a second the product takes: `python -m bench.ingest`.

Many learners post logs of about 300 keystrokes, prepared beforehand, as the practice page does: open loop at a fixed
rate, evenly spaced, where a late answer delays nobody's next post and its time counts from the moment it was due; then
as many as eight connections bring through, which is the ceiling. The sender is a process of its own on the same
machine. `--profile` posts inside this process instead, one after another, and tells where the time goes.
"""

import argparse
import asyncio
import cProfile
import io
import multiprocessing
import os
import pstats
import random
import statistics
import sys
import time
import uuid
from collections import Counter
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from wsgiref.util import setup_testing_defaults

import psutil

from bench.product import Product, machine, running
from bench.record import LAYOUT, set_up
from bench.streams import TOKEN, open_streams, sign_in
from bench.visitor import Page, make_log, typed

LEARNERS = 2000
"""So many that nobody finishes a lesson more often than every 20 s; each has typed it once before."""
CONNECTIONS = 8
PATH = "/sessions/"
PROFILED, LINES = 300, 25
BOUNDARY = "frontier-of-the-parts"
PROMISED_RATE, PROMISED_P95, PROMISED_CEILING, PROMISED_ERRORS = 100, 100.0, 200, 0.001
ANSWERS = {"fragment": "HX-Request: true\r\nHX-Target: practice\r\n", "redirect": ""}


@dataclass
class Sent:
    """What a run of the sender saw; ms from due to answered, statuses, and its seconds of processor."""

    took: list[float]
    statuses: Counter[int]
    seconds: float
    processor: float


def requests(product: Product, count: int, answer: str, path: str = PATH) -> list[bytes]:
    """Whole HTTP requests to `path`, each a new session of the next of LEARNERS guests who are signed in."""
    from django.utils import timezone

    from accounts.models import User
    from lessons.models import Lesson
    from progress.exercises import tickets

    lesson = Lesson.objects.select_related("text").get(course__slug="en", number=1)
    learners = []
    for _ in range(LEARNERS):
        guest = User.objects.create_guest(uuid.uuid4(), now=timezone.now())
        learners.append((guest.pk, sign_in(guest)))
    hand = random.Random(1)
    opened = timezone.now() - timedelta(minutes=5)
    made = []
    for number in range(count):
        learner, key = learners[number % LEARNERS]
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
        fields = {"csrfmiddlewaretoken": TOKEN, "ticket": signed, "log": log}
        made.append(_request(product.port, path, key, fields, answer))
    return made


def _request(port: int, path: str, key: str, fields: dict[str, str], answer: str) -> bytes:
    parts = "".join(
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in fields.items()
    )
    body = f"{parts}--{BOUNDARY}--\r\n".encode()
    head = (
        f"POST {path} HTTP/1.1\r\nConnection: close\r\nHost: 127.0.0.1:{port}\r\nAccept-Encoding: gzip, br\r\n"
        f"Cookie: sessionid={key}; csrftoken={TOKEN}\r\nContent-Type: multipart/form-data; boundary={BOUNDARY}\r\n"
        f"{ANSWERS[answer]}Content-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


class Sender:
    """Sends each request over a connection of its own, as learners do who post once in minutes."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.took: list[float] = []
        self.statuses: Counter[int] = Counter()

    async def send(self, request: bytes, due: float) -> None:
        try:
            status = await asyncio.wait_for(self._exchange(request), 30)
        except (OSError, asyncio.IncompleteReadError, TimeoutError):
            status = 0
        self.statuses[status] += 1
        self.took.append((time.perf_counter() - due) * 1000)

    async def _exchange(self, request: bytes) -> int:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        writer.write(request)
        answer = await reader.read()
        writer.close()
        return int(answer.split(b" ", 2)[1])


async def open_loop(sender: Sender, made: list[bytes], rate: float) -> None:
    began = time.perf_counter()
    tasks = []
    for number, request in enumerate(made):
        due = began + number / rate
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        tasks.append(asyncio.create_task(sender.send(request, due)))
    await asyncio.gather(*tasks)


async def closed_loop(sender: Sender, made: list[bytes], connections: int) -> None:
    waiting = iter(made)

    async def one_after_another() -> None:
        for request in waiting:
            await sender.send(request, time.perf_counter())

    await asyncio.gather(*(one_after_another() for _ in range(connections)))


def send(port: int, made: list[bytes], drive: Callable[..., Coroutine[Any, Any, None]], pace: float) -> Sent:
    """Run one of the loops in a process of its own."""
    receiver, pipe = multiprocessing.get_context("fork").Pipe(duplex=False)

    def work() -> None:
        sender = Sender(port)
        began, used = time.perf_counter(), time.process_time()
        asyncio.run(drive(sender, made, pace))
        pipe.send(Sent(sender.took, sender.statuses, time.perf_counter() - began, time.process_time() - used))

    process = multiprocessing.get_context("fork").Process(target=work)
    process.start()
    sent = receiver.recv()
    process.join()
    return sent


def describe(label: str, sent: Sent, costs: dict[str, float]) -> tuple[float, float, float]:
    """Print a run; p95 in ms, sessions a second and the share of errors."""
    took = sorted(sent.took)
    cuts = statistics.quantiles(took, n=100, method="inclusive")
    rate = len(took) / sent.seconds
    failed = sum(count for status, count in sent.statuses.items() if status not in (200, 302)) / len(took)
    print(
        f"{label:34} {rate:6.1f} a second  p50 {cuts[49]:6.1f}  p95 {cuts[94]:6.1f}  p99 {cuts[98]:6.1f} ms  "
        f"statuses {dict(sent.statuses)}"
    )
    shares = ", ".join(f"{name} {seconds / len(took) * 1000:.1f}" for name, seconds in costs.items())
    total = sum(costs.values()) / len(took) * 1000
    busy = sum(costs.values()) / sent.seconds / (os.cpu_count() or 1)
    print(f"{'':34} processor, ms a session: {total:.1f} ({shares}); {busy:.0%} of the machine")
    return cuts[94], rate, failed


def measure(
    product: Product, made: list[bytes], drive: Any, pace: float, label: str
) -> tuple[float, float, float]:
    before = product.processor_time()
    sent = send(product.port, made, drive, pace)
    time.sleep(1)
    costs = {name: now - before[name] for name, now in product.processor_time().items()}
    return describe(label, sent, costs | {"sender": sent.processor})


def profile(made: list[bytes]) -> None:
    """Print the `LINES` functions that take the most time of their own; the first 50 requests warm up."""
    from typingtrainer.wsgi import application

    def answer(request: bytes) -> int:
        statuses: list[int] = []
        response = application(_environ(request), lambda status, _: statuses.append(int(status.split()[0])))
        b"".join(response)
        response.close()
        return statuses[0]

    for request in made[:-PROFILED]:
        answer(request)
    profiler = cProfile.Profile()
    statuses = Counter(profiler.runcall(answer, request) for request in made[-PROFILED:])
    print(
        f"{PROFILED} posts in this process, statuses {dict(statuses)}; waiting for the database counts as well"
    )
    pstats.Stats(profiler).sort_stats("tottime").print_stats(LINES)


def _environ(request: bytes) -> dict[str, Any]:
    """A request as a WSGI server hands it on."""
    head, _, body = request.partition(b"\r\n\r\n")
    first, *lines = head.decode().split("\r\n")
    method, path, _ = first.split()
    fields = {
        name.upper().replace("-", "_"): value for name, value in (line.split(": ", 1) for line in lines)
    }
    environ = {f"HTTP_{name}": value for name, value in fields.items()}
    environ |= {"REQUEST_METHOD": method, "PATH_INFO": path, "wsgi.input": io.BytesIO(body)}
    environ |= {name: fields[name] for name in ("CONTENT_TYPE", "CONTENT_LENGTH")}
    setup_testing_defaults(environ)
    return environ


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--rate", type=float, default=PROMISED_RATE, help="sessions a second, open loop (100)"
    )
    parser.add_argument("--seconds", type=float, default=20, help="how long each loop runs, about (20)")
    parser.add_argument("--answer", choices=ANSWERS, default="fragment", help="what is answered (fragment)")
    parser.add_argument("--path", default=PATH, help=f"where the same form goes ({PATH})")
    parser.add_argument("--streams", type=int, default=0, help="chats with the coach open meanwhile (0)")
    parser.add_argument("--profile", action="store_true", help="only tell what takes the time")
    asked = parser.parse_args()
    print(machine())
    if asked.streams:
        os.environ["AI"] = "fake"
    with running() as product:
        set_up(product.var_dir)
        count = int(asked.rate * asked.seconds)
        if asked.profile:
            profile(requests(product, 50 + PROFILED, asked.answer, asked.path))
            return 0
        made = requests(product, LEARNERS + 2 * count, asked.answer, asked.path)
        send(product.port, made[:LEARNERS], closed_loop, CONNECTIONS)
        psutil.cpu_percent()
        with open_streams(product, asked.streams):
            p95, _, failed = measure(
                product,
                made[LEARNERS : LEARNERS + count],
                open_loop,
                asked.rate,
                f"open loop, {asked.answer}, {asked.rate:.0f}/s",
            )
            _, ceiling, _ = measure(
                product,
                made[LEARNERS + count :],
                closed_loop,
                CONNECTIONS,
                f"closed loop, {CONNECTIONS} connections",
            )
        print(f"the machine was busy for {psutil.cpu_percent():.0f} %")
    kept = p95 < PROMISED_P95 and failed < PROMISED_ERRORS and ceiling >= PROMISED_CEILING
    promise = f"p95 < {PROMISED_P95:.0f} ms at {PROMISED_RATE}/s, ceiling ≥ {PROMISED_CEILING}/s"
    print(f"promised: {promise}: {'kept' if kept else 'missed'}")
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
