"""How long the web server waits for its clients; that slow ones hold nobody up, tests/test_run.py tries for real."""

import socket
import time
from collections.abc import Iterator

import pytest
from waitress import create_server

from typingtrainer.web_worker import KEEP_ALIVE, LINGER, PATIENCE, SLOWEST, Channel, allow_connections

HEAD = b"POST / HTTP/1.1\r\nContent-Length: 900000\r\n\r\n"


@pytest.fixture
def channel() -> Iterator[Channel]:
    """The server's end of a connection of which nothing was read yet."""
    server = create_server((lambda environ, start_response: []), _start=False, listen="127.0.0.1:0")
    server.stopping = False
    ours, theirs = socket.socketpair()
    yield Channel(server, ours, ("127.0.0.1", 1), server.adj, map={})
    theirs.close()
    ours.close()
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


def test_there_are_files_for_hundreds_of_connections():
    assert allow_connections() >= 250
