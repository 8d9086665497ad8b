"""Which providers the environment names. What is given by halves or makes no sense is refused at start."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from django.core.exceptions import ImproperlyConfigured

OPENID: Final = "openid_connect"
NAMES: Final = {"google": "Google", "github": "GitHub", "apple": "Apple"}
OF_KIND: Final = {
    "google": ("GOOGLE_CLIENT_ID", "GOOGLE_CLIENT_SECRET"),
    "github": ("GITHUB_CLIENT_ID", "GITHUB_CLIENT_SECRET"),
    "apple": ("APPLE_CLIENT_ID", "APPLE_KEY_ID", "APPLE_TEAM_ID", "APPLE_PRIVATE_KEY"),
}
OF_OPENID: Final = "OPENID_PROVIDERS"
VARIABLES: Final = (*(name for names in OF_KIND.values() for name in names), OF_OPENID)
OPENID_KEYS: Final = ("id", "name", "server_url", "client_id", "secret")
OPENID_ID: Final = re.compile(r"[a-z][a-z0-9-]{0,29}")
RESERVED: Final = {*NAMES, OPENID, "oidc"}
LONGEST_NAME: Final = 40


@dataclass(frozen=True, slots=True)
class Provider:
    """One whom the operator has made an agreement with; `id` is kept with every connection to it."""

    kind: str
    id: str
    name: str
    client_id: str
    secret: str
    key: str = ""
    settings: dict[str, Any] = field(default_factory=dict)


def read_providers(given: Mapping[str, str]) -> tuple[Provider, ...]:
    """The providers by their variables, where they are set. Raises ImproperlyConfigured."""
    found = (_with_secret("google", given), _with_secret("github", given), _apple(given))
    return (*(one for one in found if one), *_openid(given.get(OF_OPENID, "")))


def _with_secret(kind: str, given: Mapping[str, str]) -> Provider | None:
    if not (values := _values(kind, given)):
        return None
    client_id, secret = values
    return Provider(kind, kind, NAMES[kind], client_id, secret, settings={"oauth_pkce_enabled": True})


def _apple(given: Mapping[str, str]) -> Provider | None:
    """Apple has no secret: each request is signed with a key instead."""
    if not (values := _values("apple", given)):
        return None
    client_id, key_id, team_id, private_key = values
    private_key = private_key.replace("\\n", "\n")
    try:
        is_usable = isinstance(load_pem_private_key(private_key.encode(), None), EllipticCurvePrivateKey)
    except (ValueError, TypeError):
        is_usable = False
    if not is_usable:
        raise ImproperlyConfigured(
            "APPLE_PRIVATE_KEY must hold the .p8 file of Apple, with \\n where its lines end."
        )
    settings = {"certificate_key": private_key}
    return Provider("apple", "apple", NAMES["apple"], client_id, key_id, key=team_id, settings=settings)


def _values(kind: str, given: Mapping[str, str]) -> list[str]:
    """What its variables hold, nothing where none of them is set."""
    values = [given.get(name, "") for name in OF_KIND[kind]]
    missing = [name for name, value in zip(OF_KIND[kind], values, strict=True) if not value]
    if 0 < len(missing) < len(values):
        raise ImproperlyConfigured(
            f"Sign-in with {NAMES[kind]} needs {', '.join(OF_KIND[kind])}; not set: {', '.join(missing)}."
        )
    return [] if missing else values


def _openid(text: str) -> list[Provider]:
    if not text:
        return []
    try:
        told = json.loads(text)
        found = [_one_openid(one) for one in told] if isinstance(told, list) else None
    except ValueError:
        found = None
    if found is None:
        raise ImproperlyConfigured(
            f"OPENID_PROVIDERS must be a JSON list of objects with the texts {', '.join(OPENID_KEYS)}."
        )
    ids = [one.id for one in found]
    if len({*ids}) < len(ids):
        raise ImproperlyConfigured("OPENID_PROVIDERS names an id twice.")
    return found


def _one_openid(told: Any) -> Provider:
    """Raises ValueError for what is no provider at all, and ImproperlyConfigured for a value that makes no sense."""
    if not isinstance(told, dict) or told.keys() != {*OPENID_KEYS}:
        raise ValueError
    if not all(isinstance(value, str) and value for value in told.values()):
        raise ValueError
    if not OPENID_ID.fullmatch(told["id"]) or told["id"] in RESERVED:
        raise ImproperlyConfigured(
            "OPENID_PROVIDERS: an id is up to 30 of a-z, 0-9 and -, begins with a letter, "
            f"and is none of {', '.join(sorted(RESERVED))}."
        )
    if len(told["name"]) > LONGEST_NAME:
        raise ImproperlyConfigured(f"OPENID_PROVIDERS: a name has {LONGEST_NAME} characters at most.")
    address = urlsplit(told["server_url"])
    if address.scheme not in ("http", "https") or not address.hostname or address.query or address.fragment:
        raise ImproperlyConfigured(
            "OPENID_PROVIDERS: a server_url begins with https://, as in https://id.example.com"
        )
    settings = {"server_url": told["server_url"].rstrip("/"), "oauth_pkce_enabled": True}
    return Provider(OPENID, told["id"], told["name"], told["client_id"], told["secret"], settings=settings)
