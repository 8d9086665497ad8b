"""Texts that the database holds encrypted, so that a copy of it tells nothing without the keys.

The first of `settings.FIELD_ENCRYPTION_KEYS` encrypts, every one of them decrypts. What is kept begins with the mark of
its key, so that SQL can tell what another key than the first has encrypted (`rotate_encryption_keys`).
"""

import base64
import hashlib
from functools import lru_cache
from typing import Any, Final

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings
from django.core.exceptions import FieldError
from django.db import models
from django.utils.crypto import salted_hmac

_MARK: Final = 8
"""Characters of a key's mark."""


class Unreadable(ValueError):
    """A kept text that no key of the settings decrypts. Says neither the text nor a key."""


def encrypt(text: str) -> str:
    """The text as it is kept, by the first key; another one each time. Empty stays empty."""
    if not text:
        return ""
    mark, cipher = _ciphers(tuple(settings.FIELD_ENCRYPTION_KEYS))[0]
    return f"{mark}:{cipher.encrypt(text.encode()).decode()}"


def decrypt(kept: str) -> str:
    """The text of what is kept. Raises Unreadable."""
    if not kept:
        return ""
    mark, _colon, token = kept.partition(":")
    cipher = dict(_ciphers(tuple(settings.FIELD_ENCRYPTION_KEYS))).get(mark)
    if cipher is None:
        raise Unreadable("encrypted by a key that FIELD_ENCRYPTION_KEYS does not have")
    try:
        return cipher.decrypt(token).decode()
    except InvalidToken:
        raise Unreadable("changed since it was encrypted") from None


def current_mark() -> str:
    """With what every text begins that the first key has encrypted."""
    return _ciphers(tuple(settings.FIELD_ENCRYPTION_KEYS))[0][0] + ":"


@lru_cache(maxsize=4)
def _ciphers(keys: tuple[str, ...]) -> list[tuple[str, Fernet]]:
    return [_cipher(key) for key in keys]


def _cipher(key: str) -> tuple[str, Fernet]:
    secret = salted_hmac("accounts.encryption", "key", secret=key, algorithm="sha256").digest()
    return hashlib.sha256(secret).hexdigest()[:_MARK], Fernet(base64.urlsafe_b64encode(secret))


class EncryptedTextField(models.TextField):
    """A text that the database holds encrypted. It cannot be searched: the same text is kept as another each time."""

    def get_prep_value(self, value: Any) -> Any:
        value = super().get_prep_value(value)
        return None if value is None else encrypt(value)

    def from_db_value(self, value: str | None, _expression: Any, _connection: Any) -> str | None:
        return None if value is None else decrypt(value)

    def get_lookup(self, lookup_name: str) -> Any:
        if lookup_name != "isnull":
            raise FieldError(f"{self.name} is encrypted: nothing is found by it.")
        return super().get_lookup(lookup_name)

    def get_transform(self, lookup_name: str) -> Any:
        raise FieldError(f"{self.name} is encrypted: nothing is found by it.")
