"""Guests: learners without an account, made when there is something worth keeping."""

import uuid
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY, login
from django.db import IntegrityError, transaction
from django.http import HttpRequest
from django.utils import timezone

from .choices import first_language, first_timezone
from .merging import Gone, merge
from .models import MergedGuest, User
from .personal_data import deletion
from .preferences import view_for

SIGNED_UP = "signed_up"
"""In the session: who signed up in this browser last."""
BACKEND = "django.contrib.auth.backends.ModelBackend"
GUEST_DAYS = 30
PRUNED_AT_ONCE = 200


class NotYours(Exception):
    """The ticket was made for another learner."""


def claim(
    request: HttpRequest, *, learner_id: uuid.UUID, minted: bool, now: datetime, zone: str = ""
) -> User:
    """Whose session a posted ticket becomes; makes the guest of a `minted` ticket, for `sign_in` when all went well.

    `minted`: the page was opened by nobody known, and `learner_id` is the id of the guest to be, whose clock is that of
    her browser's `zone` from now on, if there is such a one.
    Raises NotYours, or Gone when the requester is being merged at this moment.
    """
    if request.user.is_authenticated and request.user.pk == learner_id:
        return request.user
    if not minted:
        return _merged(request, learner_id)
    if request.user.is_authenticated:
        return _adopt(request.user, learner_id, now=now)
    return _get_or_create(request, learner_id, zone=zone, now=now)


def ensure(request: HttpRequest, *, now: datetime) -> User:
    """The learner who is here, made a guest when nobody is signed in."""
    if request.user.is_authenticated:
        return request.user
    guest = _get_or_create(request, uuid.uuid4(), zone="", now=now)
    sign_in_guest(request, guest)
    return guest


def sign_in_guest(request: HttpRequest, guest: User) -> None:
    """Sign in, by her clock, with the CSRF token there is: a page open in another tab still has to post.

    So has this one when the database goes away in the middle of the sign-in.
    """
    if request.user == guest:
        return
    csrf = request.META.get("CSRF_COOKIE")
    try:
        login(request, guest, backend=BACKEND)
    finally:
        if csrf:
            request.META["CSRF_COOKIE"] = csrf
    timezone.activate(ZoneInfo(guest.timezone))


def stay(request: HttpRequest, guest: User) -> None:
    """Go on in a new session, which knows that she signed up in it.

    If it is the guest who is here: her password, or that she has none, is another now.
    """
    request.session.cycle_key()
    request.session[SIGNED_UP] = str(guest.pk)
    if request.session.get(SESSION_KEY) == str(guest.pk):
        request.session[HASH_SESSION_KEY] = guest.get_session_auth_hash()


def prune_guests(*, now: datetime) -> int:
    """Erase guests idle for `GUEST_DAYS` with all they have; returns how many."""
    idle = User.objects.filter(email=None, last_seen__lt=now - timedelta(days=GUEST_DAYS)).order_by("pk")
    pruned, after = 0, uuid.UUID(int=0)
    while batch := list(idle.filter(pk__gt=after).values_list("pk", flat=True)[:PRUNED_AT_ONCE]):
        for pk in batch:
            with transaction.atomic():
                # A guest who signs up or is merged at this moment is left alone.
                guest = idle.select_for_update(skip_locked=True).filter(pk=pk).first()
                if guest:
                    deletion.erase_idle(guest, now=now)
                    pruned += 1
        after = batch[-1]
    return pruned


def _merged(request: HttpRequest, learner_id: uuid.UUID) -> User:
    """The requester, if the guest the ticket was for went into their account."""
    if (
        request.user.is_authenticated
        and MergedGuest.objects.filter(guest_id=learner_id, into=request.user.pk).exists()
    ):
        return request.user
    raise NotYours


def _adopt(requester: User, learner_id: uuid.UUID, *, now: datetime) -> User:
    """The requester, with what the ticket's guest did in the same browser before."""
    guest = User.objects.filter(pk=learner_id).first()
    if guest is not None and merge(guest, requester, now=now):
        return requester
    if User.objects.filter(pk=learner_id).exists():
        raise NotYours
    if MergedGuest.objects.filter(guest_id=learner_id).exclude(into=requester).exists():
        raise NotYours
    return requester


def _get_or_create(request: HttpRequest, guest_id: uuid.UUID, *, zone: str, now: datetime) -> User:
    """The one guest of that id, however many posts ask at once. Raises NotYours when it is an account."""
    guest = User.objects.filter(pk=guest_id).first()
    if guest is None:
        try:
            guest = _create(request, guest_id, zone=zone, now=now)
        except IntegrityError:
            guest = User.objects.filter(pk=guest_id).first()
    if guest is None:
        raise Gone
    if not guest.is_guest:
        raise NotYours
    return guest


def _create(request: HttpRequest, guest_id: uuid.UUID, *, zone: str, now: datetime) -> User:
    """A guest who speaks her browser's language, in its time zone, and has what was chosen there."""
    with transaction.atomic():
        guest = User.objects.create_guest(
            guest_id,
            now=now,
            language=first_language(),
            timezone=first_timezone(zone),
            view=view_for(request).chosen,
        )
        # After the insert, which waited for a merge deleting the same id.
        if MergedGuest.objects.filter(guest_id=guest_id).exists():
            raise NotYours
    return guest
