"""All that the coach tells a learner of a layout: what holds her back, what to do next, what it brought, where to."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from accounts.models import User
from coaching.advice.standing import Standing
from coaching.forecast.learning_curve import Forecast
from coaching.models import Advice, SpeedGoal
from coaching.plans.drills import learned_characters
from coaching.plans.plans import FRESH, PlanProgress, Proposal, latest_plan, outcomes, propose
from lessons.models import Lesson
from lessons.text_maker import Richest, richest
from progress.figures.layouts import layouts_of
from progress.figures.maps import Map, course_map
from progress.models import LessonProgress

MOST_ACHIEVED: Final = 10
"""Keys and pairs of earlier plans that are told."""


@dataclass(frozen=True, slots=True)
class Overview:
    """`richest` is what the letters learned allow, `course` the map of the one typed last in the language; `plan` is
    the one begun and not finished, if there is one; `proposal` what a new one would be; `achieved` what was advised
    before, the latest first; `forecast` is None where too little is known."""

    layouts: Sequence[str]
    standing: Standing
    richest: Richest
    course: Map | None
    plan: PlanProgress | None
    proposal: Proposal
    achieved: Sequence[Advice]
    goal_cpm: int
    is_goal_chosen: bool
    forecast: Forecast | None

    @property
    def next_lesson(self) -> Lesson | None:
        """Where that course goes on."""
        return self.course.next if self.course else None

    @property
    def is_once_more(self) -> bool:
        """Whether it goes on with a lesson that was typed before."""
        return self.course is not None and self.course.is_once_more

    @property
    def is_lesson_first(self) -> bool:
        """Whether more letters help more than exercises: those learned do not make words yet."""
        return self.richest == "groups" and self.next_lesson is not None and self.plan is None


def overview_of(user: User, layout: str, *, now: datetime) -> Overview | None:
    """Of the layout asked for, where the learner has typed on it, else of the one typed on last; None before anything
    was typed. At most sixteen queries."""
    layouts = layouts_of(user)
    if not layouts:
        return None
    chosen = layout if layout in layouts else layouts[0]
    standing = Standing.of(user, chosen, now=now)
    last = latest_plan(user, chosen)
    begun = PlanProgress.of(last) if last and now - last.made_at < FRESH else None
    goal = chosen_goal(standing)
    goal_cpm = goal or standing.suggested_goal
    return Overview(
        layouts=layouts,
        standing=standing,
        richest=richest(standing.language, learned_characters(user.pk, standing.keys)),
        course=_course(user, standing.language, now=now),
        plan=begun if begun and not begun.is_done else None,
        proposal=propose(standing, last),
        achieved=outcomes(standing, most=MOST_ACHIEVED),
        goal_cpm=goal_cpm,
        is_goal_chosen=goal is not None,
        forecast=standing.forecast(goal_cpm),
    )


def chosen_goal(standing: Standing) -> int | None:
    """The speed a learner chose to reach on a layout, CPM; one query."""
    goals = SpeedGoal.objects.filter(user=standing.user, layout=standing.layout)
    return goals.values_list("cpm", flat=True).first()


def _course(user: User, language: str, *, now: datetime) -> Map | None:
    typed = LessonProgress.objects.filter(user=user, lesson__course__language=language)
    last = typed.select_related("lesson__course").order_by("-last_at").first()
    return course_map(last.lesson.course, user, now=now) if last else None
