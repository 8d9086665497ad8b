"""The launcher as tests run it: started, asked, wounded and stopped."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import psutil

from tests import collected
from typingtrainer.run.supervisor import MARK

ROOT = Path(__file__).resolve().parent.parent
PATIENCE = 180
"""Seconds after which something will not happen any more, however slow the machine is."""
GIVEN = ("DATABASE_URL", "REDIS_URL", "CELERY_BROKER_URL", "DJANGO_SETTINGS_MODULE", "SECRET_KEY")


class Launcher:
    """One launcher on a port and a VAR_DIR of its own."""

    def __init__(self, var_dir: Path) -> None:
        self.var_dir = var_dir
        self.port = free_port()
        self.process: subprocess.Popen[str] | None = None
        self.output = ""

    def is_up(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def launch(self, **env: str) -> subprocess.Popen[str]:
        clean = {name: value for name, value in os.environ.items() if name not in GIVEN}
        return subprocess.Popen(
            [sys.executable, "-m", "typingtrainer.run"],
            env=clean | {"PORT": str(self.port), "VAR_DIR": str(self.var_dir)} | env,
            cwd=ROOT,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )

    def start(self, **env: str) -> float:
        """Waits for the Ready line; returns the seconds it took."""
        collected.lend(self.var_dir)
        began = time.monotonic()
        self.process = self.launch(**env)
        self.output = ""
        for line in self.process.stdout:
            self.output += line
            if line.startswith("Ready:"):
                took = time.monotonic() - began
                collected.keep(self.var_dir)
                return took
        raise AssertionError(self.output)

    def stop(self, number: signal.Signals = signal.SIGTERM) -> int:
        self.process.send_signal(number)
        code = self.process.wait(PATIENCE)
        self.process.stdout.close()
        if code == 0:
            collected.keep_database(self.var_dir)
        return code

    def refuse(self, **env: str) -> tuple[int, str]:
        """Starts in vain; returns the exit code and everything it said."""
        process = self.launch(**env)
        output, _ = process.communicate(timeout=PATIENCE)
        return process.returncode, output

    def manage(self, *arguments: str, **env: str) -> subprocess.CompletedProcess[str]:
        """Runs a command of manage.py in an environment that names nothing but the folder."""
        clean = {"PATH": os.environ["PATH"], "HOME": str(self.var_dir), "VAR_DIR": str(self.var_dir)}
        return subprocess.run(
            [sys.executable, str(ROOT / "manage.py"), *arguments],
            env=clean | env,
            cwd="/",
            text=True,
            capture_output=True,
            check=False,
        )

    def children(self, name: str | None = None) -> list[psutil.Process]:
        """Its living processes; of one program: `postgres`, `valkey-server`, `gunicorn`, `celery` or `relay`."""
        return [
            process
            for process in psutil.process_iter()
            if belongs(process, self.var_dir) and (name is None or name in " ".join(process.cmdline()))
        ]

    def master(self, name: str) -> psutil.Process:
        return min(self.children(name), key=lambda process: process.create_time())

    def page(self, path: str) -> float:
        """Gets a page; the seconds it took."""
        began = time.monotonic()
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        connection.request("GET", path)
        answer = connection.getresponse()
        assert answer.status == 200 and answer.read()
        connection.close()
        return time.monotonic() - began

    def ask(self, request: bytes) -> bytes:
        """All that comes back for these bytes until the server ends the connection."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=20) as connection:
            with suppress(OSError):
                connection.sendall(request)
            return b"".join(iter(lambda: connection.recv(65_536), b""))

    def healthy(self) -> bool:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request("GET", "/health/")
            return connection.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()


def belongs(process: psutil.Process, var_dir: Path) -> bool:
    try:
        alive = process.status() != psutil.STATUS_ZOMBIE
        return alive and process.environ().get(MARK) == str(var_dir)
    except (psutil.Error, OSError):
        return False


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def eventually(check: Callable[[], object]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not check():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.05)
