"""A client of the JSON API, for tests."""

from typing import Any

from django.test import Client
from django.utils import timezone

from accounts import tokens
from accounts.models import User


class Api:
    """A client of the JSON API, by default as nobody; answers are `(status, data or error)`."""

    def __init__(self, user: User | None = None, *, token: str = "", language: str = "en") -> None:
        self.client = Client()
        self.token = token or (tokens.start_family(user, now=timezone.now()).access if user else "")
        self.language = language
        self.headers: Any = {}

    def get(self, path: str, **headers: str) -> tuple[int, Any]:
        return self.ask("get", path, None, **headers)

    def post(self, path: str, body: Any = None, **headers: str) -> tuple[int, Any]:
        return self.ask("post", path, body, **headers)

    def put(self, path: str, body: Any = None, **headers: str) -> tuple[int, Any]:
        return self.ask("put", path, body, **headers)

    def delete(self, path: str, **headers: str) -> tuple[int, Any]:
        return self.ask("delete", path, None, **headers)

    def ask(self, method: str, path: str, body: Any, **headers: str) -> tuple[int, Any]:
        """`headers` come with underscores for dashes; those of the answer are in `self.headers`."""
        sent = {"Accept-Language": self.language}
        if self.token:
            sent["Authorization"] = f"Bearer {self.token}"
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        content = {} if body is None else {"data": body, "content_type": "application/json"}
        answer = getattr(self.client, method)(f"/api/v1/{path}", headers=sent, **content)
        self.headers = answer.headers
        if not answer.content:
            return answer.status_code, None
        document = answer.json()
        return answer.status_code, document["data"] if document["success"] else document["error"]
