"""How often pages may be sent to, and asked for what costs much; `accounts/limits.py` has the numbers.

A learner counts for herself, whatever her address. Thirty strangers may share an address, so theirs are large. What is
refused is told in words and with `Retry-After`; a log is kept by the browser and sent again.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.response import TemplateResponse
from limits import RateLimitItem
from rest_framework.permissions import SAFE_METHODS

from accounts import limits
from accounts.forms import used_up
from progress.pages.practice import beside_exercise, with_verdict

from .problems import is_api

Counted = tuple[RateLimitItem, ...]
RECORD: Final = "progress:record"


@dataclass(frozen=True, slots=True)
class PageLimit:
    """What is counted together under a `name`: for each learner, and for each address nobody is signed in at.

    Without limits for a learner, her requests count as those of her address.
    """

    name: str
    learner: Counted
    stranger: Counted = (limits.STRANGERS,)


SENT: Final = PageLimit("sent", (limits.WRITING,))
"""Whatever a page sends that is not named in BY_ROUTE."""
SIGN_IN: Final = PageLimit("sign-in", (), (limits.SIGN_IN,))
BY_ROUTE: Final = {
    RECORD: PageLimit("recorded", (limits.RECORDING, limits.LEARNER), limits.GUESTS),
    "coaching:ask_coach": PageLimit(limits.OF_QUESTIONS, limits.QUESTIONS),
    "coaching:wish_text": PageLimit(limits.OF_QUESTIONS, limits.QUESTIONS),
    "accounts:preferences": PageLimit("preferences", (limits.WRITING,), limits.GUESTS),
    "accounts:change_avatar": PageLimit(limits.OF_PICTURES, limits.PICTURES),
    "account_login": SIGN_IN,
    "mfa_authenticate": SIGN_IN,
    "mfa_login_webauthn": SIGN_IN,
    "accounts:sign_in_with": SIGN_IN,
    "apple_callback": SIGN_IN,
    "account_reset_password": PageLimit("resets", (), (limits.RESETS,)),
    "billing:webhook": PageLimit("webhook", (), (limits.WEBHOOKS,)),
}
ASKING: Final = PageLimit("asking", (limits.WRITING,))
"""Pages that ask Stripe."""
ANSWERED: Final = PageLimit("answered", (), (limits.SIGN_IN,))
"""Answers that providers send back with a visitor, which they are asked about."""
CERTIFICATES: Final = PageLimit("certificates", (limits.CERTIFICATES,))
READ: Final = {
    "lessons:catalogue": PageLimit("search", (limits.SEARCH,)),
    "progress:verify": CERTIFICATES,
    "progress:certificate": CERTIFICATES,
    "progress:certificate_pdf": CERTIFICATES,
    "mfa_login_webauthn": SIGN_IN,
    "billing:change": ASKING,
    "billing:bought": ASKING,
    "google_callback": ANSWERED,
    "github_callback": ANSWERED,
    "apple_finish_callback": ANSWERED,
    "openid_connect_callback": ANSWERED,
}
"""What is counted though it only reads; a form there counts when it is filled in."""
FORMS: Final = {"lessons:catalogue": "q", "progress:verify": "code"}


class PageLimitsMiddleware:
    """Answers 429 to what is over a limit, before any view sees it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        verdict = count(request)
        return None if verdict is None or verdict.passes else too_many(request, verdict.seconds)

    def process_template_response(self, request: HttpRequest, response: TemplateResponse) -> TemplateResponse:
        """A form that was refused for a limit is shown again, with what was typed."""
        form = (response.context_data or {}).get("form")
        refusal = used_up(form) if form is not None and form.is_bound else None
        if refusal:
            response.status_code = 429
            response["Retry-After"] = str(refusal.seconds)
        return response


def count(request: HttpRequest) -> limits.Verdict | None:
    """Count a request for a page; None for one that nothing limits, which no store is asked for."""
    route = request.resolver_match.view_name if request.resolver_match else ""
    if is_api(request):
        return None
    if request.method not in SAFE_METHODS:
        limit = BY_ROUTE.get(route, SENT)
    elif route in READ and (route not in FORMS or request.GET.get(FORMS[route])):
        limit = READ[route]
    else:
        return None
    if route == "account_signup":
        return limits.of_registration(request)
    address = limits.address_of(request)
    if limit.learner and request.user.is_authenticated:
        counted, who = limit.learner, str(request.user.pk)
    else:
        counted, who = limit.stranger, limits.network_of(address)
    if limits.is_classroom(address):
        counted = (limits.CLASSROOM,)
    return limits.hit(*counted, key=(limit.name, who))


def too_many(request: HttpRequest, seconds: int) -> HttpResponse:
    """The page that says so; of a recording that htmx sent a sentence beside the exercise, whose log is kept."""
    match = request.resolver_match
    is_recording = match is not None and match.view_name == RECORD
    context = {
        "layout": "base.html",
        "seconds": seconds,
        "is_recording": is_recording,
        "posted": request.POST,
    }
    if not request.headers.get("HX-Request"):
        response = render(request, "429.html", context, status=429)
    elif is_recording:
        response = beside_exercise(request, render(request, "_too_many.html", context, status=429))
    else:
        response = render(request, "429.html", context | {"layout": "_notice.html"}, status=429)
    response["Retry-After"] = str(seconds)
    if is_recording:
        with_verdict(response, request.POST.get("ticket", ""), is_settled=False)
    return response
