"""What the coach adds to the dashboard."""

from datetime import datetime

from accounts.models import User
from coaching.advice.standing import Standing
from coaching.forecast.drawing import drawn
from coaching.pages.beginnings import first_lesson, invites_to_placement
from coaching.plans.overview import chosen_goal
from lessons.languages import of_layout
from progress.figures.dashboard import BoardSection, Dashboard
from progress.figures.maps import course_map


def board_section(user: User, dashboard: Dashboard, now: datetime) -> BoardSection:
    """What matters most, the drill of what costs most on the layout shown, and when the goal will be reached there."""
    layout, keys, practice = dashboard.choices.layout, dashboard.keys, dashboard.practice
    standing = Standing.of(user, layout, now=now, keys=keys, practice=practice)
    goal = chosen_goal(standing)
    told = standing.forecast(goal or standing.suggested_goal)
    context = {
        "standing": standing,
        "layout": standing.layout,
        "weak": standing.keys.weak,
        "item": standing.weaknesses[0].item if standing.weaknesses else "",
        "is_goal_chosen": goal is not None,
        "forecast": told,
        "drawing": drawn(told, standing.days, today=standing.today) if told else None,
    }
    primary = "coaching/_board_drill.html"
    if dashboard.is_first_week and not dashboard.lessons:
        # A line or a test says too little for a drill.
        context |= _beginning(user, layout, now)
        primary = "coaching/_begin.html"
    return BoardSection(
        context,
        "coaching/_board_lead.html",
        primary,
        "coaching/_board_forecast.html",
        "coaching/_drills.html",
    )


def _beginning(user: User, layout: str, now: datetime) -> dict[str, object]:
    """The placement test for who can type and has not taken it, else the lesson that is next; at most six queries."""
    language = of_layout(layout).code
    placement = language if invites_to_placement(user, layout) else ""
    first = None if placement else first_lesson(language)
    return {"placement": placement, "lesson": course_map(first.course, user, now=now).next if first else None}
