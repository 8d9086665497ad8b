from functools import partial

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from .forms import SearchForm
from .models import Course
from .outlines import shelves
from .search import MOST_RESULTS, search


@require_safe
def catalogue(request: HttpRequest) -> HttpResponse:
    """All courses with their blocks, those in the reader's language first; with `q`, the lessons it finds."""
    form = SearchForm(request.GET or None)
    if form.is_valid() and (asked := form.cleaned_data["q"]):
        found = search(asked)
        context = {"form": form, "asked": asked, "found": found, "most": MOST_RESULTS}
        return render(request, "lessons/catalogue.html", context | {"section": "courses"})
    courses = sorted(Course.objects.all(), key=lambda course: course.language != get_language())
    revisions = [str(course.revision) for course in courses]
    context = {"form": form, "courses": courses, "revisions": revisions, "shelves": partial(shelves, courses)}
    return render(request, "lessons/catalogue.html", context | {"section": "courses"})
