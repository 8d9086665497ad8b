"""The first requests after a start come to many threads at once, and find everything there."""

import os
import random
import subprocess
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from itertools import cycle, islice
from socket import socket

from bench.visitor import Visitor
from tests.everyday import EVERYDAY, Asked, page
from tests.launcher import Launcher, eventually
from typingtrainer.run.configuration import PROJECT

PARALLEL = 32
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


def first_requests(port: int, password: str, asked: dict[str, Asked]) -> Counter[tuple[str, int]]:
    """How often each of the requests was answered with which status, sent all at once.

    Those with a password come once, as hashing takes a second of the processor: four at the same moment all the same.
    """
    light = cycle(name for name in asked if "sign" not in name)
    wanted = [name for name in asked if "sign" in name]
    wanted += islice(light, PARALLEL - len(wanted))
    random.Random(7).shuffle(wanted)

    def ask(name: str) -> list[tuple[str, int]]:
        return [(name, answer.status) for answer in asked[name](Visitor(port, timeout=300), password)]

    with ThreadPoolExecutor(PARALLEL) as threads:
        return Counter(answer for answers in threads.map(ask, wanted) for answer in answers)


def password_of(site: Launcher) -> str:
    return site.master("gunicorn").environ()["DEMO_LEARNER_PASSWORD"]


def listens(port: int) -> bool:
    with socket() as client:
        return client.connect_ex(("127.0.0.1", port)) == 0


def failures(answers: Counter[tuple[str, int]]) -> dict[tuple[str, int], int]:
    assert sum(answers.values()) >= PARALLEL
    return {answer: times for answer, times in answers.items() if answer[1] >= 500}


def test_after_the_start(with_stripe: Launcher) -> None:
    assert not failures(first_requests(with_stripe.port, password_of(with_stripe), ALL))


def test_after_the_web_server_died(with_stripe: Launcher) -> None:
    """Nobody has asked the new one anything yet."""
    password, died = password_of(with_stripe), set(with_stripe.children("gunicorn"))
    with_stripe.master("gunicorn").kill()
    eventually(lambda: set(with_stripe.children("gunicorn")) - died)
    eventually(lambda: died.isdisjoint(with_stripe.children("gunicorn")) and listens(with_stripe.port))
    assert not failures(first_requests(with_stripe.port, password, ALL))


def test_a_fresh_process_with_eight_threads_imports_nothing_for_them(with_stripe: Launcher) -> None:
    web = with_stripe.master("gunicorn").environ()
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
        assert not failures(first_requests(port, password_of(with_stripe), EVERYDAY))
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
