"""gunicorn's worker: reads whole requests and sends answers in one loop, so that slow clients hold no thread.

waitress does the reading and writing; gunicorn starts the processes, watches over them and stops them. What waitress
lacks is here: an end to clients that never finish, our own pages for requests nobody can read, threads apart for
requests that may wait for a language model, and a graceful stop.
"""

import logging
import os
import resource
import socket
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from copy import copy
from typing import Any, Final

from django.conf import settings
from gunicorn.workers.base import Worker
from waitress import create_server, wasyncore
from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser, ParsingError
from waitress.task import ThreadedTaskDispatcher, WSGITask
from waitress.utilities import RequestEntityTooLarge

from coaching.language_model.configuration import configured
from coaching.language_model.waiting import MUST_NOT_WAIT, may_take_long
from typingtrainer.body_sizes import most_bytes
from typingtrainer.middleware import REFUSED

PATIENCE: Final = 20.0
"""Seconds a client may take to send a request or to fetch an answer, and one more for every SLOWEST bytes."""
SLOWEST: Final = 500
KEEP_ALIVE: Final = 15.0
"""Seconds a connection may wait for its next request."""
LINGER: Final = 2.0
"""Seconds for what is on its way: after the last answer of a connection, and after a stop."""
MOST_CONNECTIONS: Final = 2000
MOST_LONG: Final = 20
"""Requests that may wait for a language model at once in a process, each in a thread that no other request needs."""
WIND_UP: Final = 2.0
"""Seconds after a stop from which such a request is told that nobody waits for it any more."""
FILES_OF_A_CONNECTION: Final = 3
"""Its socket, and a file each for a long request and a long answer."""
OTHER_FILES: Final = 200
READING: Final = {
    "recv_bytes": 16_384,
    "inbuf_overflow": 131_072,
    "outbuf_high_watermark": 2**40,
    "max_request_header_size": 32_768,
    "asyncore_use_poll": True,
    "log_socket_errors": False,
    "clear_untrusted_proxy_headers": False,
    "ident": "",
}
SERVERS_OWN: Final = {b"SCRIPT_NAME", b"PATH_INFO"}
TWO_LENGTHS: Final = {b"CONTENT-LENGTH", b"TRANSFER-ENCODING"}
"""Proxies disagree about which of them holds, and so about where the next request begins."""


class Request(HTTPRequestParser):
    """A request; one that breaks off before its address was read counts as one for the front page."""

    command = "GET"
    path = request_uri = "/"
    query = ""
    url_scheme = "http"
    adj: Any

    def parse_header(self, header_plus: bytes) -> None:
        try:
            super().parse_header(header_plus)
        except ValueError:
            raise ParsingError("A number or an address in it is none") from None
        names = {line.split(b":")[0].strip().upper() for line in header_plus.splitlines()[1:]}
        if names & SERVERS_OWN:
            raise ParsingError("A header pretends to be the server's own")
        if names >= TWO_LENGTHS:
            raise ParsingError("Two headers say how long it is")
        most = most_bytes(self.path, self.headers.get("COOKIE", ""), self.headers.get("AUTHORIZATION", ""))
        if most != settings.MAX_BODY_BYTES:
            own: Any = copy(self.adj)
            own.max_request_body_size = most + 1
            self.adj = own

    @property
    def received_bytes(self) -> int:
        return self.header_bytes_received + self.body_bytes_received


class Answer(WSGITask):
    """Asks the application; HEAD gets no body, and an answer without one ends no connection."""

    chunked_response: bool = False

    def get_environment(self) -> dict[str, Any]:
        environ = super().get_environment()
        if self.request.command == "HEAD":
            environ.pop("wsgi.file_wrapper", None)
        if not self.channel.is_long:
            environ[MUST_NOT_WAIT] = True
        return environ

    def write(self, data: bytes) -> None:
        super().write(b"" if self.request.command == "HEAD" else data)

    def finish(self) -> None:
        if not self.wrote_header:
            self.write(b"")
        self.chunked_response = self.chunked_response and self.request.command != "HEAD"
        super().finish()

    def set_close_on_finish(self) -> None:
        if self.has_body or self.request.connection_close:
            super().set_close_on_finish()

    def start(self) -> None:
        super().start()
        self.request.connection_close = self.request.connection_close or self.channel.server.stopping
        if self.request.connection_close:
            self.set_close_on_finish()


class Refusal(Answer):
    """Lets the application say, in its own words, that nobody can read this request."""

    def get_environment(self) -> dict[str, Any]:
        environ = super().get_environment()
        environ[REFUSED] = 413 if isinstance(self.request.error, RequestEntityTooLarge) else 400
        return environ

    def start(self) -> None:
        self.request.connection_close = True
        super().start()


