"""Nothing of a learner stands in a log, whatever she types and whatever goes wrong; and no secret in the source."""

import json
import logging
import re
import subprocess
from pathlib import Path

import pytest
from django.core.cache import cache
from django.test import Client

from tests.factories import make_learner
from tests.safety.forms import TYPED, forms_on
from tests.safety.routes import ROUTES_THERE

CANARY, SECRET = "kanarek-4711", "kettle-of-kanarek-0815"
ROOT = Path(__file__).resolve().parents[2]
LOOKS_SECRET = re.compile(
    r"-----BEGIN (?:RSA |EC |OPENSSH )?PRIVATE KEY-----\n[A-Za-z0-9+/]|sk_live_\w{8}|whsec_\w{20}|AKIA[0-9A-Z]{16}"
    r"|ghp_\w{20}|AIza[\w-]{30}|xox[bp]-\w{10}"
)


@pytest.mark.django_db
def test_nothing_of_hers_is_logged(caplog, browser_of):
    user = make_learner(f"{CANARY}@example.org", name=CANARY)
    user.set_password(SECRET)
    user.save()
    client = browser_of(user, headers={"User-Agent": CANARY})
    with caplog.at_level(logging.INFO):
        for one in (client, Client(headers={"User-Agent": CANARY})):
            for route in ROUTES_THERE:
                if route.is_api or route.is_admin or "<" in route.pattern or "(" in route.pattern:
                    continue
                cache.clear()
                page = one.get(
                    route.path, {"q": CANARY, "code": CANARY, "next": f"/help/?{CANARY}"}, follow=True
                )
                if not page.headers.get("Content-Type", "").startswith("text/html"):
                    continue
                for form in forms_on(page.getvalue().decode(), page.request["PATH_INFO"]):
                    if form.method == "post" and any(kind in TYPED for kind in form.kinds.values()):
                        one.post(form.action, form.filled(CANARY, SECRET), headers={"Referer": CANARY})
        for body in ({"email": f"{CANARY}@example.org", "password": SECRET + "x"}, {"email": CANARY}, CANARY):
            for path in ("login", "register", "forgot-password", "reset-password", "verify-email", "refresh"):
                sent = json.dumps(
                    body | {"key": SECRET, "refresh": SECRET} if isinstance(body, dict) else body
                )
                Client().post(f"/api/v1/auth/{path}", sent, "application/json")
                Client().get(f"/api/v1/auth/{path}", headers={"Authorization": f"Bearer {SECRET}"})
    assert len(caplog.records) > 20
    said = [record.getMessage() + (record.exc_text or "") for record in caplog.records]
    assert [line for line in said if CANARY in line or SECRET in line] == []


def test_no_secret_is_in_the_source():
    tracked = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False
    ).stdout
    paths = [ROOT / name for name in tracked.split("\0") if name]
    if not paths:
        pytest.skip("not a repository")
    found = [
        str(path)
        for path in paths
        if path.is_file() and path != Path(__file__) and path.stat().st_size < 500_000
        and LOOKS_SECRET.search(path.read_text(errors="ignore"))
    ]  # fmt: skip
    assert found == []
