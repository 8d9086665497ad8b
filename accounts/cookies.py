"""What a browser keeps for us: cookies of a year, for no other site, and for no open line where the site has none."""

from typing import Final

from django.http import HttpRequest, HttpResponse

YEAR: Final = 365 * 24 * 60 * 60


def keep(response: HttpResponse, request: HttpRequest, cookie: str, value: str) -> None:
    response.set_cookie(cookie, value, max_age=YEAR, samesite="Lax", secure=request.is_secure())
