"""Kills lose nothing acknowledged and double nothing; `python -m bench.chaos` tries for longer."""

from pathlib import Path

from bench.chaos import chaos


def test_kills_lose_and_double_nothing(tmp_path: Path) -> None:
    assert chaos(seconds=8, pause=1, seed=7, var_dir=tmp_path / "var") == []
