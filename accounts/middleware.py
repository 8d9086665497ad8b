from collections.abc import Callable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation

from . import browsers, devices
from .models import User
from .staff.impersonation import is_acting

SEEN_EVERY = timedelta(days=1)


class PrivateMiddleware:
    """What a learner is answered is for her alone and kept by no cache, her browser's neither unless a view says so."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        was_signed_in = request.user.is_authenticated
        response = self.get_response(request)
        is_said = response.get("Cache-Control", "").startswith("private,")
        if (was_signed_in or request.user.is_authenticated) and not is_said:
            response["Cache-Control"] = "private, no-store"
        return response


class PreferencesMiddleware:
    """Speaks the learner's language and time zone; everyone else gets the browser's language and UTC."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            if request.user.language:
                translation.activate(request.user.language)
                request.LANGUAGE_CODE = request.user.language
            timezone.activate(ZoneInfo(request.user.timezone))
        try:
            return self.get_response(request)
        finally:
            timezone.deactivate()


class LastSeenMiddleware:
    """Notes once a day that a learner was here, in which language and browser; an admin who acts as her is not."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated and not is_acting(request):
            now = timezone.now()
            note_seen(request, request.user, now=now)
            browsers.note_browser_again(request, now=now)
        return self.get_response(request)


class KnownBrowserMiddleware:
    """Lets a browser know the account somebody signed in to."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        devices.remember(request, response)
        return response


def note_seen(request: HttpRequest, user: User, *, now: datetime) -> None:
    """Note that she is here: once a day, and when her browser speaks another language than last time."""
    language = _language_read(request, user)
    if user.last_seen < now - SEEN_EVERY or language != user.seen_language:
        User.objects.filter(pk=user.pk).update(last_seen=now, seen_language=language)


def _language_read(request: HttpRequest, user: User) -> str:
    """What she reads in; as last time where she chose a language, or where no language is asked for, as by scripts."""
    if user.language or "Accept-Language" not in request.headers:
        return user.seen_language
    return (translation.get_language() or "")[:2]
