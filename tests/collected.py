"""What a product makes at its first start, made once for all that tests start, as it takes seconds each time.

Its files to serve, and its database. Each product still prepares what it is lent, as at any later start.
"""

import os
import shutil
from pathlib import Path
from typing import Final

KEPT: Final = Path(__file__).resolve().parent.parent / "var" / "test" / "static"
STAMP: Final = ".collected"
CLUSTER: Final = "TYPING_KEPT_CLUSTER"
"""Names the folder in which a test run keeps a database; without it nobody keeps or lends one."""


def lend(var_dir: Path) -> None:
    """Give a product that begins what an earlier one has collected; it collects anew where that is out of date."""
    if (KEPT / STAMP).exists() and not (var_dir / "static").exists():
        shutil.copytree(KEPT, var_dir / "static", ignore_dangling_symlinks=True)


def keep(var_dir: Path) -> None:
    """Keep what a product that has started collected, unless that is kept already."""
    own, kept = var_dir / "static" / STAMP, KEPT / STAMP
    if own.exists() and not (kept.exists() and kept.read_text() == own.read_text()):
        unfinished = KEPT.with_name(f"static.{var_dir.name}.unfinished")
        shutil.rmtree(unfinished, ignore_errors=True)
        shutil.copytree(var_dir / "static", unfinished)
        shutil.rmtree(KEPT, ignore_errors=True)
        try:
            unfinished.rename(KEPT)
        except OSError:
            # Another worker was quicker.
            shutil.rmtree(unfinished, ignore_errors=True)


def lend_database(var_dir: Path) -> None:
    """Give a product that begins the database of one that has ended; passwords and keys it makes its own."""
    kept, own = os.environ.get(CLUSTER), var_dir / "postgres"
    if kept and Path(kept).exists() and not own.exists():
        shutil.copytree(kept, own)


def keep_database(var_dir: Path) -> None:
    """Keep that of the first product of this run that has ended in order."""
    own, named = var_dir / "postgres", os.environ.get(CLUSTER)
    if named and own.exists() and not (kept := Path(named)).exists():
        unfinished = kept.with_name(f"{kept.name}.{os.getpid()}.unfinished")
        shutil.copytree(own, unfinished)
        try:
            unfinished.rename(kept)
        except OSError:
            shutil.rmtree(unfinished, ignore_errors=True)
