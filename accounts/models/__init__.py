"""Who a learner is, and what opens her account; a module a concept."""

from .browser_sessions import BrowserSession
from .consents import Consent
from .data_exports import DataExport
from .notifications import (
    DAYS_OF_WEEK,
    REMINDER_HOUR,
    Channel,
    Notification,
    NotificationChoice,
    PhoneNumber,
    PushSubscription,
    ReminderTime,
)
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
    "DAYS_OF_WEEK",
    "MOST_GOAL_MINUTES",
    "REMINDER_HOUR",
    "ApiToken",
    "BrowserSession",
    "Channel",
    "Consent",
    "DataExport",
    "InterfaceLanguage",
    "Keyboard",
    "MergedGuest",
    "Notification",
    "NotificationChoice",
    "PhoneNumber",
    "PushSubscription",
    "ReminderTime",
    "Scope",
    "StaffAct",
    "TokenFamily",
    "Unit",
    "User",
    "UserManager",
]
