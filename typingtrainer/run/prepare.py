"""The set-up steps of a start, in one Django process: schema, courses, roles, demo, files to serve."""

import hashlib
from pathlib import Path

import django
from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import CommandError, call_command

from typingtrainer.apps import StaticFiles

COMMANDS = (
    ("compile_messages",),
    ("check",),
    ("migrate", "--no-input", "--verbosity=0"),
    ("replay_erasures",),
    ("partitions",),
    ("setup_roles",),
    ("load_courses",),
)


def prepare() -> None:
    django.setup()
    for name, *arguments in COMMANDS:
        call_command(name, *arguments)
    take_over_prices()
    if settings.DEMO:
        call_command("demo_accounts")
    collect_static_when_changed()


def take_over_prices() -> None:
    """The plans at Stripe's prices where payments are on; without Stripe, the site starts with those it knows."""
    if settings.STRIPE_SECRET_KEY:
        try:
            call_command("sync_plans")
        except CommandError as error:
            print(f"Warning: {error}", flush=True)


def collect_static_when_changed() -> None:
    stamp = Path(settings.STATIC_ROOT) / ".collected"
    state = static_state()
    if not stamp.exists() or stamp.read_text() != state:
        call_command("collectstatic", "--no-input", "--clear", "--verbosity=0")
        stamp.write_text(state)


def static_state() -> str:
    """A digest of every static file's path, size and time of change."""
    ignored = StaticFiles.ignore_patterns
    digest = hashlib.sha256(str(settings.STORAGES["staticfiles"]).encode())
    for finder in get_finders():
        for path, storage in finder.list(ignored):
            status = Path(storage.path(path)).stat()
            digest.update(f"{path} {status.st_size} {status.st_mtime_ns}\n".encode())
    return digest.hexdigest()


if __name__ == "__main__":
    prepare()
