"""Kill everything while people type: `python -m bench.chaos`. Exit code 1 when anything was lost or doubled.

Eight clients open lessons as visitors and guests, type and post with retry, hanging up now and then before the
answer comes. Meanwhile processes are killed with SIGKILL, every kind in turn. Afterwards the database is asked.
"""

import argparse
import random
import statistics
import sys
import threading
import time
import uuid
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

import psutil
import psycopg

from bench.product import Product, machine, running
from bench.visitor import NoAnswer, Page, Visitor, make_log, typed

CLIENTS = 8
LESSONS = {"/practice/ru/1/": "ru-jcuken", "/practice/en/1/": "en-qwerty"}
ANSWER_WITHIN = 3.0
HANGS_UP, FORGETS_COOKIES, BECOMES_ANOTHER = 0.15, 0.5, 0.2
RECOVERY, DELIVERY = 60.0, 60.0
"""Seconds the product gets to be whole again, and the relay to send what waits."""
VIOLATIONS = {
    "sessions without a keystroke log": """
        SELECT s.id FROM progress_typingsession s LEFT JOIN progress_keystrokelog k ON k.session_id = s.id
        WHERE k.session_id IS NULL""",
    "keystroke logs without a session, or two of one": """
        SELECT k.session_id FROM progress_keystrokelog k LEFT JOIN progress_typingsession s ON s.id = k.session_id
        GROUP BY k.session_id HAVING count(s.id) <> 1""",
    "learners whose progress does not count their sessions": """
        SELECT coalesce(p.user_id, s.user_id) FROM progress_lessonprogress p FULL JOIN (
            SELECT user_id, lesson_id, count(*) AS runs FROM progress_typingsession GROUP BY user_id, lesson_id
        ) s ON s.user_id = p.user_id AND s.lesson_id = p.lesson_id WHERE p.runs IS DISTINCT FROM s.runs""",
    "sessions with more or fewer outbox rows than they ask for": """
        SELECT s.id FROM progress_typingsession s LEFT JOIN outbox_outboxevent o
            ON o.payload->>'session_id' = s.id::text AND o.task = 'progress.tasks.session_recorded'
        GROUP BY s.id HAVING count(o.id) <> (EXISTS (
            SELECT FROM progress_typingsession e WHERE e.user_id = s.user_id AND e.text_id = s.text_id
            AND e.keystrokes = s.keystrokes AND e.counted_at < s.counted_at))::int""",
    "outbox rows without a session": """
        SELECT o.id FROM outbox_outboxevent o LEFT JOIN progress_typingsession s
            ON s.id::text = o.payload->>'session_id' WHERE s.id IS NULL""",
    "guests without a session": """
        SELECT u.id FROM accounts_user u LEFT JOIN progress_typingsession s ON s.user_id = u.id
        WHERE u.email IS NULL AND s.id IS NULL""",
}
"""What must select no row once every client has had its answer."""


@dataclass
class Diary:
    """What the clients saw; every thread writes in it."""

    acknowledged: dict[uuid.UUID, int] = field(default_factory=dict)
    """Session → keystrokes in its log."""
    acknowledged_at: list[float] = field(default_factory=list)
    tries: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def count(self, what: str) -> None:
        with self.lock:
            self.tries[what] += 1

    def blame(self, fault: str) -> None:
        with self.lock:
            self.faults.append(fault)

    def acknowledge(self, session: uuid.UUID, keystrokes: int) -> None:
        with self.lock:
            if session in self.acknowledged:
                self.faults.append(f"session {session} was given to two tickets")
            self.acknowledged[session] = keystrokes
            self.acknowledged_at.append(time.monotonic())


