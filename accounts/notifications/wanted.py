"""What learners want to be told by which channel; all is off until they choose it."""

from collections.abc import Iterable

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from accounts.models import Channel, NotificationChoice, PhoneNumber, PushSubscription, User

from .kinds import KINDS, Kind

Wanted = set[tuple[str, str]]
"""Codes of kinds, each with a channel."""


def offered_channels() -> list[Channel]:
    """Those for which the settings name what sends them."""
    is_offered = {
        Channel.EMAIL: True,
        Channel.PUSH: bool(settings.VAPID_PRIVATE_KEY),
        Channel.SMS: bool(settings.SMS_ACCOUNT),
    }
    return [channel for channel in Channel if is_offered[channel]]


def channels_reaching(user: User) -> set[Channel]:
    """Of the offered channels those that have a place of hers: her mailbox, a browser, a confirmed phone."""
    reaches = {
        Channel.EMAIL: lambda: True,
        Channel.PUSH: PushSubscription.objects.filter(user=user).exists,
        Channel.SMS: PhoneNumber.objects.filter(user=user, confirmed_at__isnull=False).exists,
    }
    return {channel for channel in offered_channels() if reaches[channel]()}


def wanted_by(user: User) -> Wanted:
    return set(NotificationChoice.objects.filter(user=user).values_list("kind", "channel"))


def choose(user: User, wanted: Wanted, *, among: Wanted) -> None:
    """Of what is `among` them she wants what is in `wanted`; her other choices stay."""
    possible = {(kind, channel) for kind, channel in among if KINDS[kind].can_be_chosen(channel)}
    with transaction.atomic():
        for kind, channel in possible - wanted:
            stop(user, kind, channel)
        NotificationChoice.objects.bulk_create(
            [
                NotificationChoice(user=user, kind=kind, channel=channel)
                for kind, channel in possible & wanted
            ],
            ignore_conflicts=True,
        )


def choices_among(kinds: Iterable[Kind], channels: Iterable[str]) -> Wanted:
    """All that can be chosen of some kinds and channels."""
    several = list(channels)
    return {(kind.code, channel) for kind in kinds for channel in several if kind.can_be_chosen(channel)}


def stop(user: User, kind: str, channel: str) -> None:
    """She is told of this no more."""
    NotificationChoice.objects.filter(user=user, kind=kind, channel=channel).delete()


def wanting(kind: str, channel: str) -> QuerySet[User]:
    """The learners who want a kind by a channel that reaches them."""
    chosen = NotificationChoice.objects.filter(user=OuterRef("pk"), kind=kind, channel=channel)
    learners = User.objects.filter(Exists(chosen), email__isnull=False, is_active=True)
    if channel == Channel.PUSH:
        return learners.filter(Exists(PushSubscription.objects.filter(user=OuterRef("pk"))))
    if channel == Channel.SMS:
        confirmed = PhoneNumber.objects.filter(user=OuterRef("pk"), confirmed_at__isnull=False)
        return learners.filter(Exists(confirmed))
    return learners
