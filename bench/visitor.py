"""A visitor as the server sees one: a browser's requests with its cookies, and logs as human hands make them."""

import html
import http.client
import json
import random
import re
import time
import uuid
from dataclasses import dataclass
from http.cookies import SimpleCookie
from urllib.parse import urlencode

from progress.keystrokes.replay import units

TICKET = re.compile(r'name="ticket" value="([^"]+)"')
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
TEXT = re.compile(r'id="exercise-text"[^>]*>(.*?)</div>', re.DOTALL)
SESSION = re.compile(r"/sessions/([0-9a-f-]{36})/$")
BY_HTMX = {"HX-Request": "true", "HX-Target": "practice"}
PACE_MS = 180
MISTAKES = 0.04


class NoAnswer(Exception):
    """The connection was refused, cut or silent for too long: nobody knows what became of the request."""


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: str

    @property
    def session(self) -> uuid.UUID | None:
        """The session that a recorded log became."""
        place = self.headers.get("hx-push-url") or self.headers.get("location") or ""
        found = SESSION.search(place)
        return uuid.UUID(found[1]) if found else None


@dataclass(frozen=True)
class Page:
    """What a practice page gives to type and to post with it."""

    ticket: str
    token: str
    text: str


class Visitor:
    def __init__(self, port: int, timeout: float) -> None:
        self.port = port
        self.timeout = timeout
        self.cookies: dict[str, str] = {}

    def open(self, path: str) -> Page | Answer:
        """The practice page at `path`, or the answer that is none. Raises NoAnswer."""
        answer = self.request("GET", path)
        if answer.status != 200:
            return answer
        ticket, token, text = (pattern.search(answer.body) for pattern in (TICKET, TOKEN, TEXT))
        if not (ticket and token and text):
            return answer
        return Page(ticket[1], token[1], html.unescape(text[1]))

    def post(self, page: Page, log: str, *, by_htmx: bool) -> Answer:
        """Send the log of a page. Raises NoAnswer."""
        return self.request("POST", "/sessions/", *self.form(page, log, by_htmx))

    def post_and_hang_up(self, page: Page, log: str) -> None:
        """Send the log and leave before the answer comes; its cookies are lost with it. Raises NoAnswer."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=self.timeout)
        body, headers = self.form(page, log, by_htmx=True)
        try:
            connection.request("POST", "/sessions/", body, headers | self.cookie_header())
        except (OSError, http.client.HTTPException) as error:
            raise NoAnswer from error
        finally:
            connection.close()

    def form(self, page: Page, log: str, by_htmx: bool) -> tuple[bytes, dict[str, str]]:
        fields = {"csrfmiddlewaretoken": page.token, "ticket": page.ticket, "log": log}
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        return urlencode(fields).encode(), headers | (BY_HTMX if by_htmx else {})

    def request(
        self, method: str, path: str, body: bytes | None = None, headers: dict[str, str] | None = None
    ) -> Answer:
        """One request with the cookies so far. Raises NoAnswer."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=self.timeout)
        try:
            connection.request(method, path, body, (headers or {}) | self.cookie_header())
            response = connection.getresponse()
            text = response.read().decode()
        except (OSError, http.client.HTTPException) as error:
            raise NoAnswer from error
        finally:
            connection.close()
        for cookie in response.headers.get_all("Set-Cookie", []):
            self.cookies |= {name: morsel.value for name, morsel in SimpleCookie(cookie).items()}
        return Answer(response.status, {name.lower(): value for name, value in response.getheaders()}, text)

    def cookie_header(self) -> dict[str, str]:
        pairs = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        return {"Cookie": pairs} if pairs else {}


def typed(text: str, hand: random.Random) -> list[list[object]]:
    """The events of typing `text`, stopped at each wrong key until the right one comes."""
    events: list[list[object]] = []
    letters = sorted(set(text) - {"\n", " "})
    for unit in units(text):
        slips = [letter for letter in hand.sample(letters, k=min(2, len(letters))) if letter != unit]
        for key in [*slips[: hand.random() < MISTAKES], unit]:
            interval = round(PACE_MS * hand.lognormvariate(-0.045, 0.3)) if events else 0
            events.append([interval, key, round(hand.uniform(60, 120))])
    return events


def make_log(page: Page, layout: str, events: list[list[object]], *, start: float | None = None) -> str:
    """The log of those events, version 1, as the practice page posts it; begun now, or at `start` s since the epoch."""
    return json.dumps(
        {
            "v": 1,
            "ticket": page.ticket,
            "started_at": round((time.time() if start is None else start) * 1000),
            "mode": "stop",
            "events": events,
            "client": {"layout": layout, "input": "keyboard", "untrusted": False},
        }
    )