class Channel(HTTPChannel):
    """A connection: told apart are one that works for us and one that keeps us waiting, and how long it did."""

    parser_class = Request
    task_class = Answer
    error_task_class = Refusal
    close_when_flushed: bool = False
    held_back = False
    is_long = False
    draining_since: float | None = None
    sent = 0
    waits_for: object = None
    waiting_since = 0.0
    moved_before = 0

    def check_client_disconnected(self) -> bool:
        """Whether nobody waits for the answer: the client has left, or the server stops. A thread may ask meanwhile."""
        if not self.connected or (self.server.stopping and time.time() - self.server.stopping > WIND_UP):
            return True
        try:
            return not self.socket.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT)
        except BlockingIOError:
            return False
        except OSError:
            return True

    def send(self, data: bytes, do_close: bool = True) -> int:
        sent: int = super().send(data, do_close)
        self.sent += sent
        return sent

    def service(self) -> None:
        """Answers the next request, but not before the last answer was fetched: what waits takes files and memory."""
        with self.outbuf_lock:
            self.held_back = bool(self.total_outbufs_len)
        if not self.held_back:
            super().service()

    def handle_write(self) -> None:
        """Sends; before an announced close it lets arrive what is on its way, or the answer would be lost too."""
        last, self.close_when_flushed = self.close_when_flushed, False
        super().handle_write()
        with self.outbuf_lock:
            if self.held_back and self.connected and not self.total_outbufs_len:
                self.held_back = False
                self.server.add_task(self)
        if last and self.connected:
            if self.total_outbufs_len:
                self.close_when_flushed = True
            else:
                self._drain()

    def _drain(self) -> None:
        self.draining_since = time.time()
        try:
            self.socket.shutdown(socket.SHUT_WR)
        except OSError:
            self.handle_close()

    def received(self, data: bytes) -> bool:
        return self.draining_since is None and bool(super().received(data))

    @property
    def waits(self) -> bool:
        """Whether nothing is left to do or to send here."""
        return not self.requests and not self.total_outbufs_len

    def is_overdue(self, now: float) -> bool:
        """Whether its client takes too long. Has to be asked about once a second."""
        if self.draining_since is not None:
            return now - self.draining_since > LINGER
        if self.total_outbufs_len:
            return self._is_slow("answer", self.sent, now)
        if self.requests:
            self.waits_for = None
            return False
        if self.request is not None:
            return self._is_slow(self.request, self.request.received_bytes, now)
        self.waits_for = None
        return now - self.last_activity > KEEP_ALIVE

    def _is_slow(self, what: object, moved: int, now: float) -> bool:
        if what is not self.waits_for:
            self.waits_for, self.waiting_since, self.moved_before = what, now, moved
        return now - self.waiting_since > PATIENCE + (moved - self.moved_before) / SLOWEST


class WebWorker(Worker):
    """One process of the web server: a loop that reads and sends, and `threads` that answer."""

    def run(self) -> None:
        logging.getLogger("waitress.queue").setLevel(logging.ERROR)
        most = allow_connections()
        self.dispatcher, self.long_ones = ThreadedTaskDispatcher(), ThreadedTaskDispatcher()
        self.dispatcher.set_thread_count(self.cfg.threads)
        if configured():
            self.long_ones.set_thread_count(MOST_LONG)
        self.map: dict[int, Any] = {}
        self.servers = [
            create_server(
                self.application,
                map=self.map,
                _dispatcher=self.dispatcher,
                sockets=[listener.sock],
                backlog=self.cfg.backlog,
                connection_limit=most,
                max_request_body_size=settings.MAX_BODY_BYTES + 1,
                **READING,
            )
            for listener in self.sockets
        ]
        for server in self.servers:
            server.channel_class, server.stopping, server.add_task = Channel, 0.0, self.add_task
        checked = time.time()
        while self.alive and self.ppid == os.getppid():
            # Who comes while all threads are busy is left to the process that has one free.
            has_free_thread = busy(self.dispatcher) < self.cfg.threads
            for server in self.servers:
                server.accepting = has_free_thread
            wasyncore.poll2(1.0, self.map)
            self.notify()
            if (now := time.time()) - checked >= 1:
                checked = now
                self.end_overdue(now, most)
        self.finish()

    def add_task(self, channel: Channel) -> None:
        """Hands over the next request of a connection: one that may wait for a language model to threads of its own,
        as long as there are any, so that it holds up nobody. The others are told not to wait."""
        request = channel.requests[0]
        channel.is_long = may_take_long(request.command, request.path) and busy(self.long_ones) < len(
            self.long_ones.threads
        )
        (self.long_ones if channel.is_long else self.dispatcher).add_task(channel)

    def application(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        self.nr += 1
        if self.nr >= self.max_requests:
            self.alive = False
        answer: Iterable[bytes] = self.wsgi(environ, start_response)
        return answer

    def channels(self) -> list[Channel]:
        return [channel for server in self.servers for channel in server.active_channels.values()]

    def end_overdue(self, now: float, most: int) -> None:
        """Ends the connections of clients that take too long, and the longest waiting when there are too many."""
        waiting = []
        for channel in self.channels():
            if channel.is_overdue(now):
                channel.handle_close()
            elif not channel.requests:
                waiting.append(channel)
        if len(self.map) >= most:
            waiting.sort(key=lambda channel: channel.creation_time)
            for channel in waiting[: most // 10]:
                channel.handle_close()

    def finish(self) -> None:
        """Takes no more connections, answers what was sent in whole, and lets the answers arrive."""
        for server in self.servers:
            server.accepting, server.stopping = False, time.time()
            server.del_channel()
        began = time.time()
        while (now := time.time()) - began < self.cfg.graceful_timeout - 0.5:
            for channel in self.channels():
                if channel.waits and now - max(began, channel.last_activity) > LINGER:
                    channel.handle_close()
            if not self.channels():
                break
            wasyncore.poll2(0.1, self.map)
            self.notify()


def busy(dispatcher: ThreadedTaskDispatcher) -> int:
    """How many requests its threads have, begun or waiting."""
    count: int = len(dispatcher.queue) + dispatcher.active_count
    return count


def allow_connections() -> int:
    """Raises the limit of open files as far as that is allowed; how many connections may be open with it."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MOST_CONNECTIONS * FILES_OF_A_CONNECTION + OTHER_FILES
    if soft != resource.RLIM_INFINITY and soft < wanted:
        soft = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        with suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    soft = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    if soft == resource.RLIM_INFINITY:
        return MOST_CONNECTIONS
    return max(100, min(MOST_CONNECTIONS, (soft - OTHER_FILES) // FILES_OF_A_CONNECTION))
