"""The whole JSON API."""

from django.urls import URLPattern, path, re_path
from rest_framework.views import APIView

from accounts import api as accounts
from accounts import api_auth as auth
from accounts.avatars.api import Avatar
from accounts.consents.api import Consents
from accounts.notifications.api import UsersMeNotifications
from accounts.personal_data import api as personal_data
from billing.api import payments, subscription
from coaching.api import advice, coach, drills
from lessons import api as lessons
from progress.api import awards, finished, sessions, stats, typing

from . import api_docs
from .views import no_endpoint

ENDPOINTS: dict[str, type[APIView]] = {
    "auth/register": auth.Register,
    "auth/verify-email": auth.VerifyEmail,
    "auth/login": auth.Login,
    "auth/logout": auth.Logout,
    "auth/refresh": auth.Refresh,
    "auth/forgot-password": auth.ForgotPassword,
    "auth/reset-password": auth.ResetPassword,
    "auth/change-password": auth.ChangePassword,
    "auth/me": accounts.WhoAmI,
    "users/me/avatar": Avatar,
    "users/me/notifications": UsersMeNotifications,
    "users/me": personal_data.OwnAccount,
    "users/me/consents": Consents,
    "users/me/tokens": accounts.Tokens,
    "users/me/tokens/<int:token>": accounts.OneToken,
    "users/<uuid:user>/progress": stats.ProgressOf,
    "gdpr/export": personal_data.Export,
    "gdpr/export/file": personal_data.ExportFile,
    "gdpr/delete": personal_data.Closing,
    "courses": lessons.Courses,
    "courses/search": lessons.CourseSearch,
    "courses/<slug:course>": lessons.OneCourse,
    "courses/<slug:course>/lessons": stats.CourseLessons,
    "lessons": lessons.Lessons,
    "lessons/<int:lesson>": lessons.OneLesson,
    "lessons/<int:lesson>/content": typing.LessonContent,
    "lessons/<int:lesson>/start": typing.StartLesson,
    "lessons/<int:lesson>/progress": typing.SaveLesson,
    "lessons/<int:lesson>/complete": finished.CompleteLesson,
    "tests/start": typing.StartTest,
    "stats/keystroke": typing.Keystroke,
    "stats/session": finished.FinishSession,
    "stats/sessions": finished.Batch,
    "stats/summary": stats.StatsSummary,
    "stats/history": sessions.History,
    "stats/weak-keys": stats.StatsWeakKeys,
    "stats/progress-chart": stats.ProgressChartOf,
    "progress": stats.ProgressOverview,
    "sessions/<str:session>": sessions.OneSession,
    "sessions/<str:session>/keystrokes": sessions.SessionKeystrokes,
    "sessions/<str:session>/certificate": awards.IssueCertificate,
    "sessions/<str:session>/drill": drills.StartDrill,
    "ai/chat": coach.Chat,
    "ai/analyze": coach.Analyze,
    "ai/generate-exercise": coach.GenerateExercise,
    "certificates/<str:code>": awards.ShowCertificate,
    "achievements": awards.Achievements,
    "leaderboards": awards.Leaderboard,
    "leaderboards/me": awards.BoardName,
    "ai/recommendations": advice.AiRecommendations,
    "ai/weak-keys-analysis": advice.AiWeakKeysAnalysis,
    "payments/plans": payments.Plans,
    "payments/subscribe": payments.Subscribe,
    "payments/create": payments.BuyOnce,
    "payments/cancel": subscription.Cancel,
    "payments/invoices": payments.Invoices,
    "payments/webhook": payments.Webhook,
    "subscription/status": subscription.SubscriptionStatus,
    "subscription/upgrade": subscription.Upgrade,
    "subscription/resume": subscription.Resume,
    "subscription/portal": subscription.Portal,
    "gifts/redeem": subscription.RedeemGift,
}
ALIASES = {
    "users/me/stats": "stats/summary",
    "users/me/progress": "progress",
    "progress/stats": "stats/summary",
}
"""Other addresses of endpoints: they answer alike, and the description says which is meant."""

app_name = "api"
urlpatterns: list[URLPattern] = [
    *(path(f"v1/{route}", view.as_view()) for route, view in ENDPOINTS.items()),
    *(path(f"v1/{route}", ENDPOINTS[meant].as_view(alias_of=meant)) for route, meant in ALIASES.items()),
    path("schema/", api_docs.schema, name="schema"),
    path("docs/", api_docs.docs, name="docs"),
    re_path("", no_endpoint),
]
