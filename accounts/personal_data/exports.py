"""A copy of all that is a learner's: asked for, written by a worker, fetched for two days, and gone."""

import logging
import tempfile
import uuid
from datetime import datetime, timedelta
from typing import Final

from django.core import signing
from django.core.files import File
from django.core.files.storage import Storage, storages
from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts import limits, stray_files
from accounts.merging import lock_learner
from accounts.models import DataExport, User
from outbox import events

from .archive import write_archive

State = DataExport.State
FETCHED_FOR: Final = timedelta(hours=48)
SILENCE: Final = timedelta(minutes=2)
"""Without a sign of life for so long, its worker is taken for dead."""
BEAT: Final = timedelta(seconds=2)
"""How often a worker gives one."""
MOST_TRIES: Final = 5
TASK: Final = "accounts.tasks.build_export"
_SALT: Final = "accounts.exports"

log = logging.getLogger(__name__)


class TooOften(Exception):
    """There were enough copies for today; `seconds` until the next."""

    def __init__(self, seconds: int) -> None:
        super().__init__(seconds)
        self.seconds = seconds


class Superseded(Exception):
    """Another worker writes this copy, or nobody wants it any more."""


def storage() -> Storage:
    """Where archives lie: nobody is served from there but by `download_export`."""
    return storages["exports"]


def start_export(user: User, *, language: str, now: datetime) -> DataExport:
    """The learner's one unfinished copy, begun unless it was already. Raises TooOften or Gone."""
    if under_way := _unfinished(user):
        return under_way
    verdict = limits.hit(limits.EXPORTS, key=("export", str(user.pk)))
    if not verdict.passes:
        raise TooOften(verdict.seconds)
    try:
        with transaction.atomic():
            lock_learner(user.pk)
            made = DataExport.objects.create(user=user, language=language, asked_at=now)
            events.add(TASK, now=now, export_id=str(made.pk))
    except IntegrityError:
        # Another tab was first.
        return DataExport.objects.get(user=user, state__in=DataExport.UNFINISHED)
    return made


def latest(user: User, *, now: datetime) -> DataExport | None:
    """The copy a learner asked for last, unless it has expired."""
    kept = DataExport.objects.filter(Q(expires_at=None) | Q(expires_at__gt=now), user=user)
    return kept.order_by("-asked_at").first()


def sign_download(export: DataExport) -> str:
    """What names a copy in a link."""
    return signing.dumps(str(export.pk), salt=_SALT)


def fetched(user: User, signed: str, *, now: datetime) -> DataExport | None:
    """The learner's own copy a link names, as long as it is ready and fresh."""
    try:
        key = signing.loads(signed, salt=_SALT, max_age=FETCHED_FOR)
    except signing.BadSignature:
        return None
    ready = DataExport.objects.filter(pk=key, user=user, state=State.READY, expires_at__gt=now)
    return ready.first()


def build(export_id: uuid.UUID) -> bool:
    """Write a copy, unless somebody else does; whether it is ready now.

    Whoever was killed in the middle left a row that keeps silent: `build_silent` has it begun anew, and after some
    tries given up.
    """
    export = _claim(export_id)
    if export is None:
        return False
    with tempfile.TemporaryFile() as file:
        try:
            write_archive(
                export.user_id, file, language=export.language, now=timezone.now(), tell=_Beat(export)
            )
        except Superseded:
            return False
        size = file.tell()
        file.seek(0)
        storage().save(export.file, File(file))
    now = timezone.now()
    done = _held(export).update(
        state=State.READY, percent=100, bytes=size, ready_at=now, expires_at=now + FETCHED_FOR, lease=None
    )
    if not done:
        storage().delete(export.file)
    return bool(done)


def build_silent(*, now: datetime) -> int:
    """Have copies begun anew whose worker is silent, and give up those tried too often; how many were queued."""
    silent = DataExport.objects.filter(state=State.BUILDING, beat_at__lt=now - SILENCE)
    given_up = silent.filter(tries__gte=MOST_TRIES).update(
        state=State.FAILED, expires_at=now + FETCHED_FOR, lease=None
    )
    if given_up:
        log.error("Gave up %s exports after %s tries each", given_up, MOST_TRIES)
    with transaction.atomic():
        again = [{"export_id": str(pk)} for pk in silent.values_list("pk", flat=True)[:100]]
        events.add_each(TASK, again, now=now)
    return len(again)


def delete_expired(*, now: datetime) -> int:
    """Delete copies with their files once nobody can fetch them any more; how many."""
    expired = list(DataExport.objects.filter(expires_at__lte=now)[:1000])
    for export in expired:
        # The file first: without its row nobody would find it.
        if export.file:
            storage().delete(export.file)
        export.delete()
    return len(expired)


def sweep_archives(*, now: datetime) -> int:
    """Delete files that are no copy's any more; how many went."""
    return stray_files.sweep(storage(), "", held_of=_held_of, now=now)


def _held_of(files: list[str]) -> set[str]:
    return set(DataExport.objects.filter(file__in=files).values_list("file", flat=True))


def move(guest: User, into: User) -> None:
    """Merging: a guest's copies become the account's; one under way is begun anew, unless the account has its own."""
    unfinished = DataExport.objects.filter(user=guest, state__in=DataExport.UNFINISHED)
    if _unfinished(into):
        # Its worker notices, and deletes the file.
        unfinished.delete()
    for export in unfinished:
        unfinished.update(user=into, state=State.WAITING, lease=None, percent=0)
        events.add(TASK, now=timezone.now(), export_id=str(export.pk))
    DataExport.objects.filter(user=guest).update(user=into)


def _unfinished(user: User) -> DataExport | None:
    return DataExport.objects.filter(user=user, state__in=DataExport.UNFINISHED).first()


def _claim(export_id: uuid.UUID) -> DataExport | None:
    """Take a copy that waits, or whose worker is silent; None for any other. Each try has a file of its own."""
    now, lease = timezone.now(), uuid.uuid4()
    free = Q(state=State.WAITING) | Q(state=State.BUILDING, beat_at__lt=now - SILENCE)
    with transaction.atomic():
        export = (
            DataExport.objects.select_for_update().filter(free, pk=export_id, tries__lt=MOST_TRIES).first()
        )
        if export is None:
            return None
        left_behind, export.file = export.file, f"{lease.hex}.zip"
        export.state, export.lease, export.beat_at, export.percent = State.BUILDING, lease, now, 0
        export.tries += 1
        export.save()
    if left_behind:
        storage().delete(left_behind)
    return export


class _Beat:
    """Tells how far a copy is; raises Superseded where it is not this worker's any more."""

    def __init__(self, export: DataExport) -> None:
        self.export, self.last = export, timezone.now()

    def __call__(self, written: int, rows: int) -> None:
        now = timezone.now()
        if now - self.last < BEAT:
            return
        self.last = now
        percent = min(99, 100 * written // max(rows, 1))
        if not _held(self.export).update(percent=percent, beat_at=now):
            raise Superseded


def _held(export: DataExport) -> QuerySet[DataExport]:
    """The row, as long as it is this try's."""
    return DataExport.objects.filter(pk=export.pk, lease=export.lease, state=State.BUILDING)
