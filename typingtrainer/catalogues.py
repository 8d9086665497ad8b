"""Message catalogues: `locale/*/LC_MESSAGES/*.po` compiled to `.mo` without gettext on the machine."""

import os
from pathlib import Path

import polib


def compile_catalogues(locale: Path) -> list[Path]:
    """Compile every catalogue that is newer than its compiled form; returns those compiled."""
    compiled = []
    for po in sorted(locale.glob("*/LC_MESSAGES/*.po")):
        mo = po.with_suffix(".mo")
        if mo.exists() and mo.stat().st_mtime_ns >= po.stat().st_mtime_ns:
            continue
        fresh = mo.with_suffix(f".{os.getpid()}.tmp")
        polib.pofile(str(po)).save_as_mofile(str(fresh))
        fresh.replace(mo)
        compiled.append(po)
    return compiled
