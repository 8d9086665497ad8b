"""The launcher, run for real: started, wounded, stopped, started again."""

import http.client
import re
import signal
from pathlib import Path

import psutil
import psycopg
import pytest

from bench.slow import SlowClients, biggest_file
from tests.launcher import GIVEN, Launcher, eventually, free_port
from typingtrainer.run.__main__ import main
from typingtrainer.run.configuration import BadConfiguration, read


@pytest.fixture
def idle(tmp_path: Path) -> Launcher:
    return Launcher(tmp_path / "var")


def test_ready_line_is_last_and_true(running: Launcher) -> None:
    last = running.output.splitlines()[-1]
    expected = rf"Ready: http://localhost:{running.port} learner: learner@example.com / \S+ "
    assert re.fullmatch(expected + r"editor: editor@example.com / \S+", last)
    assert running.healthy()


def test_database_holds_no_extension(running: Launcher) -> None:
    """So that DATABASE_URL may name any PostgreSQL."""
    with psycopg.connect(running.master("gunicorn").environ()["DATABASE_URL"]) as connection:
        assert connection.execute("SELECT extname FROM pg_extension").fetchall() == [("plpgsql",)]


def test_a_command_beside_it_needs_no_settings_and_sees_the_same_site(running: Launcher) -> None:
    shown = "settings.SITE_URL, User.objects.filter(email='learner@example.com').count()"
    code = f"from django.conf import settings; from accounts.models import User; print({shown})"
    assert running.manage("shell", "-c", code).stdout.splitlines()[-1] == f"http://localhost:{running.port} 1"


def test_command_without_settings_is_refused_in_one_line(idle: Launcher) -> None:
    done = idle.manage("partitions")
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.startswith(
        "No settings: SECRET_KEY, DATABASE_URL, REDIS_URL, CELERY_BROKER_URL not set"
    )
    assert done.stderr.count("\n") == 1


def test_command_with_settings_needs_nothing_running(idle: Launcher) -> None:
    urls = {"DATABASE_URL": "postgresql:///none", "REDIS_URL": "redis://", "CELERY_BROKER_URL": "redis://"}
    done = idle.manage("help", "partitions", SECRET_KEY="s" * 32, **urls)
    assert done.returncode == 0, done.stderr
    assert "usage: manage.py partitions" in done.stdout


def test_slow_clients_hold_nobody_up(running: Launcher) -> None:
    slow = SlowClients(running.port, 36, biggest_file(running.var_dir))
    try:
        took = sorted(running.page("/practice/en/1/") for _ in range(5))
    finally:
        slow.stop()
    assert took[2] < 1


def test_who_has_no_strength_to_read_the_answer_is_told_all_the_same(running: Launcher) -> None:
    """A body far too large is answered with our page, although nobody reads it to its end."""
    answer = running.ask(b"POST /sessions/ HTTP/1.1\r\nContent-Length: 9000000\r\n\r\n" + b"x" * 3_000_000)
    assert answer.startswith(b"HTTP/1.1 413 ") and b"</html>" in answer


@pytest.mark.parametrize(
    "request_",
    [
        b"GET / HTTP/1.1\r\nSCRIPT_NAME: /elsewhere\r\n\r\n",
        b"GET / HTTP/1.1\r\nno header\r\n\r\n",
        b"GET / HTTP/1.1\r\nX-Long: " + b"x" * 70_000 + b"\r\n\r\n",
        b"GET http://[/ HTTP/1.1\r\n\r\n",
        b"POST / HTTP/1.1\r\nContent-Length: " + b"9" * 5000 + b"\r\n\r\n",
        b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nnone\r\n",
        b"POST / HTTP/1.1\r\nTransfer-Encoding: gzip\r\n\r\n",
        b"POST / HTTP/1.1\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"nonsense\r\n\r\n",
    ],
)
def test_what_nobody_can_read_gets_our_own_page(running: Launcher, request_: bytes) -> None:
    answer = running.ask(request_)
    assert answer.startswith(b"HTTP/1.1 400 ") or answer.startswith(b"HTTP/1.0 400 "), answer[:200]
    assert b"</html>" in answer
    assert b"Content-Security-Policy" in answer


def test_a_connection_stays_open_after_answers_without_a_body(running: Launcher) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", running.port, timeout=20)
    connection.request("GET", "/api/v1/lessons")
    first = connection.getresponse()
    first.read()
    first_socket = connection.sock
    for method, headers, status in (
        ("HEAD", {}, 200),
        ("GET", {"If-None-Match": first.headers["ETag"]}, 304),
        ("GET", {}, 200),
    ):
        connection.request(method, "/api/v1/lessons", headers=headers)
        answer = connection.getresponse()
        assert (answer.status, bool(answer.read())) == (status, method == "GET" and status == 200)
        assert connection.sock is first_socket
    connection.close()


