"""The admin, and all that staff does, opens only to a sign-in with a second factor (ADMIN_SECOND_FACTOR)."""

from collections.abc import Callable

from allauth.account.internal.flows.login import get_authentication_records
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User

from . import codes


class AdminDoorMiddleware:
    """Leads staff to where they set a second factor up, or confirm with the one they have, before anything of /admin/.

    Who is no staff, or nobody yet, gets the admin's own answer.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self._closed(request) or self.get_response(request)

    def _closed(self, request: HttpRequest) -> HttpResponse | None:
        if not settings.ADMIN_SECOND_FACTOR or not request.path_info.startswith(reverse("admin:index")):
            return None
        user = request.user
        if not user.is_authenticated or not user.is_staff:
            return None
        if not codes.is_asked(user):
            messages.warning(
                request,
                _("The admin needs a second factor: add a passkey, or set up an authenticator app."),
            )
            return redirect("accounts:security")
        if proved(request, user):
            return None
        return redirect_to_login(request.get_full_path(), reverse(_way(user)))


def proved(request: HttpRequest, user: User) -> bool:
    """Whether the sign-in of this session showed a second factor, at its beginning or since."""
    return any(record["method"] == "mfa" for record in get_authentication_records(request, user))


def _way(user: User) -> str:
    return "mfa_reauthenticate" if codes.has_app(user) else "mfa_reauthenticate_webauthn"
