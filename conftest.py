"""For every test: services in the environment before Django reads its settings, and the browser to drive."""

import os
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import django
import pytest
from django.core.cache import cache
from django.db import connection, connections
from hypothesis import HealthCheck, settings

from tests import databases, scheduling, services
from typingtrainer.catalogues import compile_catalogues

os.environ.update(services.provide())
os.environ.setdefault("SECRET_KEY", "only-for-tests-only-for-tests-only-for-tests")
os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
compile_catalogues(Path(__file__).parent / "locale")
django.setup()

# A loaded machine is slow, which is no failure.
settings.register_profile(
    "patient",
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
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


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Several workers begin with what takes long; one alone keeps the order of the files."""
    if "PYTEST_XDIST_WORKER" in os.environ:
        items.sort(key=lambda item: scheduling.in_order(item.nodeid))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> scheduling.WholeModules:
    return scheduling.WholeModules(config, log)


@pytest.fixture(autouse=True)
def no_limits_left_over() -> None:
    """What earlier tests sent does not count."""
    cache.clear()


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, object]) -> dict[str, object]:
    """Playwright drives the system's Chromium, or its own where there is none."""
    chromium = os.environ.get("TYPING_CHROMIUM", shutil.which("chromium"))
    if chromium == "":
        pytest.skip("no Chromium on this machine")
    return {**browser_type_launch_args, "executable_path": chromium, "args": CHROMIUM_ARGUMENTS}


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings: None, django_test_environment: None, django_db_blocker: Any
) -> None:
    """Each worker's database is a copy of one that is migrated."""
    with django_db_blocker.unblock():
        connection.settings_dict["TEST"]["TEMPLATE"] = databases.template(connection)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """The test database; who still holds a connection to it when all is over is a leak and fails the run."""
    yield
    with django_db_blocker.unblock():
        connections.close_all()
        connection.close_pool()
        deadline = time.monotonic() + 10  # A server process takes its time to go after its client.
        while (held := held_connections()) and time.monotonic() < deadline:
            time.sleep(0.1)
    assert not held, f"connections to the test database were left open; they last ran: {held}"


def held_connections() -> list[str]:
    """What connections to the test database ran last."""
    with connection._nodb_cursor() as cursor:
        cursor.execute(
            "SELECT query FROM pg_stat_activity WHERE datname = %s", [connection.settings_dict["NAME"]]
        )
        return [query for (query,) in cursor.fetchall()]


@pytest.fixture(scope="session")
def playwright(django_db_setup: None, playwright: Any) -> Iterator[Any]:
    """As long as its event loop runs in this thread, Django keeps a connection apart for it, which ends with it."""
    yield playwright
    connections.close_all()


@pytest.fixture(scope="session")
def live_server(django_db_setup: None, live_server: Any) -> Any:
    """The server, which ends before the database does."""
    return live_server
