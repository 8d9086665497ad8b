from typing import Any, cast

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends import db

from .models import BrowserSession


class SessionStore(db.SessionStore):
    """Django's sessions, each with whose it is; an id we never gave out does not reach the database.

    Such as one with a NUL in it.
    """

    def __init__(self, session_key: str | None = None) -> None:
        could_be_ours = session_key is not None and session_key.isascii() and session_key.isalnum()
        super().__init__(session_key if could_be_ours else None)

    @classmethod
    def get_model_class(cls) -> type[BrowserSession]:
        return BrowserSession

    def create_model_instance(self, data: dict[str, Any]) -> BrowserSession:
        session = cast(BrowserSession, super().create_model_instance(data))
        session.user_id = data.get(SESSION_KEY)
        return session
