from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from .problems import is_api, problem_outside


def notice(request: HttpRequest, template: str, *, status: int) -> HttpResponse:
    """A page that says what went wrong, or the fragment htmx puts in its place; JSON to clients of the API."""
    if is_api(request):
        return problem_outside(status)
    layout = "_notice.html" if request.headers.get("HX-Request") else "base.html"
    return render(request, template, {"layout": layout}, status=status)
