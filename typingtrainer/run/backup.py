"""Saves what an installation with the embedded database holds, and restores it into another folder.

python -m typingtrainer.run.backup save FOLDER       of the `make run` that runs with this VAR_DIR
python -m typingtrainer.run.backup restore FOLDER    into this VAR_DIR, which holds nothing yet
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final

from typingtrainer.run import configuration
from typingtrainer.run.__main__ import lock
from typingtrainer.run.configuration import BadConfiguration
from typingtrainer.run.embedded import Postgres, binary, socket_dir
from typingtrainer.run.supervisor import CannotRun, Supervisor, clear_leftovers

DUMP: Final = "database.dump"
LEDGER: Final = "erasures"
"""Where ERASURES_DIR names no other folder: what a restore finds in it stays, and the saved lines are added."""
KEPT: Final = (
    "secret-key",
    "learner-password",
    "editor-password",
    "media",
    "mail",
    LEDGER,
    "stripe.json",
    "stripe-port",
    "stripe-webhook-secret",
    "vapid-key",
    "sms-token",
)
"""What is worth keeping of VAR_DIR beside the database; all the rest is made anew."""


def back_up(arguments: list[str]) -> int:
    try:
        action, folder = _asked(arguments)
        asked = configuration.read(os.environ)
        if asked.database_url:
            raise BadConfiguration(
                "DATABASE_URL names a server of yours.", "save it with the pg_dump of that server."
            )
        action(asked.var_dir, folder)
    except BadConfiguration as error:
        print(error, file=sys.stderr)
        return 2
    except CannotRun as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def save(var_dir: Path, folder: Path) -> None:
    """Writes the running installation of `var_dir` into a new `folder`, whole or not at all."""
    postgres = Postgres(var_dir, socket_dir(var_dir))
    if folder.exists():
        raise BadConfiguration(f"{folder} is there already.", "name a new folder.")
    if not postgres.answers():
        raise CannotRun(f"No database runs in {var_dir}: start `make run` with this VAR_DIR first.")
    unfinished = folder.with_name(f"{folder.name}.unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(mode=0o700, parents=True)
    _run("pg_dump", "--format=custom", f"--file={unfinished / DUMP}", f"--dbname={postgres.url}")
    (unfinished / DUMP).chmod(0o600)
    _copy(var_dir, unfinished)
    unfinished.rename(folder)
    print(f"Saved {var_dir} in {folder}. Whoever reads it can sign in as anybody: keep it safe.")


def restore(var_dir: Path, folder: Path) -> None:
    """Makes of a saved `folder` what `make run` goes on with in `var_dir`."""
    if not (folder / DUMP).is_file():
        raise BadConfiguration(f"{folder} holds no {DUMP}.", "name a folder that `save` has made.")
    with lock(var_dir):
        others = [name for name in ("postgres", *KEPT) if name != LEDGER]
        if found := [name for name in others if (var_dir / name).exists()]:
            raise BadConfiguration(f"{var_dir} holds {found[0]} already.", "set VAR_DIR to a new folder.")
        # Made beside what `make run` looks for, so that it finds a whole database or none.
        unfinished = var_dir / "restored.unfinished"
        clear_leftovers(unfinished, unfinished / "postgres")
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir()
        _load(folder / DUMP, unfinished)
        _copy(folder, var_dir)
        (unfinished / "postgres").rename(var_dir / "postgres")
        shutil.rmtree(unfinished)
    print(f"Restored {folder} into {var_dir}: start `make run` with this VAR_DIR.")


def _load(dump: Path, var_dir: Path) -> None:
    """A cluster in `var_dir` with the database of a dump."""
    sockets = socket_dir(var_dir)
    postgres, supervisor = Postgres(var_dir, sockets), Supervisor(var_dir)
    try:
        supervisor.start(postgres.program())
        supervisor.wait_until_all_answer(60)
        postgres.make_database()
        whole = ("--exit-on-error", "--single-transaction")
        _run("pg_restore", *whole, f"--dbname={postgres.url}", str(dump))
    finally:
        supervisor.stop_all()
        sockets.rmdir()


def _asked(arguments: list[str]) -> tuple[Callable[[Path, Path], None], Path]:
    match arguments:
        case ["save", folder]:
            return save, Path(folder).expanduser().resolve()
        case ["restore", folder]:
            return restore, Path(folder).expanduser().resolve()
    raise BadConfiguration("Say what to do and with which folder.", "save FOLDER, or restore FOLDER")


def _copy(source: Path, target: Path) -> None:
    for name in KEPT:
        if name == LEDGER:
            _add_ledger(_ledger_in(source), _ledger_in(target))
        elif (source / name).is_dir():
            shutil.copytree(source / name, target / name)
        elif (source / name).exists():
            shutil.copy2(source / name, target / name)


def _ledger_in(folder: Path) -> Path:
    """The ledger of an installation or a backup; that of an installation may lie elsewhere."""
    elsewhere = os.environ.get("ERASURES_DIR")
    return Path(elsewhere) if elsewhere and not (folder / DUMP).exists() else folder / LEDGER


def _add_ledger(source: Path, target: Path) -> None:
    """Add the lines of one ledger that another one misses, as everybody in either was deleted."""
    for path in source.glob("*.log"):
        target.mkdir(mode=0o700, parents=True, exist_ok=True)
        kept = target / path.name
        known = kept.read_text().splitlines() if kept.exists() else []
        lines = dict.fromkeys([*known, *path.read_text().splitlines()])
        kept.write_text("".join(f"{line}\n" for line in lines))


def _run(name: str, *arguments: str) -> None:
    done = subprocess.run([binary(name), *arguments], check=False, capture_output=True, text=True)
    if done.returncode != 0:
        raise CannotRun(f"{name} failed:\n{done.stderr.strip()}")


if __name__ == "__main__":
    sys.exit(back_up(sys.argv[1:]))
