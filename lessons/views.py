from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from .models import Course


@require_safe
def catalogue(request: HttpRequest) -> HttpResponse:
    """All courses with how far each is ready, those in the reader's language first."""
    ready = Q(lessons__is_published=True, lessons__text__isnull=False)
    courses = Course.objects.annotate(
        lesson_count=Count("lessons"),
        ready_count=Count("lessons", filter=ready),
        free_count=Count("lessons", filter=Q(lessons__is_free=True)),
    )
    in_order = sorted(courses, key=lambda course: course.language != get_language())
    return render(request, "lessons/catalogue.html", {"courses": in_order, "section": "courses"})
