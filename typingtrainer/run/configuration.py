"""What the environment asks of the launcher, checked before anything starts."""

import secrets
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

TIMEOUT = 3
PROJECT = Path(__file__).resolve().parent.parent.parent
FAKES: Final = {
    "STRIPE": ("STRIPE_SECRET_KEY", "would give away what is sold"),
    "AI": ("AI_BASE_URL", ""),
    "S3": ("S3_BUCKET", ""),
    "OPENID": ("OPENID_PROVIDERS", "would let anybody be anyone"),
    "PUSH": ("VAPID_PRIVATE_KEY", "has no https, which only the demo does without"),
    "SMS": ("SMS_ACCOUNT", ""),
}
"""The variables by which foreign services are faked: the variable of the real one, and what only a demo may risk."""


class BadConfiguration(ValueError):
    """A variable no one can work with; says what is wrong and what to do."""

    def __init__(self, what: str, hint: str) -> None:
        super().__init__(f"{what} Hint: {hint}")


@dataclass(frozen=True)
class Configuration:
    """None in a URL: the embedded service takes that part."""

    var_dir: Path
    port: int
    database_url: str | None
    redis_url: str | None
    broker_url: str | None
    demo: bool
    fakes: frozenset[str]
    """Which of FAKES run beside the site."""


def read(environ: Mapping[str, str]) -> Configuration:
    """Raises BadConfiguration for a value that cannot be meant."""
    demo = environ.get("DEMO", "").lower() not in {"0", "false", "no", "off"}
    return Configuration(
        var_dir=find_var_dir(environ),
        port=_port(environ.get("PORT") or "8000"),
        database_url=environ.get("DATABASE_URL") or None,
        redis_url=environ.get("REDIS_URL") or None,
        broker_url=environ.get("CELERY_BROKER_URL") or None,
        demo=demo,
        fakes=frozenset(name for name in FAKES if _is_fake(environ, name, demo=demo)),
    )


def find_var_dir(environ: Mapping[str, str]) -> Path:
    """The folder of the launcher and of who looks for it."""
    return Path(environ.get("VAR_DIR") or PROJECT / "var").expanduser().resolve()


def check_reachable(configuration: Configuration) -> None:
    """Raises BadConfiguration when a given server is of the wrong kind or does not answer."""
    if configuration.database_url:
        _check_database(configuration.database_url)
    if configuration.redis_url:
        _check_redis(configuration.redis_url)
    if configuration.broker_url:
        _check_broker(configuration.broker_url)


def check_port_free(port: int) -> None:
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(("127.0.0.1", port))
        except PermissionError:
            raise BadConfiguration(f"PORT={port} is reserved for root.", "take one above 1023.") from None
        except OSError:
            raise BadConfiguration(f"Port {port} is taken.", "choose another: PORT=8001 make run") from None


def secret(path: Path, length: int) -> str:
    """A random word kept in `path`, made at first use and readable by its owner only."""
    if not path.exists() or not path.read_text():
        unfinished = path.with_suffix(".unfinished")
        unfinished.touch(mode=0o600)
        unfinished.write_text(secrets.token_urlsafe(length))
        unfinished.rename(path)
    return path.read_text().strip()


def _port(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= 65535):
        raise BadConfiguration(f"PORT={text} is not a port.", "give a whole number from 1 to 65535.")
    return int(text)


def _is_fake(environ: Mapping[str, str], name: str, *, demo: bool) -> bool:
    """Whether the variable asks for a fake."""
    real, danger = FAKES[name]
    if not (value := environ.get(name)):
        return False
    if value != "fake":
        raise BadConfiguration(f"{name}={value} is not known.", f"{name}=fake, or {real} for the real one.")
    if environ.get(real):
        raise BadConfiguration(f"{name}=fake and {real} exclude each other.", "leave one of them out.")
    if danger and not demo:
        raise BadConfiguration(f"{name}=fake {danger}.", f"leave {name} out, or set DEMO=1 to try it.")
    return True


def _require_scheme(name: str, url: str, schemes: tuple[str, ...], example: str) -> None:
    try:
        parts = urlsplit(url)
        usable = parts.scheme in schemes and (parts.port is None or parts.port > 0)
    except ValueError:
        usable = False
    if not usable:
        raise BadConfiguration(f"{name} is not a usable address.", f"it looks like {example}")


def _refuse(name: str, error: Exception) -> BadConfiguration:
    reason = " ".join(str(error).split()) or type(error).__name__
    return BadConfiguration(
        f"{name}: the server does not let us in: {reason}.",
        f"start it, correct the address, or leave {name} out to use the embedded one.",
    )


def _check_database(url: str) -> None:
    import psycopg

    _require_scheme(
        "DATABASE_URL", url, ("postgresql", "postgres"), "postgresql://user:password@host:5432/name"
    )
    if "%2f" in (urlsplit(url).netloc.lower()):
        raise BadConfiguration(
            "DATABASE_URL: a socket folder cannot stand as the host.", "postgresql://user@/name?host=/folder"
        )
    try:
        with psycopg.connect(url, connect_timeout=TIMEOUT) as connection:
            if connection.info.server_version < 160000:
                raise BadConfiguration("DATABASE_URL: PostgreSQL is older than 16.", "upgrade it.")
    except psycopg.Error as error:
        raise _refuse("DATABASE_URL", error) from error


def _check_redis(url: str) -> None:
    import redis

    _require_scheme("REDIS_URL", url, ("redis", "rediss", "unix"), "redis://:password@host:6379/1")
    try:
        redis.Redis.from_url(url, socket_connect_timeout=TIMEOUT, socket_timeout=TIMEOUT).ping()
    except (redis.RedisError, ValueError) as error:
        raise _refuse("REDIS_URL", error) from error


def _check_broker(url: str) -> None:
    import kombu

    schemes = ("amqp", "amqps", "redis", "rediss", "redis+socket")
    _require_scheme(
        "CELERY_BROKER_URL", url, schemes, "amqp://user:password@host:5672// or redis://host:6379/0"
    )
    options = (
        {"socket_timeout": TIMEOUT, "socket_connect_timeout": TIMEOUT} if url.startswith("redis") else {}
    )
    connection = kombu.Connection(url, connect_timeout=TIMEOUT, transport_options=options)
    try:
        connection.connect()
    except (*connection.recoverable_connection_errors, *connection.connection_errors, OSError) as error:
        raise _refuse("CELERY_BROKER_URL", error) from error
    finally:
        connection.release()
