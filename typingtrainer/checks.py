from collections.abc import Iterator
from ipaddress import ip_address
from typing import Any, Final
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error
from django.core.checks import Warning as CheckWarning

from coaching.language_model.configuration import NEEDED, missing

TO_FILES: Final = {"accounts.mail_files.EmailBackend", "django.core.mail.backends.filebased.EmailBackend"}
LOCAL_NAMES: Final = (
    "localhost",
    "local",
    "lan",
    "home",
    "home.arpa",
    "internal",
    "intranet",
    "test",
    "localdomain",
)
"""Under which no name is known in the internet."""


def is_local(host: str) -> bool:
    """Whether a host name or address leads no further than this machine or the network it stands in."""
    host = host.strip("[].").lower()
    try:
        return not ip_address(host).is_global
    except ValueError:
        pass
    if host == "*":
        return False
    return "." not in host or host.endswith(tuple(f".{name}" for name in LOCAL_NAMES))


def demo_stays_at_home(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Error E002 on a public server that would let anyone read its mail and sign in to the demo accounts."""
    if not settings.DEMO:
        return []
    if public := next(_public_addresses(), ""):
        return [
            Error(
                f"DEMO is on, but {public}: anyone could read the mail at /dev/mail/.",
                hint="Set DEMO=0, or leave the addresses to this machine and its own network.",
                id="typingtrainer.E002",
            )
        ]
    return []


def _public_addresses() -> Iterator[str]:
    """What says that the site is reached from the internet."""
    if settings.HTTPS:
        yield "HTTPS is, too"
    hosts = {
        "SITE_URL": [urlsplit(settings.SITE_URL).hostname or ""],
        "ALLOWED_HOSTS": settings.ALLOWED_HOSTS,
    }
    hosts["CSRF_TRUSTED_ORIGINS"] = [
        urlsplit(origin).hostname or "" for origin in settings.CSRF_TRUSTED_ORIGINS
    ]
    for name, values in hosts.items():
        yield from (f"{name} names {host}" for host in values if not is_local(host))


def mail_goes_out(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Error E001 on a real server whose mail nobody would get."""
    to_files = settings.EMAIL_BACKEND in TO_FILES
    if settings.DEMO or settings.DEBUG or not to_files:
        return []
    return [
        Error(
            "Mail would go to files: set EMAIL_URL.",
            hint="For example EMAIL_URL=smtp+tls://user:password@host:587; with DEMO=1 files are fine.",
            id="typingtrainer.E001",
        )
    ]


def mail_leads_here(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Warning W001 on a real server whose mail would lead its readers to their own machines."""
    at_home = urlsplit(settings.SITE_URL).hostname in {"localhost", "127.0.0.1", "::1"}
    if settings.DEMO or settings.DEBUG or not at_home:
        return []
    return [
        CheckWarning(
            f"Links in mail would lead to {settings.SITE_URL}: set SITE_URL.",
            hint="For example SITE_URL=https://typing.example.com",
            id="typingtrainer.W001",
        )
    ]


def providers_are_private(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Error E004 where everybody on the way could read who signs in, and sign in as anyone."""
    addresses = [urlsplit(one.settings.get("server_url", "")) for one in settings.SIGN_IN_PROVIDERS]
    return [
        Error(
            f"Sign-ins would go to {address.geturl()} for everybody to read.",
            hint="OPENID_PROVIDERS: only a provider in the own network may have an http:// address.",
            id="typingtrainer.E004",
        )
        for address in addresses
        if address.scheme == "http" and not is_local(address.hostname or "")
    ]


def language_model_is_whole(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Warning W002 where something of the language model is set, but not all, so that it stays off."""
    lacking = missing()
    if not lacking or len(lacking) == len(NEEDED):
        return []
    return [
        CheckWarning(
            f"The language model stays off: {', '.join(lacking)} not set.",
            hint="docs/operations.md, The language model",
            id="typingtrainer.W002",
        )
    ]


def fields_have_a_key(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Error E003 on a real server whose encrypted fields hang on SECRET_KEY, which is sometimes changed."""
    if settings.DEMO or settings.DEBUG or settings.FIELD_ENCRYPTION_KEYS != [settings.SECRET_KEY]:
        return []
    return [
        Error(
            "Nothing encrypts fields but SECRET_KEY: set FIELD_ENCRYPTION_KEYS.",
            hint="docs/operations.md, Encrypted fields",
            id="typingtrainer.E003",
        )
    ]
