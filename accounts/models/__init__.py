"""Who a learner is, and what opens her account; a module a concept."""

from accounts.choices import InterfaceLanguage, Keyboard, Unit

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
from .users import MergedGuest, User, UserManager

__all__ = [
    "DAYS_OF_WEEK",
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
