"""Which of the workers of pytest-xdist runs what: whole modules, and what takes long first.

`--dist loadgroup` knows no groups under pytest 9.2 (pytest-xdist's issue 1386): it dealt out single tests, so that each
worker made every fixture of a module anew, two copies of the product among them.
"""

from collections.abc import Sequence
from itertools import groupby
from typing import Any, Final

from xdist.scheduler import LoadScopeScheduling

PRODUCT: Final = (
    "tests/test_run.py",
    "tests/test_backup.py",
    "tests/test_cold_start.py",
    "tests/fake_stripe/test_beside_the_site.py",
    "tests/test_chaos.py",
)
"""They start the whole product: one worker runs them all, so that two products never run at once."""
LONG: Final = (
    "lessons/tests/test_text_maker.py",
    "tests/test_practice.py",
    "tests/test_coach_bench.py",
    "tests/test_typists.py",
    "lessons/tests/test_worthwhile.py",
)
"""They need no database. What comes last is short, so that no worker is left alone with much."""
SINGLE: Final = ("tests/browser/test_pages.py",)
"""Their tests take long and share nothing: each is dealt by itself."""
FIRST: Final = {module: place for place, module in enumerate([*PRODUCT, *LONG])}


def module_of(nodeid: str) -> str:
    return nodeid.partition("::")[0]


def in_order(nodeid: str) -> int:
    """A key to sort by; what is not said to come first keeps its place."""
    return FIRST.get(module_of(nodeid), len(FIRST))


def units(nodeids: Sequence[str]) -> dict[str, str]:
    """The unit each test belongs to, of those in order: neighbours of a module, which one worker runs without a break.

    A module may come twice, as pytest-django lets tests that commit follow all that roll back.
    """

    def whole(nodeid: str) -> str:
        module = module_of(nodeid)
        if module in SINGLE:
            return nodeid
        return "the product" if module in PRODUCT else module

    return {
        nodeid: f"{number} {name}"
        for number, (name, neighbours) in enumerate(groupby(nodeids, key=whole))
        for nodeid in neighbours
    }


class WholeModules(LoadScopeScheduling):
    def __init__(self, config: Any, log: Any) -> None:
        super().__init__(config, log)
        # The order is ours, not that of the numbers of tests.
        config.option.loadscopereorder = False
        self.units: dict[str, str] = {}

    def schedule(self) -> None:
        self.units = self.units or units(next(iter(self.registered_collections.values())))
        super().schedule()

    def _split_scope(self, nodeid: str) -> str:
        return self.units[nodeid]
