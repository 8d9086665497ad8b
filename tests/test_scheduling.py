from pathlib import Path

from tests import scheduling

ROOT = Path(__file__).resolve().parent.parent


def test_what_comes_first_is_there() -> None:
    assert [module for module in scheduling.FIRST if not (ROOT / module).exists()] == []


def test_neighbours_of_a_module_stay_together_and_only_one_worker_runs_the_product() -> None:
    run, backup = scheduling.PRODUCT[:2]
    collected = [
        "a.py::one",
        "a.py::two[x::y]",
        "b.py::Of::one",
        f"{backup}::one",
        "a.py::three",
        f"{run}::one",
    ]
    ordered = sorted(collected, key=scheduling.in_order)
    assert ordered[2:] == ["a.py::one", "a.py::two[x::y]", "b.py::Of::one", "a.py::three"]
    unit = scheduling.units(ordered)
    assert unit[f"{run}::one"] == unit[f"{backup}::one"]
    assert unit["a.py::one"] == unit["a.py::two[x::y]"] != unit["a.py::three"]
    assert len(set(unit.values())) == 4


def test_it_is_this_run_that_keeps_to_it(request) -> None:
    """pytest-xdist asks us for the order."""
    items = [item.nodeid for item in request.session.items]
    assert not hasattr(request.config, "workerinput") or items == sorted(items, key=scheduling.in_order)
