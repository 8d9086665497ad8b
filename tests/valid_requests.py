"""A valid request of its owner for every route, Anna's; or why a route has no owner."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from progress.exercises import tickets
from progress.mailing import SIGNER
from tests.anna import EVENTS, Anna

PASSWORD = "a-long-password"


@dataclass(frozen=True)
class Ask:
    """A request by its owner; `json` goes to the API, `form` to a page."""

    path: str
    method: str = "get"
    json: Any = None
    form: Any = None


Asks = Callable[[Anna], list[Ask]]


def get(path: str) -> Asks:
    return lambda anna: [Ask(path)]


def of(path: str, method: str = "get", **body: Any) -> Asks:
    """`path` with `{session}` and the like, and a body that may be a function of Anna."""
    return lambda anna: [
        Ask(
            path.format(
                session=anna.session.pk,
                test=anna.test.pk,
                code=anna.certificate,
                drill=anna.drill,
                token=anna.token.pk,
                passkey=anna.passkey,
                connection=anna.connection.pk,
                browser=anna.browser,
                lesson=anna.lesson,
                user=anna.user.pk,
                signed=SIGNER.sign(str(anna.user.pk)),
            ),
            method,
            **{kind: value(anna) if callable(value) else value for kind, value in body.items()},
        )
    ]


def post(path: str, **body: Any) -> Asks:
    return of(path, "post", **(body or {"form": {}}))


def part(anna: Anna) -> dict[str, Any]:
    at = round(timezone.now().timestamp() * 1000) - 60_000
    return {
        "ticket": tickets.sign_ticket(anna.open_ticket),
        "startedAt": at,
        "start": 5,
        "events": EVENTS[5:9],
    }


PROVIDER = "asks a provider, where one is configured: accounts/tests/providers/ ask as everybody"
NOTICES = "/settings/notifications/"
MAILED = "whoever has the mailed key may use it"
STRIPE = "asks Stripe: billing/api/tests/test_refusals.py and billing/tests/test_flow.py ask as somebody else"
ROUTES: dict[str, Asks | str] = {
    "": get("/"),
    "learn/": get("/learn/"),
    "learn/<slug:course>/": get("/learn/ru/"),
    "dashboard/": get("/dashboard/"),
    "dashboard/<str:table>/": get("/dashboard/points/"),
    "history/": get("/history/"),
    "reports/unsubscribe/<str:signed>/": MAILED,
    "certificates/": get("/certificates/"),
    "certificates/<str:code>/": "whoever knows the code may check it",
    "certificates/<str:code>.pdf": "whoever knows the code may check it",
    "practice/<slug:course>/<int:number>/": get("/practice/ru/1/"),
    "practice/<slug:course>/<int:number>/trial/": "for editors; progress/tests/test_trial.py",
    "help/typing/": get("/help/typing/"),
    "practice/<slug:course>/start/": get("/practice/ru/start/"),
    "achievements/": get("/achievements/"),
    "leaderboards/": get("/leaderboards/?board=ru&number=1&period=ever"),
    "leaderboards/join/": post("/leaderboards/join/", form={"name": "Somebody"}),
    "leaderboards/leave/": post("/leaderboards/leave/"),
    "tests/": get("/tests/"),
    "tests/start/": get("/tests/start/?language=en&length=1&text=prose"),
    "tests/<slug:language>/<slug:length>/": get("/tests/en/25-words/"),
    "sessions/": post("/sessions/", form=lambda anna: {"log": json.dumps(anna.log())}),
    "sessions/<uuid:pk>/": of("/sessions/{session}/"),
    "sessions/<uuid:pk>/certificate/": post("/sessions/{test}/certificate/", form={"name": "Eve"}),
    "sessions/<uuid:pk>/delete/": post("/sessions/{session}/delete/"),
    "sessions/<uuid:pk>/keys/": of("/sessions/{session}/keys/"),
    "coach/": get("/coach/"),
    "coach/plan/": post("/coach/plan/", form={"layout": "ru-jcuken"}),
    "coach/goal/": post("/coach/goal/", form={"layout": "ru-jcuken", "speed": "60"}),
    "coach/drill/": post("/coach/drill/", form={"layout": "ru-jcuken", "item": "а"}),
    "coach/review/<slug:course>/<int:number>/": post("/coach/review/ru/1/"),
    "coach/chat/": get("/coach/chat/"),
    "coach/chat/ask/": post("/coach/chat/ask/", form={"question": "Why am I slow?"}),
    "coach/chat/forget/": post("/coach/chat/forget/"),
    "coach/chat/text/": post("/coach/chat/text/", form={"topic": "sea"}),
    "coach/sessions/<uuid:pk>/drill/": post("/coach/sessions/{session}/drill/"),
    r"coach/^drills/(?P<sha256>[0-9a-f]{64})/$": of("/coach/drills/{drill}/"),
    "practice/line/<slug:language>/": get("/practice/line/ru/"),
    "practice/placement/<slug:language>/": get("/practice/placement/ru/"),
    "help/": get("/help/"),
    "privacy/": get("/privacy/"),
    "accounts/signup/": post(
        "/accounts/signup/", form={"email": "new@example.org", "password1": "kettle-on-hob"}
    ),
    "accounts/login/": post(
        "/accounts/login/", form={"login": "anna-secret@example.org", "password": "wrong"}
    ),
    "accounts/logout/": post("/accounts/logout/"),
    "accounts/inactive/": get("/accounts/inactive/"),
    "accounts/reauthenticate/": post("/accounts/reauthenticate/", form={"password": PASSWORD}),
    "accounts/reauthenticate/with/": get("/accounts/reauthenticate/with/"),
    "accounts/with/<slug:provider>/": PROVIDER,
    "accounts/tell-email/": "who may tell it is in the session",
    "accounts/google/login/callback/": PROVIDER,
    "accounts/github/login/callback/": PROVIDER,
    "accounts/apple/login/callback/": PROVIDER,
    "accounts/apple/login/callback/finish/": PROVIDER,
    "accounts/oidc/<slug:provider_id>/login/callback/": PROVIDER,
    "settings/connections/<slug:provider>/connect/": PROVIDER,
    "settings/connections/<int:pk>/disconnect/": post("/settings/connections/{connection}/disconnect/"),
    "accounts/email/": get("/accounts/email/"),
    "accounts/confirm-email/": get("/accounts/confirm-email/"),
    r"accounts/^confirm-email/(?P<key>[-:\w]+)/$": MAILED,
    "accounts/password/change/": post(
        "/accounts/password/change/", form={"oldpassword": "wrong", "password1": "kettle-on-the-hob"}
    ),
    "accounts/password/set/": get("/accounts/password/set/"),
    "accounts/password/reset/": post("/accounts/password/reset/", form={"email": "nobody@example.org"}),
    "accounts/password/reset/done/": get("/accounts/password/reset/done/"),
    r"accounts/^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$": MAILED,
    "accounts/password/reset/key/done/": get("/accounts/password/reset/key/done/"),
    "settings/": post("/settings/", form={"name": "Eve", "timezone": "Asia/Tokyo"}),
    "settings/security/": get("/settings/security/"),
    "settings/security/sign-out/": post("/settings/security/sign-out/"),
    "settings/security/sign-out/<slug:browser>/": post("/settings/security/sign-out/abc/"),
    "settings/security/app/": get("/settings/security/app/"),
    "settings/security/app/off/": post("/settings/security/app/off/"),
    "settings/security/codes/": get("/settings/security/codes/"),
    "settings/security/codes/new/": post("/settings/security/codes/new/"),
    "settings/security/passkeys/": get("/settings/security/passkeys/"),
    "settings/security/passkeys/<int:pk>/": of(
        "/settings/security/passkeys/{passkey}/", "post", form={"name": "Mine"}
    ),
    "settings/security/passkeys/<int:pk>/remove/": post("/settings/security/passkeys/{passkey}/remove/"),
    "accounts/code/": post("/accounts/code/", form={"code": "000000"}),
    "accounts/passkey/": post("/accounts/passkey/", form={"credential": "{}"}),
    "accounts/reauthenticate/code/": post("/accounts/reauthenticate/code/", form={"code": "000000"}),
    "accounts/reauthenticate/passkey/": "asks for one's own passkey: accounts/tests/test_passkeys.py",
    "settings/view/": post("/settings/view/", form={"theme": "dark"}),
    "settings/view/choose/": post("/settings/view/choose/", form={"theme": "dark"}),
    "settings/notifications/": post(NOTICES, form={"hour": "7", "days": ["0"]}),
    "settings/notifications/browsers/": post(f"{NOTICES}browsers/"),
    "settings/notifications/browsers/<int:pk>/remove/": post(f"{NOTICES}browsers/{{browser}}/remove/"),
    "settings/notifications/phone/": post(f"{NOTICES}phone/", form={"number": "+7 916 000-00-00"}),
    "settings/notifications/phone/confirm/": post(f"{NOTICES}phone/confirm/", form={"code": "000000"}),
    "settings/notifications/phone/remove/": post(f"{NOTICES}phone/remove/"),
    "notifications/unsubscribe/<str:signed>/": MAILED,
    "settings/tokens/": get("/settings/tokens/"),
    "settings/tokens/<int:pk>/revoke/": post("/settings/tokens/{token}/revoke/"),
    "settings/data/": get("/settings/data/"),
    "settings/data/export/": post("/settings/data/export/"),
    "settings/data/export/progress/": get("/settings/data/export/progress/"),
    "settings/data/export/<str:signed>/": "accounts/personal_data/tests/test_pages.py asks as somebody else",
    "settings/data/delete/": get("/settings/data/delete/"),
    "settings/data/deleted/": get("/settings/data/deleted/"),
    "settings/data/undo/<str:signed>/": MAILED,
    "avatars/<slug:name>-<int:size>.webp": "seen by its learner alone: accounts/tests/test_avatars.py",
    "settings/avatar/": post("/settings/avatar/", form={"remove": "1"}),
    "impersonation/end/": "for admins: accounts/tests/test_impersonation.py",
    "settings/consents/": post(
        "/settings/consents/",
        form={
            "answer": "all:yes",
            "place": "settings",
            "version_analytics": 1,
            "version_marketing": 1,
            "version_research": 1,
        },
    ),
    "language/": post("/language/", form={"language": "ru"}),
    "pricing/": get("/pricing/"),
    "premium/": get("/premium/"),
    "premium/buy/": STRIPE,
    "premium/bought/": STRIPE,
    "premium/cancel/": STRIPE,
    "premium/resume/": STRIPE,
    "premium/change/": STRIPE,
    "premium/portal/": STRIPE,
    "gift/": get("/gift/"),
    "stripe/webhook/": "whoever can sign as Stripe may tell",
    "sw.js": get("/sw.js"),
    "health/": get("/health/"),
    "api/schema/": get("/api/schema/"),
    "api/docs/": get("/api/docs/"),
    "api/": get("/api/nothing"),
}
API: dict[str, Asks | str] = {
    "auth/register": post(
        "auth/register", json={"email": "new@example.org", "password": "kettle-on-the-hob"}
    ),
    "auth/verify-email": MAILED,
    "auth/login": post("auth/login", json={"email": "anna-secret@example.org", "password": "wrong"}),
    "auth/logout": post("auth/logout", json={}),
    "auth/refresh": "whoever has the refresh token may use it, once",
    "auth/forgot-password": post("auth/forgot-password", json={"email": "nobody@example.org"}),
    "auth/reset-password": MAILED,
    "auth/change-password": post(
        "auth/change-password", json={"currentPassword": "wrong", "password": "kettle-on-the-hob"}
    ),
    "auth/me": of("auth/me"),
    "users/me": of("users/me", "put", json={"name": "Eve", "goalMinutes": 5}),
    "users/me/notifications": lambda anna: [
        *of("users/me/notifications")(anna),
        *of("users/me/notifications", "put", json={"reminder": {"hour": 7}})(anna),
    ],
    "users/me/avatar": of("users/me/avatar", "delete"),
    "users/me/consents": lambda anna: [
        *of("users/me/consents")(anna),
        *of(
            "users/me/consents",
            "put",
            json={"answers": [{"kind": "marketing", "version": 1, "isGiven": True}]},
        )(anna),
    ],
    "users/me/tokens": of("users/me/tokens"),
    "users/me/tokens/<int:token>": of("users/me/tokens/{token}", "delete"),
    "users/me/stats": of("users/me/stats"),
    "users/me/progress": of("users/me/progress"),
    "users/<uuid:user>/progress": of("users/{user}/progress"),
    "gdpr/export": lambda anna: [*of("gdpr/export")(anna), *post("gdpr/export", json={})(anna)],
    "gdpr/export/file": of("gdpr/export/file"),
    "gdpr/delete": post("gdpr/delete", json={"currentPassword": "wrong"}),
    "courses": of("courses"),
    "courses/search": of("courses/search?q=home"),
    "courses/<slug:course>": of("courses/ru"),
    "courses/<slug:course>/lessons": of("courses/ru/lessons"),
    "lessons": of("lessons"),
    "lessons/<int:lesson>": of("lessons/{lesson}"),
    "lessons/<int:lesson>/content": of("lessons/{lesson}/content"),
    "lessons/<int:lesson>/start": post("lessons/{lesson}/start", json={}),
    "lessons/<int:lesson>/progress": post("lessons/{lesson}/progress", json=part),
    "lessons/<int:lesson>/complete": post("lessons/{lesson}/complete", json=Anna.log),
    "tests/start": post("tests/start", json={"language": "en", "minutes": 1}),
    "stats/keystroke": post("stats/keystroke", json=part),
    "stats/session": post("stats/session", json=Anna.log),
    "stats/sessions": post("stats/sessions", json=lambda anna: {"logs": [anna.log()]}),
    "stats/summary": of("stats/summary"),
    "stats/history": of("stats/history"),
    "stats/weak-keys": of("stats/weak-keys"),
    "stats/progress-chart": of("stats/progress-chart"),
    "progress": of("progress"),
    "progress/stats": of("progress/stats"),
    "sessions/<str:session>": lambda anna: [
        *of("sessions/{session}")(anna),
        *of("sessions/{session}", "delete")(anna),
    ],
    "sessions/<str:session>/keystrokes": of("sessions/{session}/keystrokes"),
    "sessions/<str:session>/certificate": post("sessions/{test}/certificate", json={"name": "Eve"}),
    "ai/chat": lambda anna: [
        *of("ai/chat")(anna),
        *post("ai/chat", json={"question": "Why am I slow?"})(anna),
        *of("ai/chat", "delete")(anna),
    ],
    "ai/analyze": post("ai/analyze", json={}),
    "ai/generate-exercise": post("ai/generate-exercise", json={"topic": "sea"}),
    "sessions/<str:session>/drill": post("sessions/{session}/drill", json={}),
    "ai/recommendations": of("ai/recommendations"),
    "ai/weak-keys-analysis": of("ai/weak-keys-analysis"),
    "certificates/<str:code>": "whoever knows the code may check it",
    "achievements": of("achievements"),
    "leaderboards": of("leaderboards?course=ru&number=1&period=ever"),
    "leaderboards/me": lambda anna: [
        *of("leaderboards/me", "put", json={"name": "Eve"})(anna),
        *of("leaderboards/me", "delete")(anna),
    ],
    "payments/plans": of("payments/plans"),
    "payments/subscribe": STRIPE,
    "payments/create": STRIPE,
    "payments/cancel": STRIPE,
    "payments/invoices": of("payments/invoices"),
    "payments/webhook": "whoever can sign as Stripe may tell",
    "subscription/status": of("subscription/status"),
    "subscription/upgrade": STRIPE,
    "subscription/resume": STRIPE,
    "subscription/portal": STRIPE,
    "gifts/redeem": "whoever knows the code may use it, once",
}
