"""Clients generated from the API's description work: one in Python, one in JavaScript."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.cache import cache
from django.test import Client

from progress.models import TypingSession
from tests.factories import make_course
from tests.tools import ROOT, bring_modules, node_and_npm

PYTHON = """
import random, sys, time
from uuid import UUID
sys.path.insert(0, sys.argv[2])
from made import AuthenticatedClient, Client
from made.api.auth import post_auth_register
from made.api.courses import get_courses_course_lessons
from made.api.lessons import post_lessons_lesson_complete, post_lessons_lesson_start
from made.api.stats import get_stats_summary
from made.models import LogBodyRequest, RegisterBodyRequest, StartBodyRequest

nobody = Client(base_url=sys.argv[1])
body = RegisterBodyRequest(email="anna@example.org", password="correct horse battery")
signed_up = post_auth_register.sync(client=nobody, body=body).data
assert signed_up.user.is_guest
anna = AuthenticatedClient(base_url=sys.argv[1], token=signed_up.access)
lesson = get_courses_course_lessons.sync("en", client=anna).data[0]
begun = post_lessons_lesson_start.sync(lesson.id, client=anna, body=StartBodyRequest()).data
events = [[random.randint(150, 300), sign, 80] for sign in begun.text]
log = LogBodyRequest.from_dict(
    {"v": 1, "ticket": begun.ticket, "startedAt": round(time.time() * 1000), "mode": "stop", "events": events}
)
done = post_lessons_lesson_complete.sync(lesson.id, client=anna, body=log).data
assert isinstance(done.session_id, UUID) and done.rating == 5
assert get_stats_summary.sync(client=anna).data.sessions == 1
"""

JAVASCRIPT = """
import assert from "node:assert/strict";
import { Api } from "./made.js";

const api = new Api({
  baseUrl: process.argv[2],
  securityWorker: (token) => (token ? { headers: { Authorization: `Bearer ${token}` } } : {}),
});
const credentials = { email: "anna@example.org", password: "correct horse battery" };
const signedUp = (await api.api.postAuthRegister(credentials)).data.data;
assert.equal(signedUp.user.isGuest, true);
api.setSecurityData(signedUp.access);
const secure = { secure: true };
const [lesson] = (await api.api.getCoursesCourseLessons("en", secure)).data.data;
const begun = (await api.api.postLessonsLessonStart(lesson.id, {}, secure)).data.data;
const log = {
  v: 1,
  ticket: begun.ticket,
  startedAt: Date.now(),
  mode: "stop",
  events: Array.from(begun.text, (sign) => [150 + Math.round(150 * Math.random()), sign, 80]),
};
const done = (await api.api.postLessonsLessonComplete(lesson.id, log, secure)).data.data;
assert.equal(done.rating, 5);
assert.equal((await api.api.getStatsSummary(secure)).data.data.sessions, 1);
"""


@pytest.fixture
def described(tmp_path, transactional_db) -> Path:
    cache.clear()
    make_course(slug="en", lessons=2, text="fj fjf jjf fjj ffj")
    path = tmp_path / "schema.json"
    path.write_text(json.dumps(Client().get("/api/schema/").json()))
    return path


def run(*command: str, cwd: Path) -> None:
    done = subprocess.run(command, cwd=cwd, text=True, capture_output=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_python(described, live_server, tmp_path):
    bin_ = Path(sys.executable).parent
    os.environ["PATH"] = f"{bin_}:{os.environ['PATH']}"
    generator = str(bin_ / "openapi-python-client")
    run(
        generator,
        "generate",
        "--path",
        str(described),
        "--output-path",
        "made",
        "--meta",
        "none",
        cwd=tmp_path,
    )
    run(sys.executable, "-c", PYTHON, live_server.url, str(tmp_path), cwd=tmp_path)
    assert TypingSession.objects.count() == 1


def test_javascript(described, live_server, tmp_path):
    node, npm = node_and_npm()
    bring_modules(npm)
    generator = str(ROOT / "node_modules/swagger-typescript-api/dist/cli.mjs")
    run(
        node,
        generator,
        "generate",
        "--path",
        str(described),
        "-o",
        ".",
        "-n",
        "made.js",
        "--js",
        cwd=tmp_path,
    )
    (tmp_path / "package.json").write_text('{"type": "module"}')
    (tmp_path / "smoke.js").write_text(JAVASCRIPT)
    run(node, "smoke.js", live_server.url, cwd=tmp_path)
    assert TypingSession.objects.count() == 1
