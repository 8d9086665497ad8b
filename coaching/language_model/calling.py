"""One question to the language model, over HTTP, with an end in time and size that nothing it does can put off.

The standard library asks: a client that times each read can be kept waiting for ever by a byte a second. A thread of
the call's own reads; who asked waits for its words no longer than the deadline, whatever that thread hangs in, and
shuts the connection down in the end, which ends the thread.
"""

import json
import queue
import socket
import time
from collections.abc import Callable, Generator
from contextlib import suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from threading import Thread
from typing import Any, Final, TypeGuard
from urllib.parse import urlsplit

from .configuration import LanguageModel

MOST_BYTES: Final = 400_000
LONGEST_LINE: Final = 20_000
MOST_CHARACTERS: Final = 6_000
MOST_TOKENS: Final = 1_000_000
"""A server that tells of more tells no number of tokens; what it may cost, `budget` knows."""
GLANCE: Final = 0.2
"""Seconds after which who waits looks whether the one who asked has left."""
Messages = list[dict[str, str]]


class NoAnswer(Exception):
    """The model gave none that can be used; `billed` False where it certainly did no work."""

    def __init__(self, why: str, *, billed: bool = True) -> None:
        super().__init__(why)
        self.billed = billed


class Left(Exception):
    """Who asked has left meanwhile."""


@dataclass(frozen=True, slots=True)
class Usage:
    """The tokens that the model says an answer took."""

    prompt: int
    answer: int


class Call:
    """A question under way: iterate over the pieces of its answer; `usage` is there at the end, where it was told."""

    def __init__(
        self, model: LanguageModel, messages: Messages, *, most_tokens: int, deadline: float
    ) -> None:
        self.model, self.deadline = model, deadline
        self.usage: Usage | None = None
        self._body = json.dumps(
            {
                "model": model.name,
                "messages": messages,
                "max_tokens": most_tokens,
                "stream": True,
                "stream_options": {"include_usage": True},
            }
        ).encode()
        self._came: queue.SimpleQueue[str | NoAnswer | None] = queue.SimpleQueue()
        self._socket: socket.socket | None = None
        self._ended = False

    def pieces(self, left: Callable[[], bool]) -> Generator[str]:
        """The answer bit by bit; "" now and then while nothing comes. Raises NoAnswer, and Left once `left` says so."""
        Thread(target=self._read, name="language-model", daemon=True).start()
        size = 0
        try:
            while (piece := self._next()) is not None:
                if left():
                    raise Left
                size += len(piece)
                if size > MOST_CHARACTERS:
                    raise NoAnswer("too long")
                yield piece
        finally:
            self._end()

    def _next(self) -> str | None:
        rest = self.deadline - time.monotonic()
        if rest <= 0:
            raise NoAnswer("too late")
        try:
            came = self._came.get(timeout=min(GLANCE, rest))
        except queue.Empty:
            return ""
        if isinstance(came, NoAnswer):
            raise came
        return came

    def _end(self) -> None:
        self._ended = True
        if self._socket is not None:
            with suppress(OSError):
                self._socket.shutdown(socket.SHUT_RDWR)

    def _read(self) -> None:
        """In its own thread: put what comes into the queue, and None or why there is no more."""
        try:
            self._exchange()
            self._came.put(None)
        except NoAnswer as why:
            self._came.put(why)
        except (
            OSError,
            HTTPException,
            ValueError,
            AttributeError,
            KeyError,
            TypeError,
            IndexError,
            RecursionError,
        ) as error:
            # What a stranger's server sends may be of any shape.
            self._came.put(NoAnswer(type(error).__name__))

    def _exchange(self) -> None:
        url = urlsplit(self.model.url)
        kind = HTTPSConnection if url.scheme == "https" else HTTPConnection
        rest = max(0.1, self.deadline - time.monotonic())
        connection = kind(url.hostname or "", url.port, timeout=rest)
        headers = {"Content-Type": "application/json", "Accept": "text/event-stream"}
        if self.model.key:
            headers["Authorization"] = f"Bearer {self.model.key}"
        try:
            try:
                connection.connect()
            except OSError as error:
                raise NoAnswer(type(error).__name__, billed=False) from None
            # In this order: `_end` says first that it is over, and then looks for the socket.
            self._socket = connection.sock
            if self._ended:
                return
            connection.request("POST", f"{url.path.rstrip('/')}/chat/completions", self._body, headers)
            response = connection.getresponse()
            if response.status != 200:
                raise NoAnswer(f"status {response.status}", billed=False)
            if response.headers.get_content_type() == "text/event-stream":
                self._read_events(response)
            else:
                self._read_whole(response)
        finally:
            connection.close()
            # An answer without a length has taken the socket from the connection.
            if self._socket is not None:
                self._socket.close()

    def _read_events(self, response: HTTPResponse) -> None:
        size, is_whole = 0, False
        while line := response.readline(LONGEST_LINE):
            size += len(line)
            if size > MOST_BYTES or len(line) >= LONGEST_LINE:
                raise NoAnswer("too long")
            if not line.startswith(b"data:"):
                continue
            data = line[5:].strip()
            if data == b"[DONE]":
                break
            event = json.loads(data)
            self._take(event)
            for choice in event.get("choices") or ():
                is_whole = _is_finished(choice) or is_whole
                self._put((choice.get("delta") or {}).get("content") or "")
        if not is_whole:
            raise NoAnswer("cut off")

    def _read_whole(self, response: HTTPResponse) -> None:
        """Servers that know no streams answer at once."""
        body = response.read(MOST_BYTES + 1)
        if len(body) > MOST_BYTES:
            raise NoAnswer("too long")
        answer = json.loads(body)
        self._take(answer)
        choice = answer["choices"][0]
        _is_finished(choice)
        self._put(choice["message"]["content"])

    def _put(self, text: Any) -> None:
        if not isinstance(text, str):
            raise NoAnswer("no text")
        if text:
            self._came.put(text)

    def _take(self, event: Any) -> None:
        """The usage, where it is told and may be true. Raises NoAnswer for an error in place of an answer."""
        if event.get("error"):
            raise NoAnswer("an error")
        told = event.get("usage")
        if not isinstance(told, dict):
            return
        prompt, answer = told.get("prompt_tokens"), told.get("completion_tokens")
        if _is_number_of_tokens(prompt) and _is_number_of_tokens(answer):
            self.usage = Usage(prompt, answer)


def _is_number_of_tokens(value: Any) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= MOST_TOKENS


def _is_finished(choice: Any) -> bool:
    """Whether an answer ends here. Raises NoAnswer where it ends otherwise than by what it had to say."""
    reason = choice.get("finish_reason")
    if reason and reason != "stop":
        raise NoAnswer("not said to its end")
    return bool(reason)
