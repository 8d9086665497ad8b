"""The questions of consent: asked once after signing up, and changed in the settings at any time."""

from typing import cast

from allauth.account.adapter import get_adapter
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect, render, resolve_url
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts import consents
from accounts.access import account_required
from accounts.models import Consent, User

EVERY = "all"


@require_http_methods(["GET", "HEAD", "POST"])
@account_required
def consents_page(request: HttpRequest) -> HttpResponse:
    """The questions with two buttons each; a POST of one leads on when nothing is left to answer."""
    user = cast(User, request.user)
    if request.method != "POST":
        return render(request, "accounts/consents.html", {"section": "preferences", "part": "data"})
    try:
        given = _answers(request)
        place = Consent.Place(request.POST.get("place", Consent.Place.QUESTION))
    except ValueError:
        return HttpResponseBadRequest()
    was_asked = consents.waits_for_answers(user)
    try:
        consents.answer(user, given, place=place, now=timezone.now())
    except consents.TextChanged:
        messages.warning(request, _("The text has changed meanwhile: please read it again."))
    is_through = was_asked and not consents.waits_for_answers(user)
    return redirect(_next(request) or ("home" if is_through else "accounts:consents"))


def _answers(request: HttpRequest) -> dict[consents.Kind, tuple[int, bool]]:
    """What the pressed button says, of the versions on its page. Raises ValueError."""
    kind, _colon, said = request.POST.get("answer", "").partition(":")
    kinds = list(consents.TEXTS) if kind == EVERY else [consents.Kind(kind)]
    if said not in ("yes", "no"):
        raise ValueError(said)
    return {kind: (int(request.POST.get(f"version_{kind}", "")[:9]), said == "yes") for kind in kinds}


def _next(request: HttpRequest) -> str:
    """The page of ours the form stood on; "" for the page of the questions."""
    wanted = request.POST.get("next", "")
    return (
        wanted
        if get_adapter(request).is_safe_url(wanted) and wanted != resolve_url("accounts:consents")
        else ""
    )
