from typing import Any

from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models

from .users import User


class BrowserSession(AbstractBaseSession):
    """What a browser's cookie leads to; `accounts.sessions` writes it, `accounts.browsers` lists a learner's."""

    user = models.ForeignKey(
        # Without a constraint: a guest who is merged this moment must fail no answer that saves a session.
        User,
        on_delete=models.CASCADE,
        null=True,
        db_constraint=False,
        related_name="browser_sessions",
    )

    def __str__(self) -> str:
        """Never the key, which opens the account to whoever has it."""
        return f"{self.user_id}: a browser until {self.expire_date:%Y-%m-%d}"

    @classmethod
    def get_session_store_class(cls) -> Any:
        from accounts.sessions import SessionStore

        return SessionStore
