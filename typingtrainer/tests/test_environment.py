"""What `make run` lends to `manage.py`, to whom, and until when."""

import fcntl
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from accounts.providers.configuration import VARIABLES
from typingtrainer.run.configuration import BadConfiguration
from typingtrainer.run.environment import NAMES, borrow, lend
from typingtrainer.tests.test_docs import ASKED

ROOT = Path(__file__).resolve().parents[2]
NEEDED = {
    "SECRET_KEY": "of the demo",
    "DATABASE_URL": "postgresql://demo",
    "REDIS_URL": "unix://demo",
    "CELERY_BROKER_URL": "redis+socket://demo",
}
LAUNCHER = """
import json, sys, time
from pathlib import Path
from typingtrainer.run.environment import lend
with lend(Path(sys.argv[1]), json.loads(sys.argv[2])):
    print("lent", flush=True)
    time.sleep(60)
"""


def borrowed(var_dir, **env):
    environ = {"VAR_DIR": str(var_dir), **env}
    borrow(environ)
    return environ


def test_what_is_missing_is_borrowed(tmp_path):
    with lend(tmp_path, NEEDED | {"DEMO": "1"}):
        assert borrowed(tmp_path) == {"VAR_DIR": str(tmp_path), "DEMO": "1", **NEEDED}


def test_what_is_set_wins(tmp_path):
    with lend(tmp_path, NEEDED | {"DEMO": "1"}):
        environ = borrowed(tmp_path, DEMO="0", REDIS_URL="redis://mine")
    assert environ == {"VAR_DIR": str(tmp_path), **NEEDED, "DEMO": "0", "REDIS_URL": "redis://mine"}


def test_empty_counts_as_not_set(tmp_path):
    with lend(tmp_path, NEEDED):
        assert borrowed(tmp_path, SECRET_KEY="", REDIS_URL="")["REDIS_URL"] == "unix://demo"


def test_only_settings_are_lent(tmp_path):
    with lend(tmp_path, NEEDED | {"PATH": "/theirs", "PORT": "8001", "EMAIL_URL": "consolemail://"}):
        environ = borrowed(tmp_path)
    assert environ.keys() == {"VAR_DIR", "EMAIL_URL", *NEEDED}


def test_every_setting_can_be_lent():
    settings = (ROOT / "typingtrainer/settings.py").read_text("utf-8")
    assert set(NAMES) == {*ASKED.findall(settings), *VARIABLES}


def test_who_has_all_that_is_needed_borrows_nothing(tmp_path):
    with lend(tmp_path, NEEDED | {"DEMO": "1"}):
        assert borrowed(tmp_path, **NEEDED) == {"VAR_DIR": str(tmp_path), **NEEDED}


@pytest.mark.parametrize("name", ["SECRET_KEY", "DATABASE_URL"])
def test_nothing_is_borrowed_for_another_installation(tmp_path, name):
    environ = {"VAR_DIR": str(tmp_path), name: "another"}
    with lend(tmp_path, NEEDED), pytest.raises(BadConfiguration, match=f"has another {name}"):
        borrow(environ)
    assert environ == {"VAR_DIR": str(tmp_path), name: "another"}


def test_naming_the_same_database_is_no_other_installation(tmp_path):
    with lend(tmp_path, NEEDED):
        assert borrowed(tmp_path, DATABASE_URL="postgresql://demo")["SECRET_KEY"] == "of the demo"


def test_the_file_is_for_its_owner_and_goes_when_lending_ends(tmp_path):
    file = tmp_path / "environment.json"
    with lend(tmp_path, NEEDED):
        assert file.stat().st_mode & 0o777 == 0o600
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(BadConfiguration, match=f"is ready in {tmp_path}"):
        borrowed(tmp_path)


def test_another_users_file_is_not_believed(tmp_path, monkeypatch):
    with lend(tmp_path, NEEDED):
        monkeypatch.setattr(os, "getuid", lambda: (tmp_path / "environment.json").stat().st_uid + 1)
        with pytest.raises(BadConfiguration, match="of yours"):
            borrowed(tmp_path)


def test_what_a_killed_launcher_left_is_not_believed(tmp_path):
    settings = json.dumps(NEEDED | {"SECRET_KEY": "of the killed"})
    command = [sys.executable, "-c", LAUNCHER, tmp_path, settings]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE) as launcher:
        launcher.stdout.readline()
        assert borrowed(tmp_path)["SECRET_KEY"] == "of the killed"
        launcher.kill()
    assert (tmp_path / "environment.json").exists()
    with pytest.raises(BadConfiguration):
        borrowed(tmp_path)
    with lend(tmp_path, NEEDED):
        assert borrowed(tmp_path)["SECRET_KEY"] == "of the demo"


def test_refusal_names_only_what_is_missing(tmp_path):
    with pytest.raises(BadConfiguration, match=r"^No settings: SECRET_KEY, REDIS_URL not set, and no"):
        borrowed(tmp_path, DATABASE_URL="postgresql://mine", CELERY_BROKER_URL="redis://mine")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"garbage",
        b"\xff\xfe",
        b"[1, 2]",
        b"null",
        b'{"SECRET_KEY": 5}',
        b'{"SECRET_KEY": "a\\u0000"}',
        b'{"SECRET_KEY": "\\ud800"}',
        b"[" * 100_000,
        b"\0" * 200_000,
    ],
)
def test_a_damaged_file_lends_nothing(tmp_path, content):
    with (tmp_path / "environment.json").open("w+b") as file:
        file.write(content)
        file.flush()
        fcntl.flock(file, fcntl.LOCK_EX)
        with pytest.raises(BadConfiguration, match="No settings"):
            borrow({"VAR_DIR": str(tmp_path)})


def test_a_pipe_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "environment.json")
    with pytest.raises(BadConfiguration, match="No settings"):
        borrow({"VAR_DIR": str(tmp_path)})
