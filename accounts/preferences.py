"""What a learner prefers, with what holds when they chose nothing."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Final, cast

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models.expressions import RawSQL
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from psycopg.types.json import Jsonb

from . import cookies
from .choices import VIEW, Value, chosen_of, from_cookie, to_cookie, to_text
from .models import User
from .units import SpeedUnit

COOKIE: Final = "view"
LONGEST_COOKIE: Final = 1000


@dataclass(frozen=True, slots=True)
class View:
    """How it looks, sounds and types: what is `chosen`, and the usual for all else; `view["theme"]`, `view.theme` in a
    template."""

    chosen: Mapping[str, Value] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Value:
        return self.chosen.get(name, VIEW[name].default)

    @property
    def attributes(self) -> SafeString:
        """What is chosen, as attributes of <html> that stylesheets and scripts read."""
        return _attributes(tuple(self.chosen.items()))

    @property
    def scheme(self) -> str:
        """In which schemes the page can be shown, which `<meta name="color-scheme">` says before any stylesheet."""
        return SCHEMES.get(str(self["theme"]), "light dark")

    @property
    def font_file(self) -> str:
        """The file of the typeface in which texts are typed; "" for one of the system's."""
        return FONTS[str(self["font"])]

    @property
    def sounds(self) -> bool:
        """Whether there is anything to hear."""
        return bool(self["sound_keys"] or self["sound_mistakes"] or self["metronome"])


SCHEMES: Final = {"light": "light", "sepia": "light", "dark": "dark", "forest": "dark", "slate": "dark"}
"""Of the themes that have only one."""
FONTS: Final = {"": "fonts/jetbrains-mono.woff2", "readable": "fonts/andika.woff2", "proportional": ""}
USUAL: Final = View()


def view_for(request: HttpRequest) -> View:
    """What who asks has chosen: the row of who is known, the cookie of a stranger."""
    user = getattr(request, "user", None)
    if user is not None and user.is_authenticated:
        return view_of(user)
    cookie = request.COOKIES.get(COOKIE)
    return View(from_cookie(cookie[:LONGEST_COOKIE])) if cookie else USUAL


def view_of(user: User) -> View:
    return View(chosen_of(user.view)) if user.view else USUAL


def keep_view(request: HttpRequest, response: HttpResponse, asked: Mapping[str, Value]) -> None:
    """Keep what was chosen where it belongs: all else stays as it is. `asked` is valid."""
    if request.user.is_authenticated:
        User.objects.filter(pk=request.user.pk).update(view=changed_view(asked))
    else:
        chosen = chosen_of({**view_for(request).chosen, **asked})
        cookies.keep(response, request, COOKIE, to_cookie(chosen))


def changed_view(asked: Mapping[str, Value]) -> models.Expression:
    """The column `view` with what was asked for; several such changes at once don't undo each other."""
    chosen = chosen_of(asked)
    usual = [name for name in asked if name not in chosen]
    return RawSQL("(view || %s) - %s::text[]", [Jsonb(chosen), usual])


@lru_cache(maxsize=1000)
def _attributes(chosen: tuple[tuple[str, Value], ...]) -> SafeString:
    return format_html_join(
        "", ' data-{}="{}"', ((name.replace("_", "-"), to_text(value)) for name, value in chosen)
    )


def unit(request: HttpRequest) -> SpeedUnit:
    """The unit speeds are shown in to who asks."""
    return unit_of(getattr(request, "user", None))


def unit_of(user: User | AnonymousUser | None) -> SpeedUnit:
    """The learner's choice, else зн/мин in Russian and WPM elsewhere, by the language that is active."""
    if user is not None and user.is_authenticated and user.unit:
        return cast(SpeedUnit, user.unit)
    return "cpm" if (get_language() or "").startswith("ru") else "wpm"


def language_of(user: User) -> str:
    """The language to write to a learner in, where no browser names one: chosen, or else the one she last read in."""
    return user.language or user.seen_language or settings.LANGUAGE_CODE


def context(request: HttpRequest) -> dict[str, Any]:
    """Template context processor: `unit` and `view`."""
    return {"unit": unit(request), "view": view_for(request)}
