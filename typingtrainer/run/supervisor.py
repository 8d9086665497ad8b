"""Child processes: started with a log each, restarted when they die, stopped in reverse order."""

import ctypes
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import psutil

MARK = "TYPING_TRAINER_CHILD_OF"
LOG_LIMIT = 5_000_000
SHORT_LIFE = 5.0
CRASHES, CRASH_WINDOW = 5, 30.0
FIRST_PAUSE, LONGEST_PAUSE = 0.2, 30.0
STEADY = 10.0
"""Seconds after which a helper that was started again counts as recovered."""
HELPERS_WAIT = 15.0
GRACE = 8.0
PR_SET_PDEATHSIG = 1


class Stopped(Exception):
    """Someone asked the launcher to stop."""


class CannotRun(Exception):
    """Something does not start or does not stay up; the message is for the operator."""


@dataclass(frozen=True)
class Program:
    """One thing to run. `answers` tells whether it works yet; programs of one `tier` stop together.

    Without a `vital` one there is no site, so that the launcher ends when it keeps crashing; any other, a helper, is
    started again for ever, with growing pauses.
    """

    name: str
    command: Sequence[str]
    tier: int
    stop_signal: signal.Signals = signal.SIGTERM
    answers: Callable[[], bool] | None = None
    vital: bool = False


@dataclass
class Child:
    program: Program
    process: subprocess.Popen[bytes]
    started: float
    failures: int = 0
    crashes: list[float] = field(default_factory=list)
    retry_at: float | None = None


class Supervisor:
    """Runs programs for one `VAR_DIR`. Every process it starts carries the mark of it."""

    def __init__(self, var_dir: Path) -> None:
        self.var_dir = var_dir
        self.env: dict[str, str] = dict(os.environ)
        self.env[MARK] = str(var_dir)
        self.stopping = threading.Event()
        self.children: list[Child] = []
        (var_dir / "log").mkdir(parents=True, exist_ok=True)

    def log_path(self, name: str) -> Path:
        return self.var_dir / "log" / f"{name}.log"

    def stop_on_signals(self) -> None:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            if signal.getsignal(number) is not signal.SIG_IGN or number != signal.SIGHUP:
                signal.signal(number, lambda *_: self.stopping.set())

    def start(self, program: Program) -> None:
        self.children.append(Child(program, self._spawn_program(program), time.monotonic()))

    def wait_until_all_answer(self, seconds: float) -> None:
        """Keeps the children alive until each does its work; raises CannotRun after `seconds`.

        Helpers are not waited for so long: the site starts without them.
        """
        began = time.monotonic()
        for child in sorted(self.children, key=lambda child: not child.program.vital):
            patience = seconds if child.program.vital else min(seconds, HELPERS_WAIT)
            while child.program.answers and not child.program.answers():
                self._pause(0.05)
                self.revive_the_dead()
                if time.monotonic() > began + patience:
                    why = self._why(child.program.name, f"does not answer after {patience:.0f} s")
                    if child.program.vital:
                        raise CannotRun(why)
                    say(f"{why}\nThe site starts without it.")
                    break

    def run_to_end(self, name: str, command: Sequence[str]) -> None:
        """Runs a step that ends by itself; raises CannotRun when it fails."""
        process = self._spawn(name, command)
        try:
            while process.poll() is None:
                self._pause(0.02)
                self.revive_the_dead()
        finally:
            kill_group(process)
        if process.returncode != 0:
            raise CannotRun(self._why(name, f"failed with exit code {process.returncode}"))

    def watch(self) -> None:
        """Restarts what dies; raises Stopped when asked to stop, CannotRun when a vital child keeps crashing."""
        bound_at = time.monotonic()
        while True:
            self._pause(0.2)
            self.revive_the_dead()
            if time.monotonic() - bound_at > 30:
                self.bound_logs()
                bound_at = time.monotonic()

    def revive_the_dead(self) -> None:
        now = time.monotonic()
        for child in self.children:
            if child.retry_at is None and child.process.poll() is not None:
                kill_group(child.process)
                self._note_crash(child, now, f"stopped (exit code {child.process.returncode})")
            elif child.retry_at is not None and now >= child.retry_at:
                try:
                    child.process, child.started, child.retry_at = (
                        self._spawn_program(child.program),
                        now,
                        None,
                    )
                except OSError as error:
                    self._note_crash(child, now, f"cannot be started ({error.strerror})")
            elif (
                child.failures and child.retry_at is None and now - child.started > max(STEADY, _pause(child))
            ):
                if child.failures > 1:
                    say(f"{child.program.name} works again")
                child.failures = 0

    def stop_all(self) -> None:
        """Stops tier by tier, the last started first; what has not gone after the grace is killed."""
        for tier in sorted({child.program.tier for child in self.children}, reverse=True):
            members = [child for child in self.children if child.program.tier == tier and not child.retry_at]
            for child in members:
                child.process.send_signal(child.program.stop_signal)
            deadline = time.monotonic() + GRACE
            for child in members:
                with suppress(subprocess.TimeoutExpired):
                    child.process.wait(max(0.0, deadline - time.monotonic()))
                kill_group(child.process)
        self.children.clear()

    def bound_logs(self) -> None:
        """Keeps each log under LOG_LIMIT bytes, with one older file where the disk has room for it.

        Children append: truncating is safe.
        """
        for path in (self.var_dir / "log").glob("*.log"):
            with suppress(OSError):
                if path.stat().st_size > LOG_LIMIT:
                    with suppress(OSError):
                        shutil.copyfile(path, path.with_suffix(".log.1"))
                    os.truncate(path, 0)

    def _spawn_program(self, program: Program) -> subprocess.Popen[bytes]:
        return self._spawn(program.name, program.command, program.stop_signal)

    def _spawn(
        self, name: str, command: Sequence[str], stop_signal: signal.Signals = signal.SIGTERM
    ) -> subprocess.Popen[bytes]:
        with self.log_path(name).open("ab") as log:
            return subprocess.Popen(
                command,
                env=self.env,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=_die_with_launcher(stop_signal) if sys.platform == "linux" else None,
            )

    def _note_crash(self, child: Child, now: float, what: str) -> None:
        """Says when it is started again; raises CannotRun for a vital child that keeps crashing."""
        name = child.program.name
        if child.program.vital:
            if now - child.started > SHORT_LIFE:
                child.crashes.clear()
            child.crashes = [moment for moment in child.crashes if now - moment < CRASH_WINDOW] + [now]
            child.failures = len(child.crashes)
            if child.failures >= CRASHES:
                raise CannotRun(self._why(name, f"{what}, {CRASHES} times in a row"))
        else:
            child.failures += 1
        pause = _pause(child)
        child.retry_at = now + pause
        when = f"in {pause:.0f} s" if pause >= 1 else "at once"
        without = (
            "" if child.program.vital or child.failures == 1 else "; the site goes on without it meanwhile"
        )
        say(f"{name} {what}: starting it again {when}{without}")

    def _why(self, name: str, what: str) -> str:
        path = self.log_path(name)
        tail = path.read_text(errors="replace").splitlines()[-5:] if path.exists() else []
        return "\n".join([f"{name} {what}. Its log is {path}:", *(f"    {line}" for line in tail)])

    def _pause(self, seconds: float) -> None:
        if self.stopping.wait(seconds):
            raise Stopped


