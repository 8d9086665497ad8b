"""Who a learner is, and what opens her account; a module a concept."""

from .consents import Consent
from .staff import StaffAct
from .tokens import ApiToken, Scope, TokenFamily
from .users import (
    MOST_GOAL_MINUTES,
    InterfaceLanguage,
    Keyboard,
    MergedGuest,
    Unit,
    User,
    UserManager,
)

__all__ = [
    "MOST_GOAL_MINUTES",
    "ApiToken",
    "Consent",
    "InterfaceLanguage",
    "Keyboard",
    "MergedGuest",
    "Scope",
    "StaffAct",
    "TokenFamily",
    "Unit",
    "User",
    "UserManager",
]
