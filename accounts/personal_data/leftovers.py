"""What a learner leaves beside the rows that go with hers: files, sign-ins, cached values, tasks, entries, mail."""

import email.policy
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from email import message_from_bytes
from email.message import EmailMessage
from itertools import islice
from pathlib import Path
from typing import Final
from uuid import UUID

from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.admin.models import LogEntry
from django.contrib.sessions.models import Session
from django.core.files.storage import default_storage
from django.db.models import Q
from django_redis import get_redis_connection
from redis.exceptions import RedisError

from accounts import avatars, limits
from accounts.avatars.pictures import SIZES
from accounts.emails import one_email
from accounts.models import BrowserSession, DataExport, PhoneNumber, User
from outbox.models import OutboxEvent

from . import exports
from .registry import FILES, PARTS, StoredFile

AT_ONCE: Final = 500


def forget_leftovers(user: User, now: datetime) -> None:
    """Forget all of it."""
    emails = emails_of(user)
    forget_own(user, now)
    end_other_sessions(user.pk)
    empty_log_entries(user, emails)
    forget_cached(user, emails)
    delete_mail(emails)


def forget_own(user: User, now: datetime) -> None:
    """Forget what is found by her id, without looking through what is everybody's."""
    # Whoever writes a copy at this moment throws it away.
    DataExport.objects.filter(user=user).update(state=DataExport.State.FAILED, lease=None)
    delete_files(user)
    end_sessions(user.pk)
    forget_tasks(user)


def emails_of(user: User) -> set[str]:
    """Every address of hers, in use or waiting."""
    waiting = EmailAddress.objects.filter(user=user).values_list("email", flat=True)
    return {one_email(address) for address in [user.email, *waiting] if address}


def archives_of(user_id: UUID) -> Iterator[StoredFile]:
    """Copies of her data, which are in no copy themselves."""
    for name in DataExport.objects.filter(user=user_id).exclude(file="").values_list("file", flat=True):
        yield StoredFile(exports.storage(), name, shown_as="")


def pictures_of(user_id: UUID) -> Iterator[StoredFile]:
    """Her picture, in each of its sizes."""
    for name in User.objects.filter(pk=user_id).exclude(avatar="").values_list("avatar", flat=True):
        for size in SIZES:
            yield StoredFile(default_storage, avatars.file_of(name, size), shown_as=f"picture-{size}.webp")


def delete_files(user: User) -> None:
    for files in FILES:
        for stored in files(user.pk):
            stored.storage.delete(stored.name)


def end_sessions(user_id: UUID) -> int:
    """Sign her out in every browser; how many."""
    return BrowserSession.objects.filter(user=user_id).delete()[0]


def end_other_sessions(user_id: UUID) -> None:
    """End those that name her though she isn't signed in there, as of a sign-in half done: all are looked through."""
    mark, kinds = str(user_id), (BrowserSession, Session)
    for model in kinds:
        last = ""
        while batch := list(model.objects.filter(pk__gt=last).order_by("pk")[:AT_ONCE]):
            naming = [session.pk for session in batch if mark in str(session.get_decoded())]
            model.objects.filter(pk__in=naming).delete()
            last = batch[-1].pk


def empty_log_entries(user: User, emails: set[str]) -> None:
    """Leave of what staff did with her that somebody did something, when, and with what kind of thing."""
    emptied = {"object_repr": "", "object_id": None, "change_message": ""}
    kinds = LogEntry.objects.order_by().values_list("content_type", flat=True).distinct()
    for part in PARTS.values():
        if not part.owner:
            continue
        entries = LogEntry.objects.filter(
            content_type__in=kinds,
            content_type__app_label=part.model._meta.app_label,
            content_type__model=part.model._meta.model_name,
        )
        if entries.exists():
            keys = part.model._default_manager.filter(**{part.owner: user.pk}).values_list("pk", flat=True)
            several = iter(keys.iterator(AT_ONCE))
            while some := [str(key) for key in islice(several, AT_ONCE)]:
                entries.filter(object_id__in=some).update(**emptied)
    for address in emails:
        told = Q(object_repr__icontains=address) | Q(change_message__icontains=address)
        LogEntry.objects.filter(told).update(**emptied)


def forget_cached(user: User, emails: set[str]) -> None:
    """Keys that name her: counts of limits above all, which would else stay for an hour, some for a day."""
    numbers = PhoneNumber.objects.filter(user=user).values_list("number", flat=True)
    marks = [str(user.pk), *map(limits.mark_of, [*emails, *numbers])]
    # While Redis is away, what it forgot is forgotten, and the rest goes by itself within a day.
    with suppress(RedisError):
        redis = get_redis_connection("default")
        for mark in marks:
            found = redis.scan_iter(match=f"*{mark}*", count=1000)
            while keys := list(islice(found, AT_ONCE)):
                redis.delete(*keys)


def forget_tasks(user: User) -> None:
    """Tasks that were for her; the one at work here is among them."""
    OutboxEvent.objects.filter(payload__user_id=str(user.pk)).delete()


def delete_mail(emails: set[str]) -> None:
    """Of a demo, whose mail is kept as files, those to her."""
    for path in Path(settings.EMAIL_FILE_PATH).glob("*.eml"):
        with suppress(FileNotFoundError):
            mail = message_from_bytes(path.read_bytes(), _class=EmailMessage, policy=email.policy.default)
            to = mail["To"].addresses if mail["To"] else ()
            if emails & {one_email(address.addr_spec) for address in to}:
                path.unlink()
