"""Every route there is, with an address and requests that mean something there: pages added later are proved, too."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from django.urls import URLResolver, get_resolver

from tests.anna import Anna
from tests.valid_requests import API, ROUTES, Ask

SAMPLES: Final = {
    "int": "1",
    "uuid": "5f0c8c60-91a5-4a5c-9a55-52c6f7a1a3f1",
    "slug": "ru",
    "str": "some",
    "path": "1",
}
"""Arguments that an address may have; what they name is mostly not there."""
SAMPLES_BY_NAME: Final = {
    "sha256": "0" * 64,
    "key": "MQ:1tXyZz:4gK0",
    "uidb36": "1",
    "app_label": "accounts",
    "url": "nowhere",
}
METHODS: Final = ("HEAD", "POST", "PUT", "OPTIONS", "BREW")
UNSAFE: Final = ("POST", "PUT", "PATCH", "DELETE", "BREW")


@dataclass(frozen=True)
class Route:
    pattern: str
    name: str
    view: Callable[..., Any]

    def __str__(self) -> str:
        return self.pattern or "home"

    @property
    def path(self) -> str:
        """An address that leads here."""
        path = re.sub(
            r"<(?:(\w+):)?\w+>", lambda found: SAMPLES[found[1] or "str"], _without_groups(self.pattern)
        )
        return "/" + re.sub(r"[\^$]|\\Z", "", path)

    @property
    def is_api(self) -> bool:
        return self.pattern.startswith("api/")

    @property
    def is_admin(self) -> bool:
        return self.pattern.startswith("admin/")

    def asks(self, anna: Anna) -> list[Ask]:
        """Anna's valid requests here, if `tests/valid_requests.py` knows some; else its address alone."""
        known = ROUTES.get(self.pattern, "")
        if self.is_api:
            known = API.get(self.pattern.removeprefix("api/v1/"), known)
        if not callable(known):
            return [Ask(self.path)]
        prefix = "/api/v1/" if self.pattern.startswith("api/v1/") else ""
        return [Ask(prefix + ask.path, ask.method, ask.json, ask.form) for ask in known(anna)]


def every_route(resolver: Any = None, before: str = "", namespace: str = "") -> Iterator[Route]:
    for one in (resolver or get_resolver()).url_patterns:
        pattern = before + str(one.pattern)
        if isinstance(one, URLResolver):
            yield from every_route(one, pattern, namespace + (f"{one.namespace}:" if one.namespace else ""))
        else:
            yield Route(pattern, namespace + (one.name or ""), one.callback)


def _without_groups(pattern: str) -> str:
    """A pattern with its regular groups filled in."""
    return re.sub(r"\(\?P<(\w+)>(?:[^()]|\([^()]*\))*\)", lambda found: SAMPLES_BY_NAME[found[1]], pattern)


ROUTES_THERE: Final = tuple(every_route())
