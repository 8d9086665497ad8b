from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def notice(request: HttpRequest, template: str, *, status: int) -> HttpResponse:
    """A page that says what went wrong, or the fragment htmx puts in its place."""
    layout = "_notice.html" if request.headers.get("HX-Request") else "base.html"
    return render(request, template, {"layout": layout}, status=status)
