"""What the coach adds to the dashboard."""

from datetime import datetime

from accounts.models import User
from coaching.advice.standing import Standing
from coaching.plans.overview import chosen_goal
from progress.figures.dashboard import BoardSection, Dashboard


def board_section(user: User, dashboard: Dashboard, now: datetime) -> BoardSection:
    """The drill of what costs most on the layout shown, and when the goal will be reached there."""
    standing = Standing.of(user, dashboard.choices.layout, now=now, keys=dashboard.keys)
    context = {
        "layout": standing.layout,
        "item": standing.weaknesses[0].item if standing.weaknesses else "",
        "forecast": standing.forecast(chosen_goal(standing) or standing.suggested_goal),
    }
    return BoardSection(context, "coaching/_board_drill.html", "coaching/_board_forecast.html")
