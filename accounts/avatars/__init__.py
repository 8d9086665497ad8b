"""The picture of a learner: two files under a random name that her row holds, seen by herself alone."""

import uuid
from datetime import datetime
from functools import partial
from typing import Final

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction

from accounts import stray_files
from accounts.merging import lock_learner
from accounts.models import User

from .pictures import SIZES, draw

FOLDER: Final = "avatars"


def file_of(name: str, size: int) -> str:
    """Where a picture is in the storage."""
    return f"{FOLDER}/{name}-{size}.webp"


def take(user: User, raw: bytes) -> None:
    """Make what was sent the learner's picture, instead of the one before. Raises pictures.BadPicture or Busy."""
    drawn, name = draw(raw), uuid.uuid4().hex
    for size, picture in drawn.items():
        default_storage.save(file_of(name, size), ContentFile(picture))
    _set(user, name)


def remove(user: User) -> None:
    """Leave the learner without a picture."""
    _set(user, "")


def forget_after_commit(name: str) -> None:
    """Delete the files of a picture once this transaction has committed; the nightly sweep mends what fails."""
    if name:
        transaction.on_commit(partial(_forget, name), robust=True)


def sweep_pictures(*, now: datetime) -> int:
    """Delete pictures that are nobody's any more; how many files went."""
    return stray_files.sweep(default_storage, FOLDER, held_of=_held_of, now=now)


def _held_of(files: list[str]) -> set[str]:
    name_of = {file: file.partition("-")[0] for file in files}
    names = set(name_of.values()) - {""}
    held = set(User.objects.filter(avatar__in=names).values_list("avatar", flat=True))
    return {file for file, name in name_of.items() if name in held}


def _set(user: User, name: str) -> None:
    with transaction.atomic():
        lock_learner(user.pk)
        before = User.objects.values_list("avatar", flat=True).get(pk=user.pk)
        User.objects.filter(pk=user.pk).update(avatar=name)
        forget_after_commit(before)
    user.avatar = name


def _forget(name: str) -> None:
    for size in SIZES:
        default_storage.delete(file_of(name, size))
