"""What docs/operations.md says of backups is run as it stands: saved from a running site, restored into another."""

import http.client
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.launcher import GIVEN, ROOT, Launcher
from typingtrainer.run.backup import KEPT

SECTION = (
    (ROOT / "docs/operations.md").read_text().partition("## Backup and restore\n")[2].partition("\n## ")[0]
)
SAVE, RESTORE = re.findall(r"```sh\n(.*?)```", SECTION, re.DOTALL)


@pytest.fixture
def second(tmp_path: Path) -> Iterator[Launcher]:
    launcher = Launcher(tmp_path / "second")
    yield launcher
    if launcher.is_up():
        launcher.stop()


def ask(launcher: Launcher, method: str, path: str, body: Any = None, token: str = "") -> Any:
    connection = http.client.HTTPConnection("127.0.0.1", launcher.port, timeout=60)
    headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {})
    connection.request(method, f"/api/v1/{path}", json.dumps(body), headers)
    answer = json.loads(connection.getresponse().read())
    connection.close()
    assert answer["success"], answer
    return answer["data"]


def shell(commands: str, tmp_path: Path, site: Path | None = None) -> subprocess.CompletedProcess[str]:
    """Runs them as they stand, but with the Python of this run."""
    variables = {
        "PATH": "/usr/bin:/bin:/usr/sbin:/sbin",
        "HOME": str(tmp_path),
        "VAR_DIR": str(site or tmp_path / "none"),
        "NEW_VAR_DIR": str(tmp_path / "second"),
        "BACKUP": str(tmp_path / "saved" / "today"),
    }
    return subprocess.run(
        ["sh", "-eu", "-c", commands.replace(".venv/bin/python", sys.executable)],
        cwd=ROOT,
        env=variables,
        text=True,
        capture_output=True,
        check=False,
    )


def test_a_running_site_is_saved_lost_and_restored(
    running: Launcher, second: Launcher, tmp_path: Path
) -> None:
    first = running
    email, password = re.search(r"learner: (\S+) / (\S+)", first.output).groups()
    signed_in = ask(first, "POST", "auth/login", {"email": email, "password": password})
    token = signed_in["access"]
    lesson = ask(first, "GET", "courses/en/lessons", token=token)[0]["id"]
    begun = ask(first, "POST", f"lessons/{lesson}/start", {}, token)
    events = [[200, unit, 80] for unit in begun["text"]]
    log = {"v": 1, "ticket": begun["ticket"], "startedAt": 1_795_000_000_000, "mode": begun["mode"]}
    done = ask(first, "POST", f"lessons/{lesson}/complete", log | {"events": events}, token)
    session = f"sessions/{done['sessionId']}"
    before = [ask(first, "GET", path, token=token) for path in (session, f"{session}/keystrokes", "auth/me")]

    saved = shell(SAVE, tmp_path, first.var_dir)
    assert saved.returncode == 0, saved.stderr
    folder = tmp_path / "saved" / "today"
    assert folder.stat().st_mode & 0o077 == 0
    assert {path.name for path in folder.iterdir()} <= {"database.dump", *KEPT}
    assert first.healthy()
    again = shell(SAVE, tmp_path, first.var_dir)
    assert (again.returncode, "already" in again.stderr) == (2, True)

    first.stop()
    shutil.rmtree(first.var_dir)
    restored = shell("BACKUP=$BACKUP\n" + RESTORE, tmp_path)
    assert restored.returncode == 0, restored.stderr
    second.start()
    after = [ask(second, "GET", path, token=token) for path in (session, f"{session}/keystrokes", "auth/me")]
    assert after == before
    assert ask(second, "POST", "auth/refresh", {"refresh": signed_in["refresh"]})["access"]
    assert ask(second, "POST", "auth/login", {"email": email, "password": password})["user"] == before[2]
    busy = shell(RESTORE, tmp_path)
    assert busy.returncode == 2 and second.healthy()


def test_what_cannot_be_saved_or_restored_is_said(tmp_path: Path) -> None:
    nothing_runs = shell(SAVE, tmp_path)
    assert (nothing_runs.returncode, "make run" in nothing_runs.stderr) == (1, True)
    nothing_saved = shell(RESTORE, tmp_path)
    assert (nothing_saved.returncode, "no database.dump" in nothing_saved.stderr) == (2, True)
    broken = tmp_path / "saved" / "today"
    broken.mkdir(parents=True)
    (broken / "database.dump").write_bytes(b"PGDMP, but not much of it")
    failed = shell(RESTORE, tmp_path)
    assert (failed.returncode, "pg_restore" in failed.stderr) == (1, True)
    left = {path.name for path in (tmp_path / "second").iterdir()}
    assert not left & {"postgres", *KEPT}
    # So that it can be started again.
    assert "pg_restore" in shell(RESTORE, tmp_path).stderr
    assert GIVEN[0] in shell(f"export DATABASE_URL=postgresql://x@/y\n{SAVE}", tmp_path).stderr


def test_every_secret_that_make_run_makes_is_kept_and_named() -> None:
    source = "".join(path.read_text() for path in sorted((ROOT / "typingtrainer/run").glob("*.py")))
    made = set(re.findall(r'secret\((?:\w+\.)*var_dir / "([\w-]+)"', source))
    assert {"secret-key", "vapid-key", "sms-token"} <= made <= set(KEPT)
    assert all(f"`{name}" in SECTION for name in KEPT)
