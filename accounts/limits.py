"""How often one may ask. Exact to the request: counted in Redis, and in each process while Redis is away."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from ipaddress import IPv4Address, ip_address, ip_network
from typing import Final, TypeVar
from uuid import UUID

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from django_redis import get_redis_connection
from limits import RateLimitItem, parse
from limits.errors import StorageError
from limits.storage import MemoryStorage, RedisStorage
from limits.strategies import MovingWindowRateLimiter, RateLimiter
from redis import ConnectionPool

from .emails import one_email
from .models import User

CLIENT: Final = parse("100/minute")
"""A learner, or an address nobody is signed in at."""
LEARNER: Final = parse("1000/hour")
CLASSROOM: Final = parse("3000/minute")
"""An address of CLASSROOM_NETWORKS: thirty learners share it."""
REGISTRATION: Final = parse("5/minute")
CLASSROOM_REGISTRATION: Final = parse("60/minute")
BATCH: Final = parse("10/minute")
"""Batches of up to 50 sessions typed offline, which do not count as requests."""
RECORDING: Final = parse("60/minute")
"""Exercises of a learner that pages record; for an hour LEARNER holds."""
WRITING: Final = parse("100/minute")
"""All else that a learner changes on pages."""
STRANGERS: Final = parse("300/minute")
"""What an address at which nobody is signed in sends to pages."""
GUESTS: Final = (parse("60/minute"), parse("600/hour"))
"""Posts of strangers at an address that may make guests: two classrooms finish their first lesson at once."""
SEARCH: Final = parse("60/minute")
CERTIFICATES: Final = parse("60/minute")
SIGN_IN: Final = parse("120/minute")
RESETS: Final = parse("30/minute")
"""Sign-ins and reset mails asked for on pages, by address."""
MAILED: Final = (parse("5/minute"), parse("20/hour"))
"""Reset mails to one mailbox."""
WRONG_PASSWORDS: Final = parse("5/5 minutes")
"""Of an account, and codes: from a browser that knows it, from everywhere else together, and from who is signed in."""
WRONG_EVERYWHERE: Final = parse("10/5 minutes")
"""Of an account, through all doors together."""
WRONG_FROM_ADDRESS: Final = parse("30/minute")
CLASSROOM_WRONG: Final = parse("300/minute")
PICTURES: Final = (parse("10/minute"), parse("60/hour"))
"""Pictures a learner sends; each takes some tenths of a second to draw."""
OF_PICTURES: Final = "pictures"
QUESTIONS: Final = (parse("20/minute"), parse("200/hour"))
"""Questions to the coach, and texts wished from it; each may keep a thread busy for seconds."""
OF_QUESTIONS: Final = "questions"
"""The name under which pages and API count them together."""
GIFT_CODES: Final = parse("20/hour")
"""Gift codes that a learner tries."""
EXPORTS: Final = parse("3/day")
"""Copies of her data that a learner may have made."""
WEBHOOKS: Final = parse("6000/minute")
"""What Stripe tells from one address: all renewals of a day may come at once."""
TEXT_MESSAGES: Final = parse("10/day")
"""Text messages to one learner; for all together SMS_PER_DAY holds."""
PHONE_CODES: Final = (parse("3/hour"), parse("6/day"))
"""Codes that confirm a phone number, of a learner and to a number."""
WRONG_CODES: Final = parse("5/10 minutes")
WARNINGS: Final = parse("1/hour")
"""Mails that tell an owner of guesses."""
OWN: Final = MovingWindowRateLimiter(MemoryStorage())
"""What this process counts while Redis is away."""

Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether one more request may pass, of how many in the window, and after how many seconds the next one may."""

    passes: bool
    limit: int
    remaining: int
    seconds: int


class UsedUp(ValidationError):
    """A form asked for more than a limit allows; `seconds` until the next try may pass."""

    def __init__(self, message: str, seconds: int) -> None:
        super().__init__(message, code="rate_limited")
        self.seconds = seconds


def hit(*limits: RateLimitItem, key: tuple[str, ...]) -> Verdict:
    """Count one request against each limit, up to the first that is used up: that one's verdict, else the first's."""
    return _ask(lambda limiter: _hit(limiter, limits, key))


def forget_hits(limit: RateLimitItem, *, key: tuple[str, ...]) -> None:
    """Count anew from nothing."""
    _ask(lambda limiter: limiter.clear(limit, *key))


