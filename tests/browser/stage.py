"""The practice page without server or database: its template, its static files and whatever answer a test wants."""

import json
import re
from email import message_from_bytes
from urllib.parse import parse_qsl, urlsplit

from django.contrib.auth.models import AnonymousUser
from django.contrib.staticfiles import finders
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.urls import reverse
from django.utils.translation import override
from playwright.sync_api import Page, Route, expect

from lessons import keyboards
from lessons.languages import of_layout, twins_of
from progress.pages.drawn import drawn_hands, virtual_keyboard
from progress.pages.practice import with_verdict

ORIGIN = "http://localhost:9"
RESULT = '<section id="result"><h1 id="result-title">Well done</h1><a data-primary href="/next/">Next</a></section>'


class Stage:
    """One practice page; `answer` is the (status, HTML) of the next submissions, or None for a dead line.

    `view` is the cookie of what is chosen, `chosen` what was sent to be kept of it. `verdict` is what the answer says
    of the log, None when somebody else answers; it is of the ticket that came unless `answers_of` is another.
    """

    def __init__(
        self,
        page: Page,
        text: str,
        *,
        layout: str = "en-qwerty",
        keyboard: str = "",
        mode: str = "stop",
        new: str = "",
        view: str = "",
        language: str = "en",
    ) -> None:
        self.page = page
        self.context = {
            "lesson": None,
            "title": "A lesson",
            "text": text,
            "ticket": "ticket:1",
            "mode": mode,
            "mistakes": "mistakes",
            "layout": keyboards.layout(layout),
            "twins": twins_of(layout),
            "keyboard": virtual_keyboard(layout, keyboard, frozenset("asdf ")),
            "hands": drawn_hands(layout, language),
            "new": new,
            "unit": "cpm",
            "language": of_layout(layout),
            "again_url": "/",
        }
        self.reader = language
        self.view = view
        self.chosen: list[tuple[str, str]] = []
        self.answer: tuple[int, str] | None = (200, RESULT)
        self.verdict: str | None = "settled"
        self.answers_of = ""
        self.posts: list[dict[str, str]] = []
        self.held_back: list[Route] = []
        self.hold_back = ""
        page.context.add_cookies([{"name": "csrftoken", "value": "c" * 32, "url": ORIGIN}])
        page.route("**/*", self._serve)

    def open(self) -> "Stage":
        """Open the page; ready to be typed on, although without its script while some file is held back."""
        self.page.goto(f"{ORIGIN}/", wait_until="commit" if self.hold_back else "load")
        if self.hold_back:
            expect(self.page.locator("textarea")).to_be_focused()
        else:
            self.page.locator(".exercise-text span, #result").first.wait_for()
        return self

    def release(self) -> None:
        """Let the files matching `hold_back` arrive."""
        self.hold_back = ""
        for route in self.held_back:
            self._serve(route)
        self.page.locator(".exercise-text span, #result").first.wait_for()

    @property
    def log(self) -> dict:
        return json.loads(self.posts[-1]["log"])

    @property
    def typed(self) -> list[str]:
        """The texts of the events so far."""
        return [text for _, text, _ in self.events]

    @property
    def events(self) -> list[list]:
        return self.page.evaluate("document.querySelector('typing-exercise').machine.events")

    def classes(self) -> list[str]:
        return self.page.eval_on_selector_all(".exercise-text span", "spans => spans.map(s => s.className)")

    def _serve(self, route: Route) -> None:
        path = urlsplit(route.request.url).path
        if self.hold_back and re.search(self.hold_back, path):
            self.held_back.append(route)
        elif path.startswith("/static/"):
            route.fulfill(path=finders.find(path.removeprefix("/static/")))
        elif path == reverse("accounts:choose_view"):
            sent = dict(parse_qsl(route.request.post_data or ""))
            self.chosen += [pair for pair in sent.items() if pair[0] != "csrfmiddlewaretoken"]
            if self.answer is None:
                route.abort("internetdisconnected")
            else:
                route.fulfill(status=204)
        elif route.request.method == "POST":
            self.posts.append(_fields(route))
            if self.answer is None:
                route.abort("internetdisconnected")
            else:
                status, body = self.answer
                answer = HttpResponse(body, status=status)
                if self.verdict:
                    ticket = self.answers_of or self.posts[-1]["ticket"]
                    with_verdict(answer, ticket, is_settled=self.verdict == "settled")
                route.fulfill(status=status, headers=dict(answer.items()), body=body)
        else:
            request = RequestFactory().get("/")
            request.user = AnonymousUser()
            request.COOKIES["view"] = self.view
            with override(self.reader):
                html = render_to_string("progress/practice.html", self.context, request)
            route.fulfill(content_type="text/html; charset=utf-8", body=html)


def _fields(route: Route) -> dict[str, str]:
    header = f"Content-Type: {route.request.headers['content-type']}\r\n\r\n".encode()
    parts = message_from_bytes(header + (route.request.post_data_buffer or b"")).get_payload()
    return {
        part.get_param("name", header="content-disposition"): part.get_payload(decode=True).decode()
        for part in parts
    }
