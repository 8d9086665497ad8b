"""Who a learner is, and what opens her account; a module a concept."""

from ..choices import InterfaceLanguage, Keyboard, Unit
from .tokens import ApiToken, Scope, TokenFamily
from .users import MergedGuest, User, UserManager

__all__ = [
    "ApiToken",
    "InterfaceLanguage",
    "Keyboard",
    "MergedGuest",
    "Scope",
    "TokenFamily",
    "Unit",
    "User",
    "UserManager",
]
