"""The API's tokens: an access token for a quarter of an hour, a refresh token that is good once, personal ones."""

import hashlib
import hmac
import secrets
import uuid
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

import jwt
from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils.crypto import salted_hmac

from .merging import Gone
from .models import ApiToken, Scope, TokenFamily, User

ACCESS: Final = timedelta(minutes=15)
REFRESH: Final = timedelta(days=30)
USED_EVERY: Final = timedelta(hours=1)
"""How exactly the last use of a personal token is noted."""
PREFIX: Final = "tt_"
EVERY_SCOPE: Final = frozenset(Scope.values)
_ALGORITHM: Final = "HS256"
_USER_OF: Final = """
SELECT accounts_user.* FROM accounts_user JOIN accounts_tokenfamily AS family ON family.user_id = accounts_user.id
WHERE family.id = %s AND accounts_user.is_active
"""


class BadToken(ValueError):
    """A token that is none of ours, is over, or was revoked."""


class TokenSpent(BadToken):
    """A refresh token for the second time: somebody else may have it, so its family is revoked."""


@dataclass(frozen=True, slots=True)
class Pair:
    """What a sign-in and a refresh answer, and for whom."""

    access: str
    refresh: str
    user: User


@dataclass(frozen=True, slots=True)
class Bearer:
    """Who showed a token and what it allows; `family` is None for a personal token.

    `proved`: the sign-in it is of showed a second factor.
    """

    user: User
    scopes: Collection[str]
    family: uuid.UUID | None
    proved: bool


def start_family(user: User, *, now: datetime, proved: bool = False) -> Pair:
    """The first pair of a new family; `proved` where a second factor was shown, which all its tokens say."""
    family = TokenFamily.objects.create(user=user, created_at=now, expires_at=now + REFRESH)
    return _pair(user, family.pk, family.generation, now, proved=proved)


def refresh(token: str, *, now: datetime) -> Pair:
    """The next pair. Of many who show one token at once, exactly one gets it. Raises TokenSpent or BadToken."""
    claims = _read(token, "refresh", now)
    family = uuid.UUID(claims["family"])
    good = TokenFamily.objects.filter(pk=family, generation=claims["generation"], expires_at__gt=now)
    with transaction.atomic():  # So that nobody late revokes the family before its user is read.
        is_first = good.update(generation=F("generation") + 1, expires_at=now + REFRESH)
        user = _signed_in(family) if is_first else None
    if not is_first:
        if TokenFamily.objects.filter(pk=family).delete()[0]:
            raise TokenSpent
        raise BadToken
    if user is None or not hmac.compare_digest(claims["proof"], _proof(user)):
        TokenFamily.objects.filter(pk=family).delete()
        raise BadToken
    return _pair(user, family, claims["generation"] + 1, now, proved=claims.get("proved", False))


def sign_out(family: uuid.UUID) -> None:
    """Revoke every token of one sign-in."""
    TokenFamily.objects.filter(pk=family).delete()


def is_signed(token: str, *, now: datetime) -> bool:
    """Whether it is an access token of ours that is not over; asks no store, so it may be revoked."""
    try:
        _read(token, "access", now)
    except BadToken:
        return False
    return True


def bearer(token: str, *, now: datetime) -> Bearer:
    """Who shows a token; one query. Raises BadToken."""
    if token.startswith(PREFIX):
        return _personal(token, now)
    claims = _read(token, "access", now)
    family = uuid.UUID(claims["family"])
    user = _signed_in(family)
    if user is None or not hmac.compare_digest(claims["proof"], _proof(user)):
        raise BadToken
    return Bearer(user, EVERY_SCOPE, family, claims.get("proved", False))


@transaction.atomic
def create_personal(user: User, name: str, scopes: Iterable[str], *, now: datetime) -> str:
    """A new personal token, which cannot be read again. Raises Gone for who was signed in by another password."""
    token = PREFIX + secrets.token_urlsafe(32)
    if not User.objects.select_for_update().filter(pk=user.pk, password=user.password).exists():
        raise Gone
    ApiToken.objects.create(
        user=user, name=name, sha256=_digest(token), scopes=sorted(scopes), created_at=now
    )
    return token


def prune_families(*, now: datetime) -> int:
    """Delete the families that are over."""
    return TokenFamily.objects.filter(expires_at__lt=now).delete()[0]


def _signed_in(family: uuid.UUID) -> User | None:
    """As SQL, because every request asks, and the ORM takes three times as long to write it."""
    return next(iter(User.objects.raw(_USER_OF, [family])), None)


def _personal(token: str, now: datetime) -> Bearer:
    found = (
        ApiToken.objects.filter(sha256=_digest(token), user__is_active=True).select_related("user").first()
    )
    if found is None:
        raise BadToken
    if found.last_used_at is None or found.last_used_at < now - USED_EVERY:
        ApiToken.objects.filter(pk=found.pk).update(last_used_at=now)
    return Bearer(found.user, found.scopes, None, proved=False)


def _pair(user: User, family: uuid.UUID, generation: int, now: datetime, *, proved: bool) -> Pair:
    common = {"family": str(family), "proof": _proof(user), "proved": proved}
    return Pair(
        access=_sign(common | {"kind": "access"}, now + ACCESS),
        refresh=_sign(common | {"kind": "refresh", "generation": generation}, now + REFRESH),
        user=user,
    )


def _sign(claims: dict[str, Any], expires_at: datetime) -> str:
    return jwt.encode(claims | {"exp": int(expires_at.timestamp())}, _key(), _ALGORITHM)


def _read(token: str, kind: str, now: datetime) -> dict[str, Any]:
    try:
        claims = jwt.decode(token, _key(), [_ALGORITHM], {"require": ["exp"], "verify_exp": False})
    except jwt.InvalidTokenError as error:
        raise BadToken from error
    if claims.get("kind") != kind or claims["exp"] <= now.timestamp():
        raise BadToken
    return claims


def _key() -> bytes:
    return salted_hmac("accounts.tokens", settings.SECRET_KEY, algorithm="sha256").digest()


def _proof(user: User) -> str:
    """What a token says of the password it was given for, so that another password makes it worthless."""
    return salted_hmac("accounts.tokens.proof", user.password, algorithm="sha256").hexdigest()[:16]


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
