"""docs/api.md says what is true: its tour is run, its table has every code there is."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache

from billing.buying import checkout
from billing.entitlement import gifts
from progress.exercises.exercise import MODES
from progress.models import TypingSession
from tests.api_client import Api
from tests.factories import lesson_of, make_course, make_learner
from typingtrainer.problems import messages

PROJECT = Path(__file__).parent.parent
DOCUMENT = (PROJECT / "docs/api.md").read_text()
APPS = ("accounts", "billing", "coaching", "lessons", "progress", "typingtrainer")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("curl", ["our own", *(["real"] if shutil.which("curl") else [])])
def test_the_tour_runs_as_it_stands(curl, live_server, tmp_path):
    cache.clear()
    make_course(slug="en", lessons=6, free=6, text="fj fjf jjf fjj ffj")
    programs = tmp_path / "programs"
    programs.mkdir()
    (programs / "python3").symlink_to(sys.executable)
    if curl == "our own":
        shim = programs / "curl"
        shim.write_text(f'#!/bin/sh\nexec "{sys.executable}" "{PROJECT}/tests/fakes/curl.py" "$@"\n')
        shim.chmod(0o755)
    blocks = re.findall(r"```sh\n(.*?)```", DOCUMENT, re.DOTALL)
    done = subprocess.run(
        ["sh", "-eu", "-c", "\n".join(blocks)],
        cwd=tmp_path,
        env={"SITE": live_server.url, "PATH": f"{programs}:{os.environ['PATH']}"},
        text=True,
        capture_output=True,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("stars") >= 5
    assert '"success":false' not in done.stdout.replace(" ", "")
    assert TypingSession.objects.count() == 5
    assert all(session.stars == 5 for session in TypingSession.objects.all())


def codes() -> set[str]:
    found = set(messages()) | {why.value for why in (*checkout.Why, *gifts.Why)}
    for app in APPS:
        for path in (PROJECT / app).rglob("*.py"):
            text = path.read_text()
            if "rest_framework" in text or path.name == "refusals.py":
                found |= set(re.findall(r'\b(?:default_)?code ?= ?"([a-z_]+)"', text))
                found |= set(re.findall(r'Refusal\(\s*"([a-z_]+)"', text))
    return found - {"invalid_choice", "unknown"}


def test_every_code_is_in_the_table():
    table = set(re.findall(r"^\| \d{3} \| `([a-z_]+)`", DOCUMENT, re.MULTILINE))
    assert codes() == table


def documented(heading: str) -> dict[str, Any]:
    """The JSON below a heading of the document."""
    section = DOCUMENT.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    example: dict[str, Any] = json.loads(re.findall(r"```json\n(.*?)```", section, re.DOTALL)[0])
    return example


@pytest.mark.django_db
@pytest.mark.parametrize("mode", MODES)
def test_the_log_of_the_document_has_the_figures_of_the_document(mode):
    example = documented("A keystroke log")
    course, api = make_course(slug="en", text=example["text"]), Api(make_learner())
    path = f"lessons/{lesson_of(course).pk}"
    begun = api.post(f"{path}/start", {"mode": mode})[1]
    log = {"v": 1, "ticket": begun["ticket"], "startedAt": 1_795_000_000_000, "mode": begun["mode"]}
    status, done = api.post(f"{path}/complete", log | {"events": example["events"]})
    assert status == 200, done
    stored = api.get(f"sessions/{done['sessionId']}")[1]
    assert {name: stored[name] for name in example[mode]} == example[mode]


@pytest.mark.django_db
def test_the_report_of_the_document_is_taken_and_found_by_its_name():
    report = documented("The old program's reports")
    text = "".join(stroke["expected"] for stroke in report["keystrokes"])
    course, api = make_course(slug="en", text=text), Api(make_learner())
    status, done = api.post(f"lessons/{lesson_of(course).pk}/complete", report)
    assert status == 200, done
    stored = api.get(f"sessions/{report['sessionId']}")[1]
    assert stored["id"] == done["sessionId"]
    assert (stored["errors"], stored["keystrokes"]) == (report["errors"], len(report["keystrokes"]))
