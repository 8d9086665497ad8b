from django.contrib.sessions.backends import db


class SessionStore(db.SessionStore):
    """Django's sessions; an id we never gave out, such as one with a NUL in it, does not reach the database."""

    def _validate_session_key(self, key: str | None) -> bool:
        return bool(super()._validate_session_key(key)) and str(key).isascii() and str(key).isalnum()
