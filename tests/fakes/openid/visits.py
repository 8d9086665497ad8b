"""What a visitor does at the fake, for tests that have no browser: over real HTTP, by the address a page leads to."""

import html
import re
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.test import Client

LINK = re.compile(r'http-equiv="refresh" content="0; url=([^"]+)"')


def led_to(answer: Any) -> str:
    """The provider's address to which our page leads on."""
    assert answer.status_code == 200, answer
    return html.unescape(LINK.search(answer.content.decode())[1])


def say(address: str, **person: str) -> str:
    """Say at the provider who one is, or cancel; where that leads back to."""
    asked = urlsplit(address)
    connection = HTTPConnection(asked.netloc, timeout=10)
    try:
        body = urlencode(person or {"do": "cancel"})
        connection.request("POST", f"{asked.path}?{asked.query}", body)
        answer = connection.getresponse()
        assert answer.status == 303, answer.read()
        return answer.headers["Location"]
    finally:
        connection.close()


def come_back(client: Client, address: str, **person: str) -> Any:
    """The same, and what our site answers then."""
    back = urlsplit(say(address, **person))
    return client.get(f"{back.path}?{back.query}")