class Client(threading.Thread):
    """Types one lesson after the other until told to stop; never leaves a log without an answer."""

    def __init__(self, port: int, seed: int, diary: Diary, stop: threading.Event) -> None:
        super().__init__(daemon=True)
        self.port = port
        self.hand = random.Random(seed)
        self.diary = diary
        self.stop = stop
        self.visitor = self._somebody_new()

    def run(self) -> None:
        while not self.stop.is_set():
            if self.hand.random() < BECOMES_ANOTHER:
                self.visitor = self._somebody_new()
            path, layout = self.hand.choice(list(LESSONS.items()))
            page = self._open(path)
            if page is not None:
                events = typed(page.text, self.hand)
                self._post(page, make_log(page, layout, events), len(events))

    def _somebody_new(self) -> Visitor:
        return Visitor(self.port, ANSWER_WITHIN)

    def _open(self, path: str) -> Page | None:
        while not self.stop.is_set():
            with suppress(NoAnswer):
                page = self.visitor.open(path)
                if isinstance(page, Page):
                    return page
                self.diary.count(f"page {page.status}")
                if page.status != 503:
                    self.diary.blame(f"{path} answered {page.status}")
            self._pause()
        return None

    def _post(self, page: Page, log: str, keystrokes: int) -> None:
        while True:
            try:
                if self.hand.random() < HANGS_UP:
                    self._lose_an_answer(page, log)
                answer = self.visitor.post(page, log, by_htmx=self.hand.random() < 0.5)
            except NoAnswer:
                self.diary.count("post unanswered")
            else:
                if answer.session and answer.status in (200, 302):
                    return self.diary.acknowledge(answer.session, keystrokes)
                self.diary.count(f"post {answer.status}")
                if answer.status != 503:
                    self.diary.blame(f"a post was answered {answer.status}")
                if answer.status < 500:
                    return None
            self._pause()

    def _lose_an_answer(self, page: Page, log: str) -> None:
        before = dict(self.visitor.cookies)
        if self.hand.random() < FORGETS_COOKIES:
            self.visitor.post_and_hang_up(page, log)
        else:
            self.visitor.post(page, log, by_htmx=True)
        if self.hand.random() < FORGETS_COOKIES:
            self.visitor.cookies = before
        self.diary.count("post repeated on purpose")

    def _pause(self) -> None:
        time.sleep(self.hand.uniform(0.05, 0.3))


@dataclass
class Kill:
    kind: str
    pid: int
    at: float
    recovered_at: float | None = None

    @property
    def seconds(self) -> float:
        return (self.recovered_at or time.monotonic()) - self.at


class Killer:
    """Kills by kind, in shuffled rounds, so that each has its turn."""

    def __init__(self, product: Product, seed: int) -> None:
        self.product = product
        self.dice = random.Random(seed)
        self.kills: list[Kill] = []
        self.round: list[str] = []
        self.kinds: dict[str, Callable[[dict[str, psutil.Process]], psutil.Process]] = {
            "gunicorn worker": lambda programs: self._child_of(programs["web"]),
            "gunicorn master": lambda programs: programs["web"],
            "celery child": lambda programs: self._child_of(programs["worker"]),
            "celery parent": lambda programs: programs["worker"],
            "valkey": lambda programs: programs["valkey"],
            "postmaster": lambda programs: programs["postgres"],
            "postgres backend": lambda programs: self._backend_of(programs["postgres"]),
            "relay": lambda programs: programs["relay"],
        }

    def kill(self) -> None:
        """Kills the next kind; nothing when it is not there, still down from an earlier kill."""
        if not self.round:
            self.round = self.dice.sample(sorted(self.kinds), k=len(self.kinds))
        kind = self.round[-1]
        with suppress(KeyError, IndexError, psutil.NoSuchProcess):
            victim = self.kinds[kind](self.product.programs())
            self.kills.append(Kill(kind, victim.pid, time.monotonic()))
            victim.kill()
            self.round.pop()

    def _child_of(self, process: psutil.Process) -> psutil.Process:
        return self.dice.choice(process.children())

    def _backend_of(self, postmaster: psutil.Process) -> psutil.Process:
        backends = [child for child in postmaster.children() if "[local]" in " ".join(child.cmdline())]
        return self.dice.choice(backends)

    @property
    def spared(self) -> set[str]:
        return self.kinds.keys() - {kill.kind for kill in self.kills}

    @property
    def down(self) -> list[Kill]:
        """The kills the product has not recovered from yet."""
        return [kill for kill in self.kills if kill.recovered_at is None]

    def watch(self) -> None:
        """Notes which kills the product has recovered from."""
        began = time.monotonic()
        if self.down and self.product.is_whole():
            for kill in self.down:
                if kill.at < began and not _lives(kill.pid):
                    kill.recovered_at = time.monotonic()


