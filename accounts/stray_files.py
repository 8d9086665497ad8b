"""Files that no row names: of a worker that was killed, or of before the database was restored from a backup."""

import posixpath
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Final

from django.core.files.storage import Storage

UNCLAIMED_FOR: Final = timedelta(days=1)
"""How long a file may wait for its row, which may be written after it."""


def sweep(storage: Storage, folder: str, *, held_of: Callable[[list[str]], set[str]], now: datetime) -> int:
    """Delete those files of a folder that are older than a day and not `held_of` them all; how many went."""
    try:
        files = storage.listdir(folder)[1]
    except FileNotFoundError:
        return 0
    held = held_of(files)
    swept = 0
    for file in files:
        path = posixpath.join(folder, file)
        # Somebody else may have deleted it meanwhile.
        with suppress(FileNotFoundError):
            if file not in held and storage.get_modified_time(path) < now - UNCLAIMED_FOR:
                storage.delete(path)
                swept += 1
    return swept
