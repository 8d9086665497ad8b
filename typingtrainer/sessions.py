from django.contrib.sessions.backends import db


class SessionStore(db.SessionStore):
    """Django's sessions; an id we never gave out, such as one with a NUL in it, does not reach the database."""

    def __init__(self, session_key: str | None = None) -> None:
        could_be_ours = session_key is not None and session_key.isascii() and session_key.isalnum()
        super().__init__(session_key if could_be_ours else None)
