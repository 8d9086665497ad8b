"""Products that several modules use in turn, as each start takes many seconds."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests import collected
from tests.launcher import Launcher

CLASSROOM = {"CLASSROOM_NETWORKS": "127.0.0.0/8"}
"""Tests ask more of one address than a household would."""


@contextmanager
def stopped_at_the_end(folder: Path) -> Iterator[Launcher]:
    launcher = Launcher(folder)
    yield launcher
    if launcher.is_up():
        assert launcher.stop() == 0
    assert not launcher.children()


@pytest.fixture(scope="session")
def first_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Launcher]:
    with stopped_at_the_end(tmp_path_factory.mktemp("launcher") / "a folder") as launcher:
        yield launcher


@pytest.fixture
def running(first_site: Launcher) -> Launcher:
    """A product that made everything at its first start."""
    if not first_site.is_up():
        first_site.start()
    return first_site


@pytest.fixture(scope="session")
def second_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Launcher]:
    with stopped_at_the_end(tmp_path_factory.mktemp("beside") / "var") as launcher:
        yield launcher


@pytest.fixture
def with_stripe(second_site: Launcher) -> Launcher:
    """A product with a fake Stripe beside it; only just started for the first that asks."""
    if not second_site.is_up():
        collected.lend_database(second_site.var_dir)
        second_site.start(STRIPE="fake", **CLASSROOM)
    return second_site