def _lives(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def rage(product: Product, *, seconds: float, pause: float, seed: int) -> tuple[Diary, Killer, list[str]]:
    """Clients and killer at work for `seconds`, and until each kind had its turn; what was seen, and what broke.

    The next kill comes about `pause` seconds after the last, whether or not all has recovered.
    """
    diary, stop = Diary(), threading.Event()
    clients = [Client(product.port, seed * 1000 + number, diary, stop) for number in range(CLIENTS)]
    killer = Killer(product, seed)
    for client in clients:
        client.start()
    end = time.monotonic() + seconds
    last_try = end + RECOVERY
    next_kill = time.monotonic() + pause
    while time.monotonic() < end or (killer.spared and time.monotonic() < last_try):
        time.sleep(0.1)
        killer.watch()
        if time.monotonic() >= next_kill:
            killer.kill()
            next_kill = time.monotonic() + pause * killer.dice.uniform(0.5, 1.5)
    deadline = time.monotonic() + RECOVERY
    while killer.down and time.monotonic() < deadline:
        time.sleep(0.1)
        killer.watch()
    stop.set()
    for client in clients:
        client.join(max(0.0, deadline + 2 * ANSWER_WITHIN - time.monotonic()))
    broken = [f"not whole {kill.seconds:.0f} s after {kill.kind}" for kill in killer.down]
    broken += [f"never killed: {kind}" for kind in killer.spared]
    broken += ["a client still waits for an answer"] * sum(client.is_alive() for client in clients)
    return diary, killer, broken + diary.faults


def verify(database_url: str, acknowledged: dict[uuid.UUID, int]) -> list[str]:
    """What the database holds that it should not, or lacks."""
    broken = []
    with psycopg.connect(database_url, autocommit=True) as database:
        stored = dict(database.execute("SELECT id, keystrokes FROM progress_typingsession").fetchall())
        broken += [f"acknowledged and lost: {session}" for session in acknowledged.keys() - stored.keys()]
        broken += [
            f"stored and never acknowledged: {session}" for session in stored.keys() - acknowledged.keys()
        ]
        broken += [
            f"{session} has {stored[session]} keystrokes, not {keystrokes}"
            for session, keystrokes in acknowledged.items()
            if stored.get(session, keystrokes) != keystrokes
        ]
        for what, query in VIOLATIONS.items():
            rows = database.execute(query).fetchall()
            broken += [f"{len(rows)} {what}, such as {rows[0][0]}"] if rows else []
        deadline = time.monotonic() + DELIVERY
        while unsent := _unsent(database):
            if time.monotonic() > deadline:
                broken.append(f"{unsent} outbox rows not sent after {DELIVERY:.0f} s")
                break
            time.sleep(0.2)
    return broken


def _unsent(database: psycopg.Connection) -> int:
    return database.execute("SELECT count(*) FROM outbox_outboxevent WHERE sent_at IS NULL").fetchone()[0]


def report(diary: Diary, killer: Killer, seconds: float) -> None:
    print(f"acknowledged {len(diary.acknowledged)} sessions in {seconds:.0f} s from {CLIENTS} clients")
    print(
        "other answers: " + (", ".join(f"{what} × {n}" for what, n in sorted(diary.tries.items())) or "none")
    )
    moments = sorted(diary.acknowledged_at)
    gaps = [later - earlier for earlier, later in pairwise(moments)]
    print(f"longest time without an acknowledgement: {max(gaps, default=0):.1f} s")
    print("killed, and whole again after (median, slowest):")
    for kind in killer.kinds:
        times = [kill.seconds for kill in killer.kills if kill.kind == kind]
        if times:
            print(f"  {kind:17} {len(times):2} ×  {statistics.median(times):4.1f} s  {max(times):4.1f} s")
    slowest = max(killer.kills, key=lambda kill: kill.seconds)
    print(f"slowest recovery: {slowest.seconds:.1f} s, after {slowest.kind}")


def chaos(*, seconds: float, pause: float, seed: int, var_dir: Path | None = None) -> list[str]:
    """The whole of it; what was violated."""
    with running(var_dir) as product:
        diary, killer, broken = rage(product, seconds=seconds, pause=pause, seed=seed)
        broken += verify(product.postgres.url, diary.acknowledged)
        report(diary, killer, seconds)
        if (code := product.stop()) != 0:
            broken.append(f"the launcher ended with exit code {code} at SIGTERM")
        broken += [f"still running after SIGTERM: {command}" for command in product.remaining()]
    return broken


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=60, help="how long to kill (60)")
    parser.add_argument("--pause", type=float, default=2.5, help="seconds from one kill to the next (2.5)")
    parser.add_argument("--seed", type=int, default=1, help="for clients and killer (1)")
    asked = parser.parse_args()
    print(machine())
    broken = chaos(seconds=asked.seconds, pause=asked.pause, seed=asked.seed)
    for what in broken:
        print(f"VIOLATED: {what}")
    print("nothing lost, nothing doubled" if not broken else f"{len(broken)} violations")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
