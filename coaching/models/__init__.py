from coaching.models.chat import LONGEST_QUESTION, ChatMessage
from coaching.models.exercises import Drill
from coaching.models.spending import ModelSpending

__all__ = ["LONGEST_QUESTION", "ChatMessage", "Drill", "ModelSpending"]
