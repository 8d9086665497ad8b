"""How long the web server waits for its clients; that slow ones hold nobody up, tests/test_run.py tries for real."""

import socket
import time
from collections.abc import Iterator

import pytest
from django.conf import settings
from django.core import signing
from waitress import create_server

from typingtrainer.web_worker import (
    KEEP_ALIVE,
    LINGER,
    PATIENCE,
    SLOWEST,
    Channel,
    WebWorker,
    allow_connections,
)

HEAD = b"POST / HTTP/1.1\r\nContent-Length: 900000\r\n\r\n"


@pytest.fixture
def ends() -> Iterator[tuple[socket.socket, socket.socket]]:
    """Of a connection, the server's and the client's."""
    ours, theirs = socket.socketpair()
    yield ours, theirs
    theirs.close()
    ours.close()


@pytest.fixture
def theirs(ends) -> socket.socket:
    return ends[1]


@pytest.fixture
def channel(ends) -> Iterator[Channel]:
    """The server's end of a connection of which nothing was read yet."""
    server = create_server(
        (lambda environ, start_response: []),
        _start=False,
        listen="127.0.0.1:0",
        max_request_body_size=settings.MAX_BODY_BYTES + 1,
    )
    server.stopping = 0.0
    yield Channel(server, ends[0], ("127.0.0.1", 1), server.adj, map={})
    server.task_dispatcher.shutdown()
    server.close()


def ended_after(channel: Channel, send: bytes, *, seconds: int) -> int | None:
    """The second in which a client that sends these bytes every second is cut off; None when it is not."""
    began = time.time()
    for second in range(seconds):
        if channel.is_overdue(began + second):
            return second
        channel.received(send)
    return None


@pytest.mark.parametrize(
    "begun", [b"", b"POST / HT", HEAD, b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n40"]
)
def test_who_sends_no_more_is_cut_off(channel, begun):
    channel.received(begun)
    assert KEEP_ALIVE <= ended_after(channel, b"", seconds=60) < PATIENCE + 3


@pytest.mark.parametrize("begun", [b"POST / HTTP/1.1\r\nX-Slow: ", HEAD])
def test_a_byte_a_second_is_no_life(channel, begun):
    channel.received(begun)
    assert ended_after(channel, b"x", seconds=60) < PATIENCE + 3


def test_an_honest_slow_phone_may_take_many_minutes(channel):
    channel.received(HEAD)
    assert ended_after(channel, b"x" * 2 * SLOWEST, seconds=800) is None


def test_who_fetches_no_answer_is_cut_off_and_who_fetches_slowly_is_not(channel):
    channel.total_outbufs_len = 1_000_000
    began = time.time()
    for second in range(100):
        assert not channel.is_overdue(began + second)
        channel.sent += 2 * SLOWEST
    assert not channel.is_overdue(began + 200)
    assert channel.is_overdue(began + 1000)


def test_work_of_our_own_is_never_cut_off(channel):
    channel.requests = ["being answered"]
    assert not channel.is_overdue(time.time() + 1000)


def test_the_last_answer_gets_time_to_arrive(channel):
    channel.close_when_flushed = True
    channel.handle_write()
    assert channel.connected and not channel.is_overdue(time.time())
    assert channel.is_overdue(time.time() + LINGER + 1)


def test_a_client_that_left_is_noticed_while_it_is_answered(channel, theirs):
    assert not channel.check_client_disconnected()
    theirs.send(b"the next request")
    assert not channel.check_client_disconnected()
    channel.socket.recv(100)
    theirs.close()
    assert channel.check_client_disconnected()


def test_a_stop_ends_long_requests_soon(channel):
    channel.server.stopping = time.time() - 1
    assert not channel.check_client_disconnected()
    channel.server.stopping -= 4
    assert channel.check_client_disconnected()


@pytest.mark.parametrize(
    ("line", "taken", "is_long"),
    [
        (b"POST /coach/chat/ask/ HTTP/1.1", 0, True),
        (b"POST /api/v1/ai/chat HTTP/1.1", 1, True),
        (b"POST /coach/chat/ask/ HTTP/1.1", 2, False),
        (b"GET /api/v1/ai/chat HTTP/1.1", 0, False),
        (b"POST /sessions/ HTTP/1.1", 0, False),
    ],
)
def test_what_may_take_long_has_threads_of_its_own_while_there_are_any(channel, line, taken, is_long):
    ordinary, long_ones = Threads(4), Threads(2)
    long_ones.queue = [object()] * taken
    worker = WebWorker.__new__(WebWorker)
    worker.dispatcher, worker.long_ones = ordinary, long_ones
    channel.server.add_task = worker.add_task
    channel.received(line + b"\r\nContent-Length: 0\r\n\r\n")
    assert channel.is_long == is_long and (channel in long_ones.queue) == is_long
    assert (channel in ordinary.queue) != is_long


class Threads:
    """A dispatcher of which no thread ever begins."""

    def __init__(self, count: int) -> None:
        self.threads, self.queue, self.active_count = set(range(count)), [], 0

    def add_task(self, channel: Channel) -> None:
        self.queue = [*self.queue, channel]


def test_there_are_files_for_hundreds_of_connections():
    assert allow_connections() >= 250


class TestLargeBodies:
    """What is no known client's is refused by its headers, before a byte of it is kept."""

    @staticmethod
    def refused(
        channel: Channel, *headers: str, path: str = "/settings/avatar/", size: int = 5_000_000
    ) -> bool:
        lines = [f"POST {path} HTTP/1.1", f"Content-Length: {size}", *headers, "", ""]
        channel.received("\r\n".join(lines).encode())
        return bool(channel.requests) and channel.requests[0].error is not None

    def test_a_picture_of_nobody_known(self, channel):
        assert self.refused(channel)

    def test_a_forged_cookie_or_token(self, channel):
        assert self.refused(
            channel, "Cookie: known=eyJhY2NvdW50cyI6WyJ4Il19:x:y", "Authorization: Bearer x.y.z"
        )

    def test_from_a_browser_in_which_somebody_signed_in(self, channel):
        cookie = signing.dumps({"browser": "b", "accounts": ["0123456789abcdef"]}, salt="accounts.devices")
        assert not self.refused(channel, f"Cookie: a=b; known={cookie}")

    def test_such_a_browser_sends_no_more_elsewhere(self, channel):
        cookie = signing.dumps({"browser": "b", "accounts": ["0123456789abcdef"]}, salt="accounts.devices")
        assert self.refused(channel, f"Cookie: known={cookie}", path="/sessions/")

    def test_no_more_than_a_picture(self, channel):
        cookie = signing.dumps({"browser": "b", "accounts": ["0123456789abcdef"]}, salt="accounts.devices")
        assert self.refused(channel, f"Cookie: known={cookie}", size=6_000_000)
