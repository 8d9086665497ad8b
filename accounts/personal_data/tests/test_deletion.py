"""Deleting an account: closed at once, taken back within a week, gone after it, whatever dies in between."""

import hashlib
import re
import uuid
from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.core import mail
from django.core.management import call_command
from django.utils import timezone
from django_redis import get_redis_connection

from accounts import limits, tasks, tokens
from accounts.models import BrowserSession, PhoneNumber, TokenFamily, User
from accounts.personal_data import deletion, ledger, registry
from outbox.models import OutboxEvent
from progress.models import TypingSession
from tests.factories import make_learner, make_test, signed_in

pytestmark = pytest.mark.django_db
LATER = timedelta(days=7, seconds=1)


@pytest.fixture
def anna():
    return make_learner(language="en")


def close(user):
    deletion.request(user, now=timezone.now())
    user.refresh_from_db()
    return user


def due(user):
    User.objects.filter(pk=user.pk).update(erase_at=timezone.now() - timedelta(seconds=1))


def queued():
    return list(OutboxEvent.objects.order_by("pk").values_list("task", flat=True))


def test_it_is_closed_at_once(anna):
    browser, pair = signed_in(anna), tokens.start_family(anna, now=timezone.now())
    close(anna)
    assert not anna.is_active and timedelta(days=6) < anna.erase_at - timezone.now() <= timedelta(days=7)
    assert browser.get("/settings/tokens/").status_code == 302
    with pytest.raises(tokens.BadToken):
        tokens.bearer(pair.access, now=timezone.now())
    assert not TokenFamily.objects.exists()
    assert queued() == [deletion.TELL] and not BrowserSession.objects.exists()


def test_the_mail_leads_to_the_page_that_takes_it_back(anna, client):
    User.objects.filter(pk=anna.pk).update(timezone="Asia/Omsk")
    close(anna)
    User.objects.filter(pk=anna.pk).update(erase_at=datetime(2099, 12, 5, 20, 0, tzinfo=UTC))
    when = "Dec. 6, 2099, 2 a.m. (Omsk, UTC+6)"
    assert tasks.tell_of_deletion(str(anna.pk))
    (told,) = mail.outbox
    assert told.to == [anna.email] and told.subject == "Your account will be deleted"
    address = re.search(r"(/settings/data/undo/\S+)", told.body)[1]
    page = client.get(address)
    assert when in told.body and when in page.text
    assert anna.email in page.content.decode() and User.objects.filter(is_active=False).exists()
    assert client.post(address)["Location"] == "/accounts/login/"
    anna.refresh_from_db()
    assert anna.is_active and anna.erase_at is None
    assert client.get(address).status_code == 404
    assert not tasks.tell_of_deletion(str(anna.pk)) and not tasks.erase(str(anna.pk))


def test_an_old_link_does_not_open_what_was_closed_again(anna, client):
    old = deletion.sign_undo(close(anna))
    assert deletion.undo(anna)
    close(anna)
    assert deletion.account_to_reopen(old) is None
    assert deletion.account_to_reopen(deletion.sign_undo(anna)) == anna
    assert client.post(f"/settings/data/undo/{old}/").status_code == 404


def test_nothing_is_erased_before_its_time_and_nothing_undone_after(anna):
    close(anna)
    assert tasks.erase_due() == 0 and not tasks.erase(str(anna.pk))
    due(anna)
    assert not deletion.undo(anna)
    assert tasks.erase_due() == 1 and queued()[-1] == deletion.ERASE
    assert tasks.erase(str(anna.pk)) and not tasks.erase(str(anna.pk))
    assert not User.objects.exists() and not OutboxEvent.objects.exists()
    assert [one.subject for one in mail.outbox] == ["Your account is deleted"]


def test_whoever_is_let_in_by_support_is_not_erased(anna):
    close(anna)
    anna.is_active = True
    anna.save()
    anna.refresh_from_db()
    assert anna.erase_at is None
    due(anna)
    assert tasks.erase_due() == 0


def test_a_guest_is_erased_at_once(client):
    guest = User.objects.create_guest(uuid.uuid4(), now=timezone.now())
    make_test(guest)
    deletion.request(guest, now=timezone.now())
    assert queued() == [deletion.ERASE]
    assert tasks.erase(str(guest.pk))
    assert not User.objects.exists() and not TypingSession.objects.exists() and not mail.outbox


