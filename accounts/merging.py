"""A guest's belongings go into the learner they sign in as; apps that keep a learner's rows register a mover."""

import uuid
from collections.abc import Callable
from datetime import datetime
from typing import Final

from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount
from django.db import connection, transaction

from .choices import LANGUAGE, PROFILE, TIMEZONE
from .models import MergedGuest, TokenFamily, User

Mover = Callable[[User, User], None]
MOVERS: list[Mover] = []


class Gone(Exception):
    """The learner has just been merged into another one: ask again who is signed in."""


def register(mover: Mover) -> None:
    """`mover(guest, into)` hands every row of one app over; it runs inside the merge's transaction."""
    if mover not in MOVERS:
        MOVERS.append(mover)


LOCK_LEARNER: Final = "SELECT id FROM accounts_user WHERE id = %(user)s FOR NO KEY UPDATE"
"""Keeps a learner's row from being deleted or merged; no row means she is Gone."""


def lock_learner(user_id: uuid.UUID) -> None:
    """Inside a transaction, keep a merge from taking the learner away before it commits. Raises Gone."""
    with connection.cursor() as cursor:
        cursor.execute(LOCK_LEARNER, {"user": user_id})
        if cursor.fetchone() is None:
            raise Gone


def merge(guest: User, into: User, *, now: datetime) -> bool:
    """Move all that `guest` has to `into` and delete the guest; False when it is no guest any more.

    Raises Gone when `into` was itself merged meanwhile.
    """
    with transaction.atomic():
        # Who writes for the guest commits before this lock, and is moved, or fails on its foreign key.
        both = User.objects.select_for_update().order_by("pk").in_bulk([guest.pk, into.pk])
        if into.pk not in both:
            raise Gone
        if guest.pk == into.pk or guest.pk not in both or not both[guest.pk].is_guest:
            return False
        for mover in MOVERS:
            mover(guest, into)
        _fill_choices(both[guest.pk], both[into.pk])
        EmailAddress.objects.filter(user=guest).delete()
        # Of a sign-up that nobody confirmed: another account is opened by what its owner connects herself.
        SocialAccount.objects.filter(user=guest).delete()
        TokenFamily.objects.filter(user=guest).delete()
        MergedGuest.objects.filter(into=guest).update(into=into)
        MergedGuest.objects.create(guest_id=guest.pk, into=into, merged_at=now)
        _delete_alone(guest)
    return True


def _fill_choices(guest: User, into: User) -> None:
    """What the guest chose holds where the account has everything as usual; its clock and language are its own."""
    chosen = {
        name: getattr(guest, name)
        for name, choice in PROFILE.items()
        if choice not in (LANGUAGE, TIMEZONE)
        and getattr(into, name) == choice.default != getattr(guest, name)
    }
    if view := {name: value for name, value in guest.view.items() if name not in into.view}:
        chosen["view"] = into.view | view
    if chosen:
        User.objects.filter(pk=into.pk).update(**chosen)


def _delete_alone(guest: User) -> None:
    """Delete without Django's cascade: a row that no mover took fails the merge instead of vanishing."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM accounts_user WHERE id = %s", [guest.pk])