def is_alive(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


@pytest.mark.parametrize("name", ["postgres", "valkey-server", "gunicorn", "celery", "relay"])
def test_what_is_killed_comes_back(running: Launcher, name: str) -> None:
    killed = running.master(name)
    killed.kill()
    eventually(lambda: not is_alive(killed))
    eventually(lambda: running.children(name) and running.healthy())
    assert running.process.poll() is None


def test_second_launcher_on_the_same_folder_is_refused(running: Launcher) -> None:
    code, message = running.refuse(PORT=str(free_port()))
    assert code == 2
    assert "already runs" in message
    assert running.healthy()


def test_taken_port_is_named(running: Launcher, idle: Launcher) -> None:
    code, message = idle.refuse(PORT=str(running.port))
    assert code == 2
    assert f"Port {running.port} is taken" in message


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
def test_stopped_launcher_leaves_nothing_and_starts_again(running: Launcher, number: signal.Signals) -> None:
    code = running.stop(number)
    if number is not signal.SIGKILL:
        assert code == 0
        assert not running.children()
    assert running.manage("partitions").returncode == 2
    print(f"second start: {running.start():.1f} s")
    assert running.healthy()


def test_demo_passwords_and_the_secret_key_stay(running: Launcher) -> None:
    ready = running.output.splitlines()[-1]
    key = (running.var_dir / "secret-key").read_text()
    assert len(key) >= 50
    assert (running.var_dir / "secret-key").stat().st_mode & 0o077 == 0
    assert (running.var_dir / "learner-password").read_text() in ready


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("PORT", "http", "not a port"),
        ("PORT", "70000", "not a port"),
        ("DATABASE_URL", "mysql://localhost/x", "not a usable address"),
        ("DATABASE_URL", "nonsense", "not a usable address"),
        ("DATABASE_URL", "postgresql://nobody@127.0.0.1:1/none", "does not let us in"),
        ("DATABASE_URL", "postgresql://postgres@%2Ftmp/x", "socket folder"),
        ("REDIS_URL", "memcached://localhost", "not a usable address"),
        ("REDIS_URL", "redis://127.0.0.1:1/0", "does not let us in"),
        ("REDIS_URL", "redis://127.0.0.1:port/0", "not a usable address"),
        ("CELERY_BROKER_URL", "kafka://localhost", "not a usable address"),
        ("CELERY_BROKER_URL", "amqp://guest@127.0.0.1:1//", "does not let us in"),
        ("CELERY_BROKER_URL", "redis://127.0.0.1:1/0", "does not let us in"),
        ("STRIPE", "real", "not known"),
    ],
)
def test_bad_value_is_refused_in_one_line_with_a_hint(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture,
    name: str,
    value: str,
    said: str,
) -> None:
    for given in GIVEN:
        monkeypatch.delenv(given, raising=False)
    for variable, given in {"VAR_DIR": str(tmp_path), "PORT": str(free_port()), name: value}.items():
        monkeypatch.setenv(variable, given)
    assert main() == 2
    message = capsys.readouterr().err
    assert message.count("\n") == 1
    assert name in message
    assert said in message
    assert "Hint:" in message


def test_unwritable_folder_is_named(idle: Launcher) -> None:
    code, message = idle.refuse(VAR_DIR="/proc/typingtrainer")
    assert code == 2
    assert "/proc/typingtrainer" in message


def test_empty_values_count_as_not_given() -> None:
    asked = read({"PORT": "", "DATABASE_URL": "", "REDIS_URL": "", "CELERY_BROKER_URL": ""})
    assert asked.port == 8000
    assert (asked.database_url, asked.redis_url, asked.broker_url) == (None, None, None)


def test_error_of_the_configuration_names_the_remedy() -> None:
    with pytest.raises(BadConfiguration, match="Hint: give a whole number"):
        read({"PORT": "-1"})


def test_given_services_replace_the_embedded_ones(running: Launcher, tmp_path: Path) -> None:
    theirs = running.master("gunicorn").environ()
    guest = Launcher(tmp_path / "guest")
    guest.start(
        DEMO="0",
        EMAIL_URL="consolemail://",
        FIELD_ENCRYPTION_KEYS="a-key-of-the-guests-own-for-its-fields",
        **{name: theirs[name] for name in ("DATABASE_URL", "REDIS_URL", "CELERY_BROKER_URL")},
    )
    try:
        assert guest.healthy()
        assert guest.output.splitlines()[-1] == f"Ready: http://localhost:{guest.port}"
        assert not guest.children("postgres")
        assert not guest.children("valkey-server")
    finally:
        guest.stop()
