"""What the coach adds to the dashboard."""

from datetime import datetime

from accounts.models import User
from coaching.advice.standing import Standing
from coaching.forecast.drawing import drawn
from coaching.plans.overview import chosen_goal
from progress.figures.dashboard import BoardSection, Dashboard


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
    return BoardSection(
        context,
        "coaching/_board_lead.html",
        "coaching/_board_drill.html",
        "coaching/_board_forecast.html",
        "coaching/_drills.html",
    )
