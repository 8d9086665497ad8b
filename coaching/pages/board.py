"""What the coach adds to the dashboard."""

from datetime import datetime
from zoneinfo import ZoneInfo

from accounts.models import User
from coaching.advice.standing import suggested_goal
from coaching.forecast.learning_curve import PractisedDay, forecast
from coaching.models import SpeedGoal
from progress.figures.dashboard import BoardSection, Dashboard
from progress.figures.days import practice_of
from progress.keystrokes.plausibility import MAX_CPM


def board_section(user: User, dashboard: Dashboard, now: datetime) -> BoardSection:
    """The drill of what costs most on the layout shown, and when the goal will be reached there."""
    layout = dashboard.choices.layout
    weaknesses = dashboard.keys.weaknesses if dashboard.keys else []
    days = practice_of(user, layouts=[layout])
    usual = days[-1].cpm if days else 0.0
    goal = SpeedGoal.objects.filter(user=user, layout=layout).first()
    goal_cpm = goal.cpm if goal else suggested_goal(usual)
    today = now.astimezone(ZoneInfo(user.timezone)).date()
    practised = [
        PractisedDay(day.date, day.duration_ms / 60_000, day.cpm) for day in days if day.cpm <= MAX_CPM
    ]
    context = {
        "layout": layout,
        "item": weaknesses[0].item if weaknesses else "",
        "forecast": forecast(practised, goal_cpm, today=today),
    }
    return BoardSection(context, "coaching/_board_drill.html", "coaching/_board_forecast.html")
