"""What people ask of a running product all day, over HTTP: pages and API, signing in and up, recording."""

import json
import random
import uuid
from collections.abc import Callable
from urllib.parse import urlencode

from bench.visitor import TOKEN, Answer, Page, Visitor, make_log, typed

FORM = {"Content-Type": "application/x-www-form-urlencoded"}
JSON = {"Content-Type": "application/json"}
PASSWORD = "correct horse battery"
LEARNER = "learner@example.com"

Asked = Callable[[Visitor, str], list[Answer]]


def page(path: str) -> Asked:
    return lambda visitor, _: [visitor.request("GET", path)]


def record(visitor: Visitor, _: str) -> list[Answer]:
    """Open lesson 1, type it, send it, see the result."""
    opened = visitor.open("/practice/ru/1/")
    if not isinstance(opened, Page):
        return [opened]
    log = make_log(opened, "ru-jcuken", typed(opened.text, random.Random(1)))
    recorded = visitor.post(opened, log, by_htmx=False)
    return [recorded, visitor.request("GET", f"/sessions/{recorded.session}/")]


def sign_in(visitor: Visitor, password: str) -> list[Answer]:
    form = visitor.request("GET", "/accounts/login/")
    return [form, _post(visitor, "/accounts/login/", form, login=LEARNER, password=password)]


def sign_up(visitor: Visitor, _: str) -> list[Answer]:
    form = visitor.request("GET", "/accounts/signup/")
    return [form, _post(visitor, "/accounts/signup/", form, email=_new_email(), password1=PASSWORD)]


def api_sign_in(visitor: Visitor, password: str) -> list[Answer]:
    return [_call(visitor, "auth/login", email=LEARNER, password=password)]


def api_sign_up(visitor: Visitor, _: str) -> list[Answer]:
    return [_call(visitor, "auth/register", email=_new_email(), password=PASSWORD, timezone="Europe/Moscow")]


EVERYDAY: dict[str, Asked] = {
    "home": page("/"),
    "catalogue": page("/learn/"),
    "practice": page("/practice/en/1/"),
    "test": page("/tests/en/1/"),
    "leaderboards": page("/leaderboards/"),
    "courses of the API": page("/api/v1/courses"),
    "record": record,
    "sign in": sign_in,
    "sign up": sign_up,
    "sign in by API": api_sign_in,
    "sign up by API": api_sign_up,
}
"""By name; each takes a visitor and the password of the demo's learner."""


def _post(visitor: Visitor, path: str, form: Answer, **fields: str) -> Answer:
    token = TOKEN.search(form.body)
    sent = fields | {"csrfmiddlewaretoken": token[1] if token else ""}
    return visitor.request("POST", path, urlencode(sent).encode(), FORM)


def _call(visitor: Visitor, endpoint: str, **body: str) -> Answer:
    return visitor.request("POST", f"/api/v1/{endpoint}", json.dumps(body).encode(), JSON)


def _new_email() -> str:
    return f"{uuid.uuid4()}@example.com"
