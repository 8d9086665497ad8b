from pathlib import Path

from tests import databases


def test_after_a_change_of_migrations_or_packages_another_database_is_copied(
    tmp_path: Path, monkeypatch
) -> None:
    monkeypatch.setattr(databases, "ROOT", tmp_path)
    lock, migration = tmp_path / "uv.lock", tmp_path / "accounts" / "migrations" / "0001_initial.py"
    migration.parent.mkdir(parents=True)
    states = []
    for packages, first in (("", ""), ("other", ""), ("other", "# changed")):
        lock.write_text(packages)
        migration.write_text(first)
        states.append(databases.state_of_migrations())
    assert len(set(states)) == 3
    assert databases.state_of_migrations() == states[-1]
