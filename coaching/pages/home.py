"""The front page: a line to type for a stranger, what to do today for whoever has typed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from accounts.models import User
from accounts.preferences import unit
from coaching.advice.standing import Standing
from coaching.pages.beginnings import invites_to_placement
from lessons.languages import first_for, of_layout
from lessons.models import Course
from lessons.outlines import shelves
from progress.exercises.beginnings import first_line_exercise
from progress.figures.charts import Chart, chart
from progress.figures.days import (
    RECENT_DAYS,
    Goal,
    Growth,
    Point,
    goal_of,
    growth_of,
    points_by,
    practice_in,
    practised,
    recent,
    typed_by,
)
from progress.figures.layouts import last_layout
from progress.figures.maps import Map, course_maps
from progress.figures.streaks import Streak, streak
from progress.pages.practice import practice_page


@dataclass(frozen=True)
class Today:
    """What a learner finds: the course typed last and her others, what today and the month brought, what to drill.
    Standing, speed and growth are those of the layout typed on last.

    `placement`: the language of the test she should take before lesson 1, as she can type; "" for most.
    """

    map: Map | None
    others: Sequence[Map]
    layout: str
    placement: str
    goal: Goal | None
    streak: Streak
    standing: Standing
    points: Sequence[Point]
    growth: Growth | None

    @cached_property
    def speed(self) -> Chart:
        return chart([(point.start, point.cpm) for point in self.points])


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What is next for whoever has typed; for everybody else a line to type at once, in the language she reads."""
    if request.user.is_authenticated and (layout := last_layout(request.user)):
        shown = today_of(request.user, layout, now=timezone.now())
        return render(
            request,
            "coaching/today.html",
            {"today": shown, "days": RECENT_DAYS, "unit": unit(request), "section": "home"},
        )
    language = first_for((get_language() or "")[:2]).code
    found = sorted(shelves(Course.objects.all()), key=lambda shelf: shelf.course.language != language)
    return practice_page(
        request, first_line_exercise(language), "coaching/welcome.html", shelves=found, section="home"
    )


def today_of(user: User, layout: str, *, now: datetime) -> Today:
    """What there is for a learner who typed on a layout last; at most eight queries, nine before the first lesson."""
    today = now.astimezone(ZoneInfo(user.timezone)).date()
    language = of_layout(layout).code
    maps = course_maps(list(Course.objects.all()), user, now=now)
    maps.sort(key=lambda drawn: (drawn.course.language != language, -drawn.done))
    typed = typed_by(user)
    days, practice = practised(practice_in(typed)), practice_in(typed, layouts=[layout])
    is_new = bool(maps) and not maps[0].is_begun and maps[0].course.language == language
    return Today(
        map=maps[0] if maps else None,
        others=maps[1:],
        layout=layout,
        placement=language if is_new and invites_to_placement(user, layout) else "",
        goal=goal_of(days, user.goal_minutes, today=today) if user.goal_minutes else None,
        streak=streak((day.date for day in days), today=today),
        standing=Standing.of(user, layout, now=now, practice=practice),
        points=points_by("day", recent(practice, today=today)),
        growth=growth_of(practice, today=today),
    )
