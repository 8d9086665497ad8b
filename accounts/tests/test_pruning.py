import uuid
from datetime import timedelta

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone

from accounts import avatars, guests, tasks
from accounts.avatars.pictures import SIZES
from accounts.merging import merge
from accounts.models import BrowserSession, MergedGuest, User
from lessons.models import TypingText
from progress.models import KeystrokeLog, LessonProgress, TypingSession
from tests.factories import TEXT, human_events, make_course, make_log, make_test, make_ticket

NOW = timezone.now()
LONG_AGO = NOW - timedelta(days=guests.GUEST_DAYS, minutes=1)


def types_a_lesson(client, user, lesson):
    ticket = make_ticket(user, lesson, issued_at=NOW - timedelta(minutes=2))
    assert client.post("/sessions/", {"log": make_log(ticket, human_events(TEXT))}).status_code < 400


def test_a_guest_who_stays_away_goes_with_everything_and_nobody_else_does(guest, anna, browser_of):
    lesson = make_course().lessons.select_related("course", "text").get(number=1)
    other = User.objects.create_guest(uuid.uuid4(), now=NOW)
    merge(User.objects.create_guest(uuid.uuid4(), now=NOW), anna, now=NOW)
    for user in (guest, other, anna):
        types_a_lesson(browser_of(user), user, lesson)
    User.objects.filter(pk__in=[guest.pk, anna.pk]).update(last_seen=LONG_AGO)
    assert guests.prune_guests(now=NOW) == 1
    left = {other.pk, anna.pk}
    assert set(User.objects.values_list("pk", flat=True)) == left
    for rows in (TypingSession.objects, LessonProgress.objects):
        assert set(rows.values_list("user", flat=True)) == left
    assert set(KeystrokeLog.objects.values_list("session__user", flat=True)) == left
    assert MergedGuest.objects.get().into == anna


def test_a_sign_up_nobody_confirmed_goes_too(db, client):
    client.post("/accounts/signup/", {"email": "new@example.com", "password1": "kettle-on-the-hob"})
    User.objects.update(last_seen=LONG_AGO)
    assert guests.prune_guests(now=NOW) == 1 and not User.objects.exists()


def test_her_own_texts_and_files_go_too(guest):
    make_test(guest, text=TypingText.of("только её слова"))
    picture = avatars.file_of("idle-guest", SIZES[0])
    default_storage.save(picture, ContentFile(b"x"))
    User.objects.filter(pk=guest.pk).update(last_seen=LONG_AGO, avatar="idle-guest")
    assert guests.prune_guests(now=NOW) == 1
    assert not TypingText.objects.filter(body="только её слова").exists()
    assert not default_storage.exists(picture)


def test_more_guests_than_a_batch(db, monkeypatch):
    monkeypatch.setattr(guests, "PRUNED_AT_ONCE", 2)
    for _ in range(5):
        User.objects.create_guest(uuid.uuid4(), now=LONG_AGO)
    User.objects.create_guest(uuid.uuid4(), now=NOW - timedelta(days=guests.GUEST_DAYS - 1))
    assert guests.prune_guests(now=NOW) == 5 and User.objects.count() == 1


def test_the_daily_task_clears_sessions_that_are_over(anna, browser_of, settings):
    browser_of(anna), browser_of(anna)
    over = BrowserSession.objects.first()
    BrowserSession.objects.filter(pk=over.pk).update(expire_date=LONG_AGO)
    assert tasks.prune() == 0
    assert BrowserSession.objects.count() == 1 and not BrowserSession.objects.filter(pk=over.pk).exists()
    assert settings.CELERY_BEAT_SCHEDULE["accounts-prune"]["task"] == tasks.prune.name
