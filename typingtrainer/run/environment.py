"""The settings of a running `make run`, lent to `manage.py` beside it.

They stand in a file of `VAR_DIR` on which the launcher keeps a lock. A file nobody holds was left behind by a
launcher that was killed, and is not believed.
"""

import fcntl
import json
import os
import stat
from collections.abc import Iterator, Mapping, MutableMapping
from contextlib import contextmanager
from pathlib import Path

from accounts.providers.configuration import VARIABLES
from typingtrainer.run.configuration import BadConfiguration, find_var_dir

WITHOUT_DEFAULT = ("SECRET_KEY", "DATABASE_URL", "REDIS_URL", "CELERY_BROKER_URL")
NAMES = (
    *WITHOUT_DEFAULT,
    "VAR_DIR",
    "DEMO",
    "DEMO_LEARNER_PASSWORD",
    "DEMO_EDITOR_PASSWORD",
    "DEBUG",
    "FIELD_ENCRYPTION_KEYS",
    "ADMIN_SECOND_FACTOR",
    "HTTPS",
    "KEYSTROKE_LOG_DAYS",
    "ERASURES_DIR",
    "TRUSTED_PROXIES",
    "ALLOWED_HOSTS",
    "SITE_URL",
    "CSRF_TRUSTED_ORIGINS",
    "CORS_ORIGINS",
    "CLASSROOM_NETWORKS",
    "EMAIL_URL",
    "DEFAULT_FROM_EMAIL",
    "SUPPORT_EMAIL",
    "STRIPE_API_HOST",
    "STRIPE_PAGES",
    "STRIPE_SECRET_KEY",
    "STRIPE_WEBHOOK_SECRET",
    "VAPID_PRIVATE_KEY",
    "VAPID_SUBJECT",
    "PUSH_HOSTS",
    "PUSH_FAKE",
    "SMS_ACCOUNT",
    "SMS_TOKEN",
    "SMS_FROM",
    "SMS_API_HOST",
    "SMS_PER_DAY",
    "SMS_COUNTRIES",
    "AI_BASE_URL",
    "AI_API_KEY",
    "AI_MODEL",
    "AI_BUDGET",
    "AI_LEARNER_BUDGET",
    "AI_PROMPT_PRICE",
    "AI_ANSWER_PRICE",
    "AI_SECONDS",
    *("S3_BUCKET", "S3_ENDPOINT_URL", "S3_REGION", "S3_ACCESS_KEY", "S3_SECRET_KEY"),
    *VARIABLES,
    "LOG_LEVEL",
)
LONGEST = 100_000
"""Characters of the file that are read."""
# Who names another of these means another installation.
OF_ONE_INSTALLATION = ("SECRET_KEY", "DATABASE_URL")


@contextmanager
def lend(var_dir: Path, env: Mapping[str, str]) -> Iterator[None]:
    """As long as it lasts and this process lives, `borrow` finds in `var_dir` the settings that `env` names."""
    path = _file(var_dir)
    unfinished = path.with_suffix(".unfinished")
    unfinished.unlink(missing_ok=True)
    unfinished.touch(mode=0o600)
    with unfinished.open("w", encoding="utf-8") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        json.dump({name: env[name] for name in NAMES if env.get(name)}, file)
        file.flush()
        unfinished.rename(path)
        try:
            yield
        finally:
            path.unlink(missing_ok=True)


def borrow(environ: MutableMapping[str, str]) -> None:
    """Adds to `environ` the lent settings it does not name, unless it has all that have no default.

    Raises BadConfiguration when one without a default is still missing.
    """
    if not _missing(environ):
        return
    var_dir = find_var_dir(environ)
    lent = _lent(var_dir)
    others = [name for name in OF_ONE_INSTALLATION if environ.get(name) and environ[name] != lent.get(name)]
    if not others:
        environ.update({name: value for name, value in lent.items() if not environ.get(name)})
    if missing := ", ".join(_missing(environ)):
        if lent and others:
            why, hint = f"`make run` in {var_dir} has another {others[0]}", f"leave {others[0]} out"
        else:
            why, hint = f"no `make run` of yours is ready in {var_dir}", "start it"
        raise BadConfiguration(
            f"No settings: {missing} not set, and {why}.", f"{hint}, or set them (docs/operations.md)."
        )


def _file(var_dir: Path) -> Path:
    return var_dir / "environment.json"


def _missing(environ: Mapping[str, str]) -> list[str]:
    return [name for name in WITHOUT_DEFAULT if not environ.get(name)]


def _lent(var_dir: Path) -> dict[str, str]:
    """What the launcher of `var_dir` lends; nothing unless it lives and is the user's own."""
    try:
        # Whatever lies there: a pipe is not waited for, a link not followed.
        descriptor = os.open(_file(var_dir), os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_CLOEXEC)
        with os.fdopen(descriptor, encoding="utf-8") as file:
            status = os.fstat(descriptor)
            mine = stat.S_ISREG(status.st_mode) and status.st_uid == os.getuid()
            lent = json.loads(file.read(LONGEST)) if mine and _held(descriptor) else {}
    except (OSError, ValueError, RecursionError):
        return {}
    if not isinstance(lent, dict):
        return {}
    return {name: lent[name] for name in NAMES if isinstance(lent.get(name), str) and _is_plain(lent[name])}


def _is_plain(value: str) -> bool:
    """Whether the environment can hold it. A private key has several lines."""
    return value.replace("\n", "").isprintable()


def _held(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    return False
