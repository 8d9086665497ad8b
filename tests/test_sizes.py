"""That `make lint` finds what is too long, and nothing else."""

from pathlib import Path

import pytest

from tests import sizes


def function(lines: int) -> str:
    return "def long():\n" + "    pass\n" * (lines - 1)


def write(root: Path, name: str, text: str) -> None:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("app/long.py", "x = 1\n" * 401, "app/long.py:1: a module of 401 lines, 400 at most"),
        (
            "app/tests/test_long.py",
            "x = 1\n" * 401,
            "app/tests/test_long.py:1: a module of 401 lines, 400 at most",
        ),
        ("static/app/long.js", "x();\n" * 201, "static/app/long.js:1: a module of 201 lines, 200 at most"),
        ("app/one.py", "x = 1\n" + function(51), "app/one.py:2: long() of 51 lines, 50 at most"),
        ("app/one.py", "async " + function(51), "app/one.py:1: long() of 51 lines, 50 at most"),
        (
            "app/one.py",
            "class One:\n" + "".join(f"    {line}\n" for line in function(51).splitlines()),
            "app/one.py:2: long() of 51 lines, 50 at most",
        ),
    ],
)
def test_what_is_too_long_is_said_with_its_place(tmp_path, monkeypatch, capsys, name, text, said):
    write(tmp_path, "app/short.py", function(3))
    write(tmp_path, name, text)
    monkeypatch.setattr(sizes, "ROOT", tmp_path)
    assert sizes.main() == 1
    assert capsys.readouterr().out == f"{said}\n"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("app/full.py", "x = 1\n" * 400),
        ("app/full.py", function(50)),
        ("app/full.py", "@cache\n" + function(50)),
        ("app/migrations/0001_initial.py", function(51)),
        ("static/app/full.js", "x();\n" * 200),
        ("tests/js/long.js", "x();\n" * 201),
        ("static/css/long.css", "a {}\n" * 401),
        (".venv/lib/long.py", "x = 1\n" * 401),
        ("node_modules/long.py", "x = 1\n" * 401),
        ("var/test/long.py", "x = 1\n" * 401),
    ],
)
def test_what_just_fits_or_is_not_ours_passes(tmp_path, monkeypatch, capsys, name, text):
    write(tmp_path, name, text)
    monkeypatch.setattr(sizes, "ROOT", tmp_path)
    assert sizes.main() == 0 and not capsys.readouterr().out


def test_all_is_looked_at():
    names = {str(path.relative_to(sizes.ROOT)) for path in sizes.modules(sizes.ROOT)}
    assert {
        "manage.py",
        "tests/sizes.py",
        "static/typing/machine.js",
        "bench/page.py",
        "conftest.py",
    } <= names
    assert not any(name.startswith((".", "node_modules")) for name in names)