@pytest.mark.parametrize("dies_at", range(6))
def test_an_erasure_that_dies_is_finished_by_the_next(anna, monkeypatch, dies_at):
    make_test(anna)
    close(anna)
    due(anna)

    class Killed(BaseException):
        pass

    def dies(*_args):
        raise Killed

    steps = list(registry.ON_ERASURE)
    steps.insert(min(dies_at, len(steps)), dies)
    with monkeypatch.context() as patched:
        if dies_at > len(registry.ON_ERASURE):
            patched.setattr(deletion, "goodbye", dies)
        else:
            patched.setattr(deletion, "ON_ERASURE", steps)
        with pytest.raises(Killed):
            tasks.erase(str(anna.pk))
    assert User.objects.filter(pk=anna.pk).exists() and set(ledger.read_erasures()) == {anna.pk}
    assert tasks.erase(str(anna.pk))
    assert not User.objects.exists() and not TypingSession.objects.exists()
    assert len(mail.outbox) == 1


def test_a_ledger_that_cannot_be_written_stops_it(anna, settings, places):
    places.joinpath("erasures").write_text("a file where the folder should be")
    close(anna)
    due(anna)
    with pytest.raises(OSError):
        tasks.erase(str(anna.pk))
    assert User.objects.exists()


def test_limits_name_no_email_and_no_number_and_forget_both(anna):
    number, redis = "+79161234567", get_redis_connection("default")
    PhoneNumber.objects.create(user=anna, number=number, asked_at=timezone.now())
    limits.of_mail(anna.email)
    limits.of_phone_code(anna, number)
    kept = b" ".join(redis.scan_iter("*")).decode()
    assert limits.mark_of(anna.email) in kept and limits.mark_of(number) in kept
    for plain in (anna.email, number):
        assert plain not in kept and hashlib.sha256(plain.encode()).hexdigest() not in kept
    close(anna)
    due(anna)
    assert tasks.erase(str(anna.pk))
    kept = b" ".join(redis.scan_iter("*")).decode()
    for mark in (str(anna.pk), limits.mark_of(anna.email), limits.mark_of(number)):
        assert mark not in kept


def test_who_comes_back_with_a_restore_is_erased_again(anna, capsys):
    close(anna)
    due(anna)
    tasks.erase(str(anna.pk))
    before = datetime(2026, 1, 1, tzinfo=UTC)
    restored = User.objects.create(pk=anna.pk, email="anna@example.com", date_joined=before)
    make_test(restored)
    boris = make_learner("boris@example.com")
    mail.outbox.clear()
    call_command("replay_erasures")
    assert "Erased 1 again" in capsys.readouterr().out
    assert list(User.objects.all()) == [boris] and not mail.outbox
    call_command("replay_erasures")
    assert not capsys.readouterr().out
    # A browser that still had keystrokes of a guest makes one of the same id: that one is new.
    User.objects.create_guest(anna.pk, now=timezone.now() + timedelta(seconds=2))
    assert deletion.replay(now=timezone.now()) == 0


def test_a_line_that_was_cut_off_says_nothing_and_harms_no_other(anna, places):
    at = datetime(2026, 11, 28, 17, 30, tzinfo=UTC)
    ledger.note_erasure(anna.pk, now=at)
    ledger.note_erasure(anna.pk, now=at + timedelta(hours=1))
    path = places / "erasures" / "2026-11.log"
    assert path.read_text() == f"2026-11-28T17:30:00+00:00 {anna.pk}\n"
    assert path.stat().st_mode & 0o077 == 0
    with path.open("a") as file:
        file.write("2026-11-28T17:31:00+00:00 0a6c1f6")
    other = uuid.uuid4()
    ledger.note_erasure(other, now=at)
    assert ledger.read_erasures() == {anna.pk: at, other: at}


def test_who_is_deleted_in_the_admin_goes_the_same_way(anna, client):
    boss = User.objects.create_superuser("boss@example.com", "a-long-password")
    client.force_login(boss)
    address = f"/admin/accounts/user/{anna.pk}/delete/"
    assert "in seven days it is deleted for good" in client.get(address).text
    answer = client.post(address, {"post": "yes"}, follow=True)
    assert "The account is closed." in answer.text and "successfully" not in answer.text
    anna.refresh_from_db()
    assert not anna.is_active and queued() == [deletion.TELL]
    due(anna)
    assert tasks.erase(str(anna.pk))
    (entry,) = LogEntry.objects.all()
    assert not entry.object_repr and entry.user == boss
