from progress.models.aggregates import AGGREGATES, Aggregate, DailyStat, LessonProgress, SkillProfile
from progress.models.business import BusinessDay, ChangedDay, CountedLearner, LearnerDay, Retention
from progress.models.honours import Award, BoardEntry, Certificate, Spread
from progress.models.placements import Placement
from progress.models.sessions import (
    BOARD_ACCURACY,
    RECORD_ACCURACY,
    KeystrokeLog,
    OpenPart,
    OpenSession,
    TypingSession,
    is_sprint,
)

__all__ = [
    "AGGREGATES",
    "BOARD_ACCURACY",
    "RECORD_ACCURACY",
    "Aggregate",
    "Award",
    "BoardEntry",
    "BusinessDay",
    "Certificate",
    "ChangedDay",
    "CountedLearner",
    "DailyStat",
    "KeystrokeLog",
    "LearnerDay",
    "LessonProgress",
    "OpenPart",
    "OpenSession",
    "Placement",
    "Retention",
    "SkillProfile",
    "Spread",
    "TypingSession",
    "is_sprint",
]
