"""A copy is made once at a time, whoever dies, kept for two days, and leaves no file behind."""

from datetime import timedelta

import pytest
import time_machine
from django.core.files.base import ContentFile
from django.utils import timezone

from accounts import tasks
from accounts.models import DataExport
from accounts.personal_data import exports
from outbox.models import OutboxEvent
from tests.factories import make_learner

pytestmark = pytest.mark.django_db
State = DataExport.State


@pytest.fixture
def anna():
    return make_learner()


def begin(user, **later):
    return exports.start_export(user, language="en", now=timezone.now() + timedelta(**later))


def files(places):
    return sorted(path.name for path in (places / "exports").glob("*"))


def silent(export):
    """Its worker was killed a while ago."""
    DataExport.objects.filter(pk=export.pk).update(beat_at=timezone.now() - exports.SILENCE * 2)


def test_one_is_made_at_a_time(anna, places):
    first = begin(anna)
    assert begin(anna) == first
    assert OutboxEvent.objects.filter(task=exports.TASK).count() == 1
    assert tasks.build_export(str(first.pk)) and not tasks.build_export(str(first.pk))
    first.refresh_from_db()
    assert first.state == State.READY and first.percent == 100
    assert files(places) == [first.file] and first.bytes == (places / "exports" / first.file).stat().st_size
    assert (places / "exports" / first.file).stat().st_mode & 0o077 == 0
    assert begin(anna) != first


def test_three_a_day(anna):
    for _ in range(3):
        exports.build(begin(anna).pk)
    with pytest.raises(exports.TooOften) as refused:
        begin(anna)
    assert 0 < refused.value.seconds <= 86_400


def test_whoever_dies_is_followed_by_another_without_doubling(anna, places, monkeypatch):
    export = begin(anna)

    class Killed(BaseException):
        pass

    def dies(*_args, **_more):
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(exports, "write_archive", dies)
        with pytest.raises(Killed):
            exports.build(export.pk)
    # Redelivered while the first may still be at work: left alone.
    assert not exports.build(export.pk)
    silent(export)
    assert tasks.look_after_exports() == 1
    assert exports.build(export.pk)
    export.refresh_from_db()
    assert export.state == State.READY and export.tries == 2 and files(places) == [export.file]


def test_a_worker_that_was_taken_for_dead_throws_its_copy_away(anna, places, monkeypatch):
    export, real = begin(anna), exports.write_archive

    def slow(*args, **more):
        monkeypatch.setattr(exports, "write_archive", real)
        silent(export)
        assert exports.build(export.pk)
        return real(*args, **more)

    monkeypatch.setattr(exports, "write_archive", slow)
    assert not exports.build(export.pk)
    export.refresh_from_db()
    assert export.state == State.READY and files(places) == [export.file]


def test_whoever_is_superseded_stops_in_the_middle(anna, monkeypatch):
    monkeypatch.setattr(exports, "BEAT", timedelta(0))
    export = begin(anna)
    beat = exports._Beat(exports._claim(export.pk))
    beat(1, 4)
    export.refresh_from_db()
    assert export.percent == 25
    silent(export)
    assert exports._claim(export.pk)
    with pytest.raises(exports.Superseded):
        beat(2, 4)


def test_after_five_tries_it_has_failed(anna, places):
    export = begin(anna)
    for _ in range(exports.MOST_TRIES):
        assert exports._claim(export.pk)
        silent(export)
    assert exports.build_silent(now=timezone.now()) == 0
    export.refresh_from_db()
    assert export.state == State.FAILED and not exports.build(export.pk)
    assert begin(anna) != export


def test_it_expires_with_its_file(anna, places):
    export = begin(anna)
    exports.build(export.pk)
    signed, now = exports.sign_download(export), timezone.now()
    assert exports.fetched(anna, signed, now=now) == export
    assert exports.fetched(make_learner("boris@example.com"), signed, now=now) is None
    assert exports.fetched(anna, signed + "x", now=now) is None
    late = now + exports.FETCHED_FOR + timedelta(seconds=1)
    assert exports.fetched(anna, signed, now=late) is None and exports.latest(anna, now=late) is None
    assert exports.delete_expired(now=now) == 0
    assert exports.delete_expired(now=late) == 1
    assert not files(places) and not DataExport.objects.exists()


def test_files_without_a_row_go_in_the_night(anna, places):
    """Of a restored database, or of a worker that was killed before it noticed that nobody wants its copy."""
    assert exports.sweep_archives(now=timezone.now()) == 0
    kept = begin(anna)
    exports.build(kept.pk)
    lost_file = exports.storage().save("lost.zip", ContentFile(b"x"))
    tasks.prune()
    kept.refresh_from_db()
    assert files(places) == sorted([kept.file, lost_file])
    with time_machine.travel(timezone.now() + timedelta(hours=25)):
        tasks.prune()
    assert files(places) == [kept.file]
