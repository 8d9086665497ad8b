from allauth.account.auth_backends import AuthenticationBackend

from .models import User


class EmailBackend(AuthenticationBackend):
    """Signs in by an account's own email; one that waits for its link opens nothing and tells nothing."""

    def _authenticate_by_email(self, email: str, password: str) -> User | None:
        return self._check_password(User.objects.of_email(email).first(), password)
