"""The fake itself: what it was given, what goes wrong next."""

import base64
import html
import json
import secrets
import threading
from collections import deque
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any
from urllib.parse import parse_qs

from tests.fakes.small_server import Answer, Request, SmallServer, page

ACCOUNT, TOKEN, SENDER = "AC" + "0" * 32, "token", "+15005550006"
NOT_A_NUMBER = "+15005550001"
"""Twilio's own number for tests that is not valid."""
SHOWN = 50


class FakeSms(SmallServer):
    """`faults` go wrong next: a status, or "took" for a text that is taken by a connection that then breaks."""

    def __init__(self, port: int = 0, account: str = ACCOUNT, token: str = TOKEN) -> None:
        super().__init__(self._answer, port)
        self.account, self.token = account, token
        self.sent: list[dict[str, Any]] = []
        self.faults: deque[int | str] = deque()
        self.lock = threading.Lock()

    def texts_to(self, number: str) -> list[str]:
        return [one["body"] for one in self.sent if one["to"] == number]

    def _answer(self, request: Request) -> Answer:
        with self.lock:
            if request.path == "/_fake/":
                return said(200, {"sent": len(self.sent)})
            if request.path == "/":
                return self._page()
            return self._api(request)

    def _api(self, request: Request) -> Answer:
        if request.path != f"/2010-04-01/Accounts/{self.account}/Messages.json":
            return error(404, 20404, "The requested resource was not found")
        right = base64.b64encode(f"{self.account}:{self.token}".encode()).decode()
        if request.headers.get("authorization") != f"Basic {right}":
            return error(401, 20003, "Authenticate")
        if request.method == "GET":
            asked = parse_qs(request.query)
            found = [one for one in reversed(self.sent) if one["to"] in asked.get("To", [one["to"]])]
            size = int(asked.get("PageSize", ["50"])[0])
            return said(200, {"messages": found[:size], "page_size": size})
        return self._take({name: values[0] for name, values in parse_qs(request.body.decode()).items()})

    def _take(self, form: dict[str, str]) -> Answer:
        fault = self.faults.popleft() if self.faults else 0
        if isinstance(fault, int) and fault:
            return error(fault, 20429 if fault == 429 else 20500, "Try again")
        if not form.get("Body"):
            return error(400, 21602, "Message body is required")
        if form.get("To", "") == NOT_A_NUMBER or not form.get("To", "").startswith("+"):
            return error(400, 21211, "Invalid 'To' Phone Number")
        if not (form.get("From") or form.get("MessagingServiceSid")):
            return error(400, 21603, "A 'From' phone number is required")
        message = {
            "sid": f"SM{secrets.token_hex(16)}",
            "to": form["To"],
            "from": form.get("From"),
            "body": form["Body"],
            "status": "queued",
            "date_created": format_datetime(datetime.now(UTC)),
        }
        self.sent.append(message)
        answer = said(201, message)
        return Answer(answer.status, answer.body, answer.headers, cuts=fault == "took")

    def _page(self) -> Answer:
        shown = [
            f"<h2>{html.escape(one['to'])}</h2><p>{one['date_created']}</p><pre>{html.escape(one['body'])}</pre>"
            for one in reversed(self.sent[-SHOWN:])
        ]
        return page("Text messages", *(shown or ["<p>None yet.</p>"]))


def said(status: int, body: dict[str, Any]) -> Answer:
    return Answer(status, json.dumps(body).encode(), {"Content-Type": "application/json"})


def error(status: int, code: int, message: str) -> Answer:
    return said(status, {"code": code, "message": message, "status": status})
