"""For every test: services in the environment before Django reads its settings, and the browser to drive."""

import os
import shutil
from pathlib import Path

import django
import pytest
from hypothesis import HealthCheck, settings

from tests import services
from typingtrainer.catalogues import compile_catalogues

os.environ.update(services.provide())
os.environ.setdefault("SECRET_KEY", "only-for-tests-only-for-tests-only-for-tests")
os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
compile_catalogues(Path(__file__).parent / "locale")
django.setup()

# A loaded machine is slow, which is no failure.
settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")

CHROMIUM_ARGUMENTS = [
    "--no-sandbox",
    "--disable-dev-shm-usage",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, object]) -> dict[str, object]:
    """Playwright drives the system's Chromium, or its own where there is none."""
    chromium = os.environ.get("TYPING_CHROMIUM", shutil.which("chromium"))
    if chromium == "":
        pytest.skip("no Chromium on this machine")
    return {**browser_type_launch_args, "executable_path": chromium, "args": CHROMIUM_ARGUMENTS}
