"""What pages show of providers."""

from dataclasses import dataclass
from typing import Final

from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.db.models import QuerySet

from ..models import User
from .configuration import NAMES, Provider

UNVERIFIED: Final = {"unverified": True}
"""In what is kept of a connection that signed up with an email its provider did not vouch for."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A connection of an account, as its owner knows it."""

    pk: int
    provider: str
    name: str
    known_as: str

    @classmethod
    def of(cls, connection: SocialAccount) -> "Listed":
        """Named also when its provider is configured no more."""
        names = NAMES | {one.id: one.name for one in configured()}
        name = names.get(connection.provider, connection.provider)
        return cls(connection.pk, connection.provider, name, connection.extra_data.get("known_as", ""))


def configured() -> tuple[Provider, ...]:
    """The providers to sign in with."""
    return settings.SIGN_IN_PROVIDERS


def connections_of(user: User) -> list[Listed]:
    return [Listed.of(one) for one in SocialAccount.objects.filter(user=user).order_by("pk")]


def opening(user: User) -> QuerySet[SocialAccount]:
    """The connections of an account that open it: those whose providers one can sign in with."""
    return SocialAccount.objects.filter(user=user, provider__in=[one.id for one in configured()])


def is_connected(user: User) -> bool:
    """Whether a provider one can sign in with opens the account."""
    return opening(user).exists()


def connected_providers(user: User) -> list[Provider]:
    """The providers one can sign in with that open the account."""
    connected = set(opening(user).values_list("provider", flat=True))
    return [one for one in configured() if one.id in connected]


def distrust(user: User) -> None:
    """Drop the connection of a sign-up whose email only our own mail confirmed: the mailbox has spoken since."""
    SocialAccount.objects.filter(user=user, extra_data__contains=UNVERIFIED).delete()
