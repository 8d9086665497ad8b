"""The product on a port and in a folder of its own, started and stopped by its launcher."""

import http.client
import json
import os
import platform
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil

from tests import collected
from typingtrainer.run.configuration import PROJECT
from typingtrainer.run.embedded import Postgres, socket_dir
from typingtrainer.run.supervisor import MARK

NOT_INHERITED = (
    "DATABASE_URL",
    "REDIS_URL",
    "CELERY_BROKER_URL",
    "DJANGO_SETTINGS_MODULE",
    "SECRET_KEY",
    "DEMO",
)
OWN_LIMITS = {"CLASSROOM_NETWORKS": "127.0.0.0/8"}
"""One guest of a bench types more lessons in a minute than a learner's hands could."""
PROGRAMS = {
    "web": "gunicorn",
    "worker": "celery",
    "relay": "relay",
    "valkey": "valkey-server",
    "postgres": "postgres",
}
"""The launcher's children, and the word in their command line that tells which is which."""
LEAST_CHILDREN = {"web": 2, "worker": 2, "postgres": 1}


class NotStarted(Exception):
    """The launcher ended without becoming ready; carries what it said."""


class Product:
    """One running copy. Everything it keeps is in `var_dir`."""

    def __init__(self, var_dir: Path) -> None:
        self.var_dir = var_dir
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        sockets = socket_dir(var_dir)
        self.postgres = Postgres(var_dir, sockets)
        self.launcher = self._launch()

    def _launch(self) -> subprocess.Popen[str]:
        collected.lend(self.var_dir)
        collected.lend_database(self.var_dir)
        env = {name: value for name, value in os.environ.items() if name not in NOT_INHERITED}
        launcher = subprocess.Popen(
            [sys.executable, "-m", "typingtrainer.run"],
            env=env | OWN_LIMITS | {"PORT": str(self.port), "VAR_DIR": str(self.var_dir)},
            cwd=PROJECT,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        said = ""
        for line in launcher.stdout or ():
            said += line
            if line.startswith("Ready:"):
                collected.keep(self.var_dir)
                return launcher
        raise NotStarted(said)

    def programs(self) -> dict[str, psutil.Process]:
        """The launcher's living children by name."""
        found = {}
        for process in psutil.Process(self.launcher.pid).children():
            with suppress(psutil.Error):
                words = {Path(word).name for word in process.cmdline()}
                found |= {name: process for name, word in PROGRAMS.items() if word in words}
        return found

    def is_whole(self) -> bool:
        """Whether every program runs with its workers, and the pages, the database and the cache answer."""
        with suppress(psutil.Error):
            programs = self.programs()
            complete = programs.keys() == PROGRAMS.keys() and all(
                len(programs[name].children()) >= least for name, least in LEAST_CHILDREN.items()
            )
            return complete and self.health() == {"database": True, "cache": True}
        return False

    def health(self) -> dict[str, bool]:
        """What /health/ says; nothing when it does not answer."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=2)
        try:
            connection.request("GET", "/health/")
            return json.loads(connection.getresponse().read())
        except (OSError, http.client.HTTPException, ValueError):
            return {}
        finally:
            connection.close()

    def processor_time(self) -> dict[str, float]:
        """Seconds of processor each program and its living children have used so far."""
        used = dict.fromkeys(PROGRAMS, 0.0)
        for name, program in self.programs().items():
            for process in [program, *program.children(recursive=True)]:
                with suppress(psutil.NoSuchProcess):
                    times = process.cpu_times()
                    used[name] += times.user + times.system
        return used

    def remaining(self) -> list[str]:
        """The command lines of all its processes that live, the launcher's included."""
        return [" ".join(process.cmdline()) for process in psutil.process_iter() if self._owns(process)]

    def _owns(self, process: psutil.Process) -> bool:
        try:
            if process.status() == psutil.STATUS_ZOMBIE:
                return False
            marked = process.environ().get(MARK) == str(self.var_dir)
            return marked or (process.name() == "postgres" and process.cwd() == str(self.postgres.data))
        except (psutil.Error, OSError):
            return False

    def stop(self) -> int:
        """Asks the launcher to end; its exit code."""
        self.launcher.send_signal(signal.SIGTERM)
        return self.launcher.wait(60)


@contextmanager
def running(var_dir: Path | None = None) -> Iterator[Product]:
    """A product in a new folder, which is removed afterwards, or in a given one, which stays."""
    folder = var_dir or Path(tempfile.mkdtemp(prefix="typing-bench-"))
    product = None
    try:
        product = Product(folder)
        yield product
    finally:
        if product and product.launcher.poll() is None:
            product.stop()
        shutil.rmtree(socket_dir(folder), ignore_errors=True)
        if var_dir is None:
            shutil.rmtree(folder)


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def machine() -> str:
    """What the figures were measured on."""
    model = platform.processor() or platform.machine()
    with suppress(OSError):
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        model = next(
            (line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), model
        )
    memory = psutil.virtual_memory().total / 2**30
    load = ", ".join(f"{value:.1f}" for value in os.getloadavg())
    return (
        f"{time.strftime('%Y-%m-%d %H:%M')}; {os.cpu_count()} CPUs {model}, {memory:.0f} GB; "
        f"{platform.system()} {platform.release()}; Python {platform.python_version()}; load {load}"
    )
