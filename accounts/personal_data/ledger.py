"""Who was erased and when, in files outside the database: what a restore brings back is erased again.

A line an erasure, `2026-11-28T17:30:00+00:00 <id>`, in a file a month. Lines are only added, and are on the disk before
the first row goes.
"""

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

from django.conf import settings


def note_erasure(user_id: UUID, *, now: datetime) -> None:
    """Note an erasure, once, and wait until the disk has it. Raises OSError."""
    if user_id in read_erasures():
        return
    folder = Path(settings.ERASURES_DIR)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = folder / f"{now:%Y-%m}.log"
    line = f"{now.astimezone(UTC).isoformat(timespec='seconds')} {user_id}\n"
    if path.exists() and not path.read_bytes().endswith(b"\n"):
        line = f"\n{line}"
    # Shorter than a block, so that what several processes add at once does not mix.
    file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        os.write(file, line.encode())
        os.fsync(file)
    finally:
        os.close(file)
    _sync(folder)


def read_erasures() -> dict[UUID, datetime]:
    """Everybody who was erased, and when first. A line that was cut off by a power failure says nothing."""
    found: dict[UUID, datetime] = {}
    for at, user_id in _lines():
        found.setdefault(user_id, at)
    return found


def _lines() -> Iterator[tuple[datetime, UUID]]:
    for path in sorted(Path(settings.ERASURES_DIR).glob("*.log")):
        for line in path.read_text().splitlines():
            at, _space, user_id = line.partition(" ")
            try:
                yield datetime.fromisoformat(at), UUID(user_id)
            except ValueError:
                continue


def _sync(folder: Path) -> None:
    """So that the name of a new file is on the disk, too."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
