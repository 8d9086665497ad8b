"""The first requests after a start come to many threads at once, and find everything there."""

import os
import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import cycle, islice
from socket import socket

import pytest

from bench.product import Product, running
from bench.visitor import Visitor
from tests.everyday import EVERYDAY, Asked, page
from typingtrainer.run.configuration import PROJECT

PARALLEL = 64
ALL = EVERYDAY | {"description of the API": page("/api/schema/")}
EIGHT_THREADS = """
import sys, threading
from concurrent.futures import ThreadPoolExecutor
from wsgiref.simple_server import WSGIServer, make_server

from typingtrainer.wsgi import application

class Server(WSGIServer):
    threads, request_queue_size = ThreadPoolExecutor(8), 100

    def process_request(self, request, address):
        self.threads.submit(self.finish, request, address)

    def finish(self, request, address):
        self.finish_request(request, address)
        self.shutdown_request(request)

there = set(sys.modules)
server = make_server("127.0.0.1", 0, application, Server)
print(server.server_port, flush=True)
threading.Thread(target=server.serve_forever, daemon=True).start()
sys.stdin.read()
print(*sorted(set(sys.modules) - there))
"""
"""A process that serves until its input ends, and then says what was imported for the requests."""


@pytest.fixture(scope="module")
def product() -> Iterator[Product]:
    with running() as product:
        yield product


def first_requests(port: int, password: str, asked: dict[str, Asked]) -> Counter[tuple[str, int]]:
    """How often each of the requests was answered with which status, sent all at once.

    Those with a password come twice, as hashing takes a second of the processor.
    """
    light = cycle(name for name in asked if "sign" not in name)
    wanted = [name for name in asked if "sign" in name] * 2
    wanted += islice(light, PARALLEL - len(wanted))
    random.Random(7).shuffle(wanted)

    def ask(name: str) -> list[tuple[str, int]]:
        return [(name, answer.status) for answer in asked[name](Visitor(port, timeout=300), password)]

    with ThreadPoolExecutor(PARALLEL) as threads:
        return Counter(answer for answers in threads.map(ask, wanted) for answer in answers)


def password_of(product: Product) -> str:
    return product.programs()["web"].environ()["DEMO_LEARNER_PASSWORD"]


def listens(port: int) -> bool:
    with socket() as client:
        return client.connect_ex(("127.0.0.1", port)) == 0


def eventually(check: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not check():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.02)


def failures(answers: Counter[tuple[str, int]]) -> dict[tuple[str, int], int]:
    assert sum(answers.values()) >= PARALLEL
    return {answer: times for answer, times in answers.items() if answer[1] >= 500}


def test_after_the_start(product: Product) -> None:
    assert not failures(first_requests(product.port, password_of(product), ALL))


def test_after_the_web_server_died(product: Product) -> None:
    """Nobody has asked the new one anything yet."""
    password, web = password_of(product), product.programs()["web"]
    web.kill()
    eventually(lambda: product.programs().get("web", web).pid != web.pid)
    eventually(lambda: listens(product.port))
    assert not failures(first_requests(product.port, password, ALL))


def test_a_fresh_process_with_eight_threads_imports_nothing_for_them(product: Product) -> None:
    web = product.programs()["web"].environ()
    fresh = subprocess.Popen(
        [sys.executable, "-c", EIGHT_THREADS],
        cwd=PROJECT,
        env=web,
        text=True,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    try:
        port = int(fresh.stdout.readline())
        assert not failures(first_requests(port, password_of(product), EVERYDAY))
        imported, _ = fresh.communicate("", timeout=30)
        assert imported.split() == []
    finally:
        fresh.kill()
        fresh.wait()


def test_it_is_loaded_while_nothing_else_runs() -> None:
    away = {"DATABASE_URL": "postgresql:///none?host=/nowhere", "REDIS_URL": "unix:///nowhere/valkey.sock"}
    settings = {"DJANGO_SETTINGS_MODULE": "typingtrainer.settings", "SECRET_KEY": "s" * 32}
    command = [sys.executable, "-c", "import typingtrainer.wsgi"]
    env = os.environ | away | settings | {"CELERY_BROKER_URL": "redis+socket:///nowhere/valkey.sock"}
    done = subprocess.run(command, cwd=PROJECT, env=env, text=True, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
