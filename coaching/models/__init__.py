from coaching.models.chat import LONGEST_QUESTION, ChatMessage
from coaching.models.exercises import Drill
from coaching.models.plans import Advice, Plan, SpeedGoal
from coaching.models.spending import ModelSpending

__all__ = ["LONGEST_QUESTION", "Advice", "ChatMessage", "Drill", "ModelSpending", "Plan", "SpeedGoal"]
