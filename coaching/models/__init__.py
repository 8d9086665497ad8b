from coaching.models.exercises import Drill
from coaching.models.plans import Advice, Plan, SpeedGoal

__all__ = ["Advice", "Drill", "Plan", "SpeedGoal"]