def _ask(question: Callable[[MovingWindowRateLimiter], Answer]) -> Answer:
    """What Redis says, or this process alone while Redis is away."""
    try:
        return question(shared(get_redis_connection("default").connection_pool))
    except StorageError:
        return question(OWN)


def of_request(request: HttpRequest, user: User | None) -> Verdict:
    """Count one request to the API."""
    if user is None:
        address = address_of(request)
        return hit(CLASSROOM if is_classroom(address) else CLIENT, key=("address", network_of(address)))
    return hit(CLIENT, LEARNER, key=("learner", str(user.pk)))


def of_registration(request: HttpRequest) -> Verdict:
    address = address_of(request)
    limit = CLASSROOM_REGISTRATION if is_classroom(address) else REGISTRATION
    return hit(limit, key=("registration", network_of(address)))


def of_webhook(request: HttpRequest) -> Verdict:
    return hit(WEBHOOKS, key=("webhook", network_of(address_of(request))))


def of_batch(user: User) -> Verdict:
    return hit(BATCH, key=("batch", str(user.pk)))


def of_picture(user: User) -> Verdict:
    return hit(*PICTURES, key=(OF_PICTURES, str(user.pk)))


def of_question(user: User) -> Verdict:
    return hit(*QUESTIONS, key=(OF_QUESTIONS, str(user.pk)))


def address_of(request: HttpRequest) -> str:
    """The client's address: the last that a proxy of ours did not write itself, never what a client claims."""
    address: str = get_adapter().get_client_ip(request)
    return address


def of_mail(email: str) -> None:
    """Count a reset mail to a mailbox, whether or not an account has it. Raises UsedUp."""
    verdict = hit(*MAILED, key=("mail", mark_of(one_email(email))))
    if not verdict.passes:
        raise UsedUp(
            _("Too many emails have been sent there. Check the mailbox, or try again later."),
            verdict.seconds,
        )


def of_text_message(user_id: UUID, *, is_code: bool) -> bool:
    """Count a text message; whether it may go. Codes, which anybody can have sent, leave half of all to the others."""
    of_all, of_codes = parse(f"{settings.SMS_PER_DAY}/day"), parse(f"{settings.SMS_PER_DAY // 2}/day")
    key = "text messages"
    if not hit(TEXT_MESSAGES, key=(key, str(user_id))).passes:
        return False
    return (not is_code or hit(of_codes, key=(key, "codes")).passes) and hit(of_all, key=(key,)).passes


def of_phone_code(user: User, number: str) -> None:
    """Count a code that a learner wishes sent to a number. Raises UsedUp."""
    for whose in (str(user.pk), mark_of(number)):
        verdict = hit(*PHONE_CODES, key=("phone code", whose))
        if not verdict.passes:
            raise UsedUp(_("Too many codes have been sent. Try again later."), verdict.seconds)


def mark_of(address: str) -> str:
    """What stands for an email or a phone number in keys: without the secret key nobody finds it by trying all."""
    return salted_hmac("accounts.limits", address, algorithm="sha256").hexdigest()


def network_of(address: str) -> str:
    """What counts as one address: of IPv6 the whole network of a household or school."""
    try:
        asked = ip_address(address)
    except ValueError:
        return address
    if isinstance(asked, IPv4Address) or asked.ipv4_mapped:
        return address
    return str(ip_network((asked, 64), strict=False))


def is_classroom(address: str) -> bool:
    try:
        asked = ip_address(address)
    except ValueError:
        return False
    return any(asked in ip_network(network) for network in settings.CLASSROOM_NETWORKS)


def _hit(limiter: RateLimiter, limits: Sequence[RateLimitItem], key: tuple[str, ...]) -> Verdict:
    used_up = next((limit for limit in limits if not limiter.hit(limit, *key)), None)
    limit = used_up or limits[0]
    window = limiter.get_window_stats(limit, *key)
    seconds = max(1, round(window.reset_time - time.time()))
    return Verdict(used_up is None, limit.amount, 0 if used_up else window.remaining, seconds)


@cache
def shared(pool: ConnectionPool) -> MovingWindowRateLimiter:
    """What all processes count together, over the connections of the cache."""
    storage = RedisStorage("redis://", connection_pool=pool, key_prefix="tt:limits", wrap_exceptions=True)
    return MovingWindowRateLimiter(storage)
