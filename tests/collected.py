"""Files to serve, collected once for all products that tests start: compressing them takes seconds each time."""

import shutil
from pathlib import Path
from typing import Final

KEPT: Final = Path(__file__).resolve().parent.parent / "var" / "test" / "static"
STAMP: Final = ".collected"


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
