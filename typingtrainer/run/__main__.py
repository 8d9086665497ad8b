"""The launcher: services, set-up, web server, workers; then it watches over them until told to stop."""

import fcntl
import os
import sys
from contextlib import suppress
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import TextIO

from typingtrainer.run import configuration, environment
from typingtrainer.run.bucket import FakeBucket
from typingtrainer.run.configuration import PROJECT, BadConfiguration, Configuration
from typingtrainer.run.embedded import Postgres, Valkey, socket_dir
from typingtrainer.run.fakes import Fake
from typingtrainer.run.language_model import FakeLanguageModel
from typingtrainer.run.notifications import FakePush, FakeSms
from typingtrainer.run.openid import FakeOpenID
from typingtrainer.run.stripe import FakeStripe
from typingtrainer.run.supervisor import CannotRun, Program, Stopped, Supervisor, clear_leftovers

APPLICATION = 2
LEARNER, EDITOR = "learner@example.com", "editor@example.com"
FAKES: dict[str, type[Fake]] = {
    "STRIPE": FakeStripe,
    "AI": FakeLanguageModel,
    "S3": FakeBucket,
    "OPENID": FakeOpenID,
    "PUSH": FakePush,
    "SMS": FakeSms,
}
CELERY = ("--concurrency=2", "--without-gossip", "--without-mingle", "--loglevel=INFO", "--beat")


def main() -> int:
    os.chdir(PROJECT)
    try:
        asked = configuration.read(os.environ)
        with lock(asked.var_dir), suppress(Stopped):
            run(asked)
    except BadConfiguration as error:
        print(error, file=sys.stderr)
        return 2
    except CannotRun as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def lock(var_dir: Path) -> TextIO:
    """Held as long as the launcher lives, however it ends."""
    try:
        var_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        holder = (var_dir / "lock").open("a+")
    except OSError as error:
        raise BadConfiguration(
            f"Cannot write in {var_dir}: {error.strerror}.", "set VAR_DIR to a folder of yours."
        ) from None
    try:
        fcntl.flock(holder, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise BadConfiguration(
            f"Typing Trainer already runs with {var_dir}.", "stop it, or set another VAR_DIR and PORT."
        ) from None
    return holder


def run(asked: Configuration) -> None:
    sockets = socket_dir(asked.var_dir)
    postgres, valkey = Postgres(asked.var_dir, sockets), Valkey(asked.var_dir, sockets)
    clear_leftovers(asked.var_dir, postgres.data)
    configuration.check_port_free(asked.port)
    configuration.check_reachable(asked)
    supervisor = Supervisor(asked.var_dir)
    supervisor.stop_on_signals()
    supervisor.bound_logs()
    try:
        fakes = start_fakes(supervisor, asked)
        start_services(supervisor, asked, postgres, valkey)
        supervisor.env |= settings_for_children(asked, postgres, valkey)
        print("Preparing the database and the courses", flush=True)
        supervisor.run_to_end("prepare", python("-m", "typingtrainer.run.prepare"))
        with environment.lend(asked.var_dir, supervisor.env):
            supervisor.start(web(asked.port))
            supervisor.wait_until_all_answer(60)
            for program in workers(asked.var_dir):
                supervisor.start(program)
            print(ready_line(asked, supervisor.env), flush=True)
            for fake in fakes:
                print(f"Fake {fake.called}: {fake.url} {fake.hint}".rstrip(), flush=True)
            supervisor.watch()
    finally:
        supervisor.stop_all()
        with suppress(OSError):
            sockets.rmdir()


def start_fakes(supervisor: Supervisor, asked: Configuration) -> list[Fake]:
    """The fakes of foreign services that were asked for, started."""
    fakes = [fake.of(asked.var_dir, asked.port) for name, fake in FAKES.items() if name in asked.fakes]
    for fake in fakes:
        print(f"Starting a fake {fake.called}", flush=True)
        supervisor.env |= fake.settings()
        supervisor.start(fake.program())
    return fakes


def start_services(supervisor: Supervisor, asked: Configuration, postgres: Postgres, valkey: Valkey) -> None:
    if not asked.database_url:
        print("Starting PostgreSQL", flush=True)
        supervisor.start(postgres.program())
    if not (asked.redis_url and asked.broker_url):
        print("Starting Valkey", flush=True)
        supervisor.start(valkey.program())
    supervisor.wait_until_all_answer(60)
    if not asked.database_url:
        postgres.make_database()


def settings_for_children(asked: Configuration, postgres: Postgres, valkey: Valkey) -> dict[str, str]:
    settings = {
        "DJANGO_SETTINGS_MODULE": "typingtrainer.settings",
        "VAR_DIR": str(asked.var_dir),
        "SECRET_KEY": os.environ.get("SECRET_KEY") or configuration.secret(asked.var_dir / "secret-key", 48),
        "DATABASE_URL": asked.database_url or postgres.url,
        "REDIS_URL": asked.redis_url or valkey.cache_url,
        "CELERY_BROKER_URL": asked.broker_url or valkey.broker_url,
        "DEMO": "1" if asked.demo else "0",
        "SITE_URL": os.environ.get("SITE_URL") or f"http://localhost:{asked.port}",
    }
    for who in ("learner", "editor"):
        name = f"DEMO_{who.upper()}_PASSWORD"
        settings[name] = os.environ.get(name) or configuration.secret(asked.var_dir / f"{who}-password", 9)
    return settings


def web(port: int) -> Program:
    command = python("-m", "gunicorn", "typingtrainer.wsgi", f"--bind=127.0.0.1:{port}")
    return Program("web", command, APPLICATION, answers=lambda: healthy(port), vital=True)


def workers(var_dir: Path) -> list[Program]:
    schedule = f"--schedule={var_dir / 'celerybeat-schedule'}"
    return [
        Program(
            "worker", python("-m", "celery", "--app=typingtrainer", "worker", *CELERY, schedule), APPLICATION
        ),
        Program("relay", python("manage.py", "relay"), APPLICATION),
    ]


def healthy(port: int) -> bool:
    connection = HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/health/")
        return connection.getresponse().status == 200
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()


def ready_line(asked: Configuration, env: dict[str, str]) -> str:
    line = f"Ready: http://localhost:{asked.port}"
    if asked.demo:
        line += f" learner: {LEARNER} / {env['DEMO_LEARNER_PASSWORD']}"
        line += f" editor: {EDITOR} / {env['DEMO_EDITOR_PASSWORD']}"
    return line


def python(*arguments: str) -> list[str]:
    return [sys.executable, *arguments]


if __name__ == "__main__":
    sys.exit(main())
