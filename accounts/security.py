"""The page of all that opens an account, and of where it is open."""

from typing import Any, cast

from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from . import browsers
from .access import account_required
from .models import User


@require_safe
@account_required
def security(request: HttpRequest) -> HttpResponse:
    user, now = cast(User, request.user), timezone.now()
    context = {
        "section": "preferences",
        "part": "security",
        "browsers": browsers.signed_in(request, user, now=now),
        "programs": user.token_families.filter(expires_at__gt=now).count(),
        **_factors(user),
    }
    return render(request, "accounts/security.html", context)


@require_POST
@account_required
def sign_out_browser(request: HttpRequest, browser: str) -> HttpResponse:
    """End the learner's session in another browser."""
    if browsers.end_browser_session(cast(User, request.user), browser, now=timezone.now()):
        messages.success(request, _("Signed out there."))
    else:
        messages.info(request, _("Nobody is signed in there anymore."))
    return redirect("accounts:security")


@require_POST
@account_required
def sign_out_elsewhere(request: HttpRequest) -> HttpResponse:
    """End all sessions but this one, and what programs signed in to."""
    browsers.end_sessions_elsewhere(cast(User, request.user), request.session.session_key)
    messages.success(request, _("Signed out everywhere else."))
    return redirect("accounts:security")


def _factors(user: User) -> dict[str, Any]:
    kept = list(Authenticator.objects.filter(user=user).order_by("created_at"))
    of_type = {type_: [one for one in kept if one.type == type_] for type_ in Authenticator.Type}
    recovery = next(iter(of_type[Authenticator.Type.RECOVERY_CODES]), None)
    return {
        "app": next(iter(of_type[Authenticator.Type.TOTP]), None),
        "passkeys": [one.wrap() for one in of_type[Authenticator.Type.WEBAUTHN]],
        "recovery": recovery and recovery.wrap(),
    }