def say(what: str) -> None:
    """Tells the operator; who redirected the output to a disk that is full is not told, which ends nothing."""
    with suppress(OSError):
        print(what, file=sys.stderr, flush=True)


def _pause(child: Child) -> float:
    """Seconds before it is started again, longer each time."""
    return min(LONGEST_PAUSE, FIRST_PAUSE * 2.0 ** min(child.failures - 1, 10))


def kill_group(process: subprocess.Popen[bytes]) -> None:
    """Kills a child and what it started (workers keep the port open when their master was killed)."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def clear_leftovers(var_dir: Path, data_dir: Path) -> None:
    """Ends what an earlier launcher of this `var_dir` left behind when it was killed.

    Call it only while holding the lock of `var_dir`. A process belongs to it by the mark in its environment,
    or, since PostgreSQL's processes overwrite theirs, by working in `data_dir`.
    """
    left = list(_leftovers(var_dir, data_dir))
    for process in left:
        with suppress(psutil.NoSuchProcess):
            process.terminate()
    for process in psutil.wait_procs(left, timeout=3)[1]:
        with suppress(psutil.NoSuchProcess):
            process.kill()
    psutil.wait_procs(left, timeout=3)


def _leftovers(var_dir: Path, data_dir: Path) -> Iterator[psutil.Process]:
    for process in psutil.process_iter():
        with suppress(psutil.Error, OSError):
            marked = process.environ().get(MARK) == str(var_dir)
            if marked or (process.name() == "postgres" and process.cwd() == str(data_dir)):
                yield process


def _die_with_launcher(stop_signal: signal.Signals) -> Callable[[], None]:
    """Linux: the kernel sends `stop_signal` when the launcher dies, however it dies."""
    libc = ctypes.CDLL(None)
    launcher = os.getpid()

    def ask_kernel() -> None:
        libc.prctl(PR_SET_PDEATHSIG, int(stop_signal))
        if os.getppid() != launcher:
            os._exit(1)

    return ask_kernel
