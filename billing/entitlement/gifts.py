"""Gift codes: made when bought or by support, and entered once."""

import secrets
from datetime import datetime, timedelta
from enum import Enum
from typing import Final

from django.db import transaction
from django.utils.translation import gettext as _
from djstripe.models import Subscription

from accounts import limits
from accounts.models import User
from billing.models import Checkout, GiftCode, Grant

from . import rules
from .grants import close, granted_until, is_for_good

ALPHABET: Final = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""Without signs that are mistaken for each other."""
LENGTH: Final = 16
LONGEST_TYPED: Final = 60
LOOK_ALIKES: Final = str.maketrans("АВЕКМНРСТУХ", "ABEKMHPCTYX")
"""Russian letters typed for the Latin ones that look like them."""


class Why(Enum):
    """Why a code opens nothing, by the API's codes."""

    UNKNOWN = "code_unknown"
    USED = "code_used"
    VOID = "code_void"
    SUBSCRIBED = "already_subscribed"
    FOR_GOOD = "for_good"


class Unusable(Exception):
    """The code opens nothing now, and stays as it was."""

    def __init__(self, why: Why) -> None:
        super().__init__(why.value)
        self.why = why


def make_code(
    *, days: int, reason: str = "", made_by: User | None = None, checkout: Checkout | None = None
) -> GiftCode:
    code = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
    return GiftCode.objects.create(code=code, days=days, reason=reason, made_by=made_by, checkout=checkout)


def in_groups(code: str) -> str:
    """As it is shown and may be typed: in fours."""
    return "-".join(code[i : i + 4] for i in range(0, len(code), 4))


def normal_code(typed: str) -> str:
    """What is meant, whatever spaces, dashes, case or Russian letters it is typed with."""
    return "".join(sign for sign in typed.upper().translate(LOOK_ALIKES) if sign in ALPHABET)


def redeem(typed: str, user: User, *, now: datetime) -> Grant:
    """Open premium for the days of a code, after what is open already. Raises Unusable, or UsedUp after many tries."""
    verdict = limits.hit(limits.GIFT_CODES, key=("gift", str(user.pk)))
    if not verdict.passes:
        raise limits.UsedUp(_("Too many codes tried. Wait a while and try again."), verdict.seconds)
    with transaction.atomic():
        # The learner's row first: two codes at once follow each other.
        User.objects.select_for_update(no_key=True).get(pk=user.pk)
        gift = GiftCode.objects.select_for_update().filter(code=normal_code(typed)).first()
        if gift is None:
            raise Unusable(Why.UNKNOWN)
        if gift.void_at:
            raise Unusable(Why.VOID)
        if gift.used_at:
            raise Unusable(Why.USED)
        starts_at = _free_from(user, now)
        gift.grant = Grant.objects.create(
            user=user,
            kind=Grant.Kind.GIFT,
            starts_at=starts_at,
            ends_at=starts_at + timedelta(days=gift.days),
            reason=gift.reason,
        )
        gift.used_at = now
        gift.save(update_fields=["grant", "used_at"])
        return gift.grant


def _free_from(user: User, now: datetime) -> datetime:
    """From when on premium is not open already. Raises Unusable while it goes on without end."""
    if is_for_good(user, now):
        raise Unusable(Why.FOR_GOOD)
    rows = Subscription.objects.filter(customer__subscriber=user).values_list("stripe_data", flat=True)
    live = [said for said in rows if (end := rules.open_until(said)) and end > now]
    if any(rules.renews(said) for said in live):
        raise Unusable(Why.SUBSCRIBED)
    closing = [end for said in live if (end := rules.open_until(said))]
    return max([now, *closing, granted_until(user, now) or now])


def void(gift: GiftCode, *, now: datetime) -> None:
    """Take a code back, and what it opened."""
    GiftCode.objects.filter(pk=gift.pk, void_at=None).update(void_at=now)
    for grant in Grant.objects.filter(gift_code=gift):
        close(grant, now=now)


def restore(gift: GiftCode) -> None:
    """Make good again a code that was taken back with its money, and what it opened."""
    GiftCode.objects.filter(pk=gift.pk).update(void_at=None)
    for grant in Grant.objects.filter(gift_code=gift):
        grant.ends_at = grant.starts_at + timedelta(days=gift.days)
        grant.save(update_fields=["ends_at"])
