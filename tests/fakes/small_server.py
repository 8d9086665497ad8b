"""What small fakes of web services share: a server on this machine that hands each request to a function."""

import html
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Self
from urllib.parse import urlsplit

STYLE = """:root{color-scheme:light dark;font:16px/1.5 system-ui,sans-serif}
body{max-width:48rem;margin:0 auto;padding:1rem 1rem 4rem}
pre{white-space:pre-wrap;overflow-wrap:anywhere;border-left:3px solid #8886;padding-left:1rem}"""


@dataclass(frozen=True)
class Request:
    method: str
    path: str
    query: str
    headers: dict[str, str]
    """Their names in small letters."""
    body: bytes


@dataclass(frozen=True)
class Answer:
    """`cuts`: the connection ends without one."""

    status: int
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    cuts: bool = False


class SmallServer:
    """Listens on a port of this machine; 0 takes a free one."""

    def __init__(self, answer: Callable[[Request], Answer], port: int = 0) -> None:
        handler = type("Handler", (_Handler,), {"answer": staticmethod(answer)})
        self._http = ThreadingHTTPServer(("127.0.0.1", port), handler)
        self._http.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._http.server_address[1]}"

    def __enter__(self) -> Self:
        threading.Thread(target=self._http.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._http.shutdown()
        self._http.server_close()


class _Handler(BaseHTTPRequestHandler):
    answer: Callable[[Request], Answer]
    timeout = 20

    def log_message(self, *_: object) -> None:
        """Says nothing."""

    def do_GET(self) -> None:
        self.handle_one()

    def do_POST(self) -> None:
        self.handle_one()

    def handle_one(self) -> None:
        url = urlsplit(self.path)
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        headers = {name.lower(): value for name, value in self.headers.items()}
        answer = self.answer(Request(self.command, url.path, url.query, headers, body))
        if answer.cuts:
            self.close_connection = True
            return
        self.send_response(answer.status)
        for name, value in {"Content-Length": str(len(answer.body)), **answer.headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(answer.body)


def page(title: str, *parts: str) -> Answer:
    """A page of the fake's own; `parts` are HTML."""
    text = (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{html.escape(title)}</title>'
        f'<meta name="viewport" content="width=device-width"><style>{STYLE}</style>'
        f"<h1>{html.escape(title)}</h1>{''.join(parts)}</html>"
    )
    return Answer(200, text.encode(), {"Content-Type": "text/html; charset=utf-8"})
