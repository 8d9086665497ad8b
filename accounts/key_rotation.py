"""Encrypts anew, by the first key, what the database holds by another one; afterwards the others may go."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from allauth.mfa.models import Authenticator
from django.apps import apps
from django.db import models, transaction
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast

from .encryption import EncryptedTextField, Unreadable, current_mark, decrypt, encrypt

BATCH: Final = 500
"""Rows of a transaction."""
IN_AUTHENTICATORS: Final = ("secret", "seed")
"""What allauth keeps encrypted in the JSON of an authenticator: of an app, and of recovery codes."""


@dataclass(frozen=True, slots=True)
class EncryptedColumn:
    """A column of encrypted texts, or a `key` of a column of JSON."""

    model: type[models.Model]
    column: str
    key: str = ""

    def of_other_keys(self) -> models.QuerySet[Any]:
        """The rows that the first key has not encrypted, with `kept`, what stands there."""
        kept = KeyTextTransform(self.key, self.column) if self.key else Cast(self.column, models.TextField())
        rows = self.model._base_manager.annotate(kept=kept).exclude(kept=None).exclude(kept="")
        return rows.exclude(kept__startswith=current_mark())

    def put(self, pk: Any, text: str) -> None:
        """Keep a text in a row that is locked."""
        row = self.model._base_manager.filter(pk=pk)
        value: Any = text
        if self.key:
            value = row.values_list(self.column, flat=True).get() | {self.key: encrypt(text)}
        row.update(**{self.column: value})


@dataclass(slots=True)
class Rotated:
    """How many texts were encrypted anew, and how many no key reads."""

    done: int = 0
    unreadable: int = 0


def places() -> Iterator[EncryptedColumn]:
    """Every place of the database that holds something encrypted."""
    for model in apps.get_models(include_auto_created=True):
        if not model._meta.proxy:
            for field in model._meta.local_concrete_fields:
                if isinstance(field, EncryptedTextField):
                    yield EncryptedColumn(model, field.attname)
    for key in IN_AUTHENTICATORS:
        yield EncryptedColumn(Authenticator, "data", key)


def rotate(places: Iterable[EncryptedColumn]) -> Rotated:
    """Encrypt by the first key what another has encrypted, a batch a transaction, beside a running site."""
    rotated = Rotated()
    for place in places:
        last = None
        while (last := _rotate_batch(place, last, rotated)) is not None:
            pass
    return rotated


@transaction.atomic
def _rotate_batch(place: EncryptedColumn, after: Any, rotated: Rotated) -> Any:
    """The primary key of the last row seen; None where there was none any more."""
    rows = place.of_other_keys().order_by("pk").select_for_update()
    if after is not None:
        rows = rows.filter(pk__gt=after)
    last = None
    for last, kept in rows.values_list("pk", "kept")[:BATCH]:
        try:
            place.put(last, decrypt(kept))
            rotated.done += 1
        except Unreadable:
            rotated.unreadable += 1
    return last
