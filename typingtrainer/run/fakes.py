"""Fakes of foreign services that `make run` starts beside the site: where they listen, and whether they answer."""

import socket
import sys
from abc import ABC, abstractmethod
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import ClassVar, Self

from typingtrainer.run.embedded import SERVICES
from typingtrainer.run.supervisor import Program


@dataclass(frozen=True)
class Fake(ABC):
    """A fake on a port of this machine, with the control door `/_fake/`; what it keeps stands in `var_dir`.

    `name` is its program's and its port's, `module` what runs it; people read `called`, and `hint` beside its address.
    """

    name: ClassVar[str]
    module: ClassVar[str]
    called: ClassVar[str]
    hint: ClassVar[str] = ""

    var_dir: Path
    port: int
    site_port: int

    @classmethod
    def of(cls, var_dir: Path, site_port: int) -> Self:
        return cls(var_dir, kept_port(var_dir / f"{cls.name}-port"), site_port)

    @abstractmethod
    def settings(self) -> dict[str, str]:
        """What the application must know of it. Secrets go to the fake the same way: everyone can read a command."""

    def arguments(self) -> list[str]:
        """What its program is told beside the port."""
        return []

    def program(self) -> Program:
        command = [sys.executable, "-m", self.module, f"--port={self.port}", *self.arguments()]
        return Program(self.name, command, SERVICES, answers=self.answers)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def answers(self) -> bool:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            connection.request("GET", "/_fake/")
            return connection.getresponse().status == 200
        except (OSError, HTTPException):
            return False
        finally:
            connection.close()


def kept_port(file: Path) -> int:
    """The port a fake had before, as addresses it gave away hold that; another one when it is taken."""
    port = _free_port(int(file.read_text()) if file.exists() else 0)
    file.write_text(str(port))
    return port


def _free_port(wanted: int) -> int:
    """`wanted`, or any other when it is taken or 0."""
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(("127.0.0.1", wanted))
        except OSError:
            listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]
