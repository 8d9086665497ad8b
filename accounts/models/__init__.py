"""Who a learner is, and what opens her account; a module a concept."""

from .browser_sessions import BrowserSession
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
    "BrowserSession",
    "InterfaceLanguage",
    "Keyboard",
    "MergedGuest",
    "Scope",
    "TokenFamily",
    "Unit",
    "User",
    "UserManager",
]
