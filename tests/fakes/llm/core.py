"""The fake itself: what it was asked, what goes wrong next, and its web server."""

import hashlib
import json
import threading
import time
from collections import deque
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

from tests.fakes.llm import control, home, says

KEY = "sk-fake"
MODEL = "fake-1"
FAULTS = {
    "json": "JSON that is none",
    "html": "a page instead of JSON",
    "hang": "no answer at all",
    "midway": "silence after the first words",
    "drip": "a byte a tenth of a second",
    "429": "too many requests",
    "500": "an error of the server",
    "long": "a megabyte of text",
    "empty": "an empty answer",
    "language": "another language",
    "markup": "HTML, a link and a script in it",
    "cut": "the connection cut in the middle",
    "letters": "letters no keyboard has",
    "repetition": "the same words again and again",
    "usage": "no word of what it took",
    "text": "a text you give",
    "events": "events you give, each a line, as they are",
}
LONGEST_HANG = 60.0
VECTOR = 16


@dataclass(frozen=True)
class Fault:
    """What is wrong with an answer; `text` is said in place of its own."""

    kind: str
    text: str = ""


class FakeModel:
    """Listens on a port of this machine; 0 takes a free one. `pace` are the seconds between two words of a stream."""

    def __init__(self, port: int = 0, key: str = KEY, pace: float = 0.0) -> None:
        self.key, self.pace = key, pace
        self.asked: list[dict[str, Any]] = []
        self.open_streams = 0
        self.faults: deque[Fault] = deque()
        self.always: Fault | None = None
        self.lock = threading.Lock()
        self.stopping = threading.Event()
        handler = type("Handler", (Handler,), {"fake": self})
        self._http = _Server(("127.0.0.1", port), handler)
        self.url = f"http://127.0.0.1:{self._http.server_address[1]}"

    def __enter__(self) -> Self:
        threading.Thread(target=self._http.serve_forever, args=(0.05,), name="fake-llm", daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stopping.set()
        self._http.shutdown()
        self._http.server_close()

    def fail(self, kind: str, times: int = 1, text: str = "") -> None:
        """The next `times` answers go wrong so; 0 for all until `reset`. Raises ValueError for an unknown kind."""
        if kind not in FAULTS:
            raise ValueError(f"kind must be one of {', '.join(FAULTS)}")
        with self.lock:
            if times:
                self.faults.extend([Fault(kind, text)] * times)
            else:
                self.always = Fault(kind, text)

    def say(self, text: str, times: int = 0) -> None:
        self.fail("text", times, text)

    def reset(self) -> None:
        with self.lock:
            self.faults.clear()
            self.asked.clear()
            self.always = None

    def take_fault(self) -> Fault:
        with self.lock:
            return self.faults.popleft() if self.faults else self.always or Fault("")

    def wait(self, seconds: float) -> None:
        self.stopping.wait(seconds)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128


class Handler(BaseHTTPRequestHandler):
    """One request; `fake` is set by the server."""

    fake: FakeModel
    protocol_version = "HTTP/1.1"
    timeout = 70

    def log_message(self, *_: object) -> None:
        """Says nothing: answers hold no news for a log."""

    def do_GET(self) -> None:
        if self.path == "/":
            self.send(200, home.page(self.fake), "text/html; charset=utf-8")
        elif self.path.startswith("/_fake/"):
            self.send_json(*control.answer(self.fake, "GET", self.path, b""))
        elif self.path == "/v1/models":
            self.send_json(
                200, {"object": "list", "data": [{"id": MODEL, "object": "model", "owned_by": "nobody"}]}
            )
        else:
            self.send_json(404, error("Nothing is here."))

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        with suppress(BrokenPipeError, ConnectionResetError):
            self.answer(body)

    def answer(self, body: bytes) -> None:
        if self.path == "/":
            home.act(self.fake, body)
            self.send(303, b"", "text/plain", Location="/")
        elif self.path.startswith("/_fake/"):
            self.send_json(*control.answer(self.fake, "POST", self.path, body))
        elif self.headers.get("Authorization") != f"Bearer {self.fake.key}":
            self.send_json(401, error("Incorrect API key provided."))
        else:
            try:
                asked = json.loads(body)
                self.api(asked)
            except (ValueError, KeyError, TypeError, IndexError) as wrong:
                self.send_json(400, error(f"The request makes no sense: {wrong!r}"))

    def api(self, asked: dict[str, Any]) -> None:
        if self.path == "/v1/embeddings":
            texts = asked["input"] if isinstance(asked["input"], list) else [asked["input"]]
            self.send_json(200, embeddings(texts))
        elif self.path == "/v1/chat/completions":
            with self.fake.lock:
                self.fake.asked.append(asked)
            self.complete(asked, self.fake.take_fault())
        else:
            self.send_json(404, error("Nothing is here."))

    def complete(self, asked: dict[str, Any], fault: Fault) -> None:
        messages = asked["messages"]
        if fault.kind in ("429", "500"):
            self.send_json(int(fault.kind), error("Rate limit reached." if fault.kind == "429" else "Oops."))
        elif fault.kind == "html":
            self.send(200, b"<!doctype html><h1>Welcome to the proxy</h1>", "text/html")
        elif fault.kind == "json":
            self.send(200, b'{"choices": [{"mess', "application/json")
        elif fault.kind == "events":
            content = "".join(f"data: {line}\n\n" for line in fault.text.splitlines())
            self.send(200, content.encode(), "text/event-stream")
        elif fault.kind == "hang":
            self.fake.wait(LONGEST_HANG)
            self.close_connection = True
        else:
            language = says.language_of(messages)
            text = fault.text or says.spoilt(
                fault.kind, says.answer_to(messages, language), messages, language
            )
            usage = None if fault.kind == "usage" else usage_of(messages, text)
            if asked.get("stream"):
                self.stream(text, usage, fault.kind)
            else:
                self.send_whole(text, usage, fault.kind)

    def send_whole(self, text: str, usage: Any, kind: str) -> None:
        message = {"role": "assistant", "content": text}
        content = json.dumps(
            {
                **head("chat.completion"),
                "choices": [{"index": 0, "message": message, "finish_reason": "stop"}],
                "usage": usage,
            }
        ).encode()
        self.start(200, "application/json", len(content))
        if kind == "drip":
            self.drip(content)
        elif kind in ("midway", "cut"):
            self.wfile.write(content[: len(content) // 2])
            self.wfile.flush()
            self.fake.wait(LONGEST_HANG if kind == "midway" else 0)
            self.close_connection = True
        else:
            self.wfile.write(content)

    def stream(self, text: str, usage: Any, kind: str) -> None:
        """Server-sent events; the last one tells the usage."""
        self.close_connection = True
        self.start(200, "text/event-stream", None)
        with self.fake.lock:
            self.fake.open_streams += 1
        try:
            for number, event in enumerate(events(text, usage)):
                line = f"data: {event}\n\n".encode()
                if kind == "drip":
                    self.drip(line)
                else:
                    self.wfile.write(line)
                    self.wfile.flush()
                if number == 3 and kind == "midway":
                    self.fake.wait(LONGEST_HANG)
                if number == 3 and kind in ("midway", "cut"):
                    return
                if self.fake.pace:
                    self.fake.wait(self.fake.pace)
        finally:
            with self.fake.lock:
                self.fake.open_streams -= 1

    def drip(self, content: bytes) -> None:
        for place in range(len(content)):
            if self.fake.stopping.is_set():
                return
            self.wfile.write(content[place : place + 1])
            self.wfile.flush()
            self.fake.wait(0.1)

    def start(self, status: int, type_: str, length: int | None, **headers: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", type_)
        if length is None:
            self.send_header("Connection", "close")
        else:
            self.send_header("Content-Length", str(length))
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()

    def send(self, status: int, content: bytes, type_: str, **headers: str) -> None:
        self.start(status, type_, len(content), **headers)
        self.wfile.write(content)

    def send_json(self, status: int, thing: Any) -> None:
        self.send(status, json.dumps(thing, ensure_ascii=False).encode(), "application/json")


def head(kind: str) -> dict[str, Any]:
    return {"id": "chatcmpl-fake", "object": kind, "created": int(time.time()), "model": MODEL}


def events(text: str, usage: Any) -> Iterator[str]:
    start = head("chat.completion.chunk")
    yield json.dumps({**start, "choices": [{"index": 0, "delta": {"role": "assistant", "content": ""}}]})
    for piece in says.pieces(text):
        yield json.dumps({**start, "choices": [{"index": 0, "delta": {"content": piece}}]})
    yield json.dumps({**start, "choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]})
    if usage:
        yield json.dumps({**start, "choices": [], "usage": usage})
    yield "[DONE]"


def usage_of(messages: list[dict[str, Any]], text: str) -> dict[str, int]:
    """A token for four characters, about."""
    asked = sum(len(str(message.get("content", ""))) // 4 + 4 for message in messages)
    said = len(text) // 4 + 1
    return {"prompt_tokens": asked, "completion_tokens": said, "total_tokens": asked + said}


def embeddings(texts: list[str]) -> dict[str, Any]:
    """The same text has the same vector."""
    digests = (hashlib.sha256(text.encode()).digest()[:VECTOR] for text in texts)
    data = [
        {"object": "embedding", "index": index, "embedding": [(byte - 128) / 128 for byte in digest]}
        for index, digest in enumerate(digests)
    ]
    tokens = sum(len(text) // 4 + 1 for text in texts)
    return {
        "object": "list",
        "data": data,
        "model": MODEL,
        "usage": {"prompt_tokens": tokens, "total_tokens": tokens},
    }


def error(message: str) -> dict[str, Any]:
    return {"error": {"message": message, "type": "invalid_request_error", "code": None}}
