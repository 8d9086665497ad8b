"""All settings, read from the environment once. docs/operations.md explains every variable."""

import re
from pathlib import Path
from typing import Any

import environ
from celery.schedules import crontab
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _
from whitenoise.compress import Compressor

from accounts.providers import configuration as providers

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()

DEBUG = env.bool("DEBUG", default=False)
DEMO = env.bool("DEMO", default=False)
HTTPS = env.bool("HTTPS", default=False)
VAR_DIR = Path(env.str("VAR_DIR", default=str(BASE_DIR / "var"))).resolve()

LEAST_KEY = 32
SECRET_KEY = env.str("SECRET_KEY", default="")
if len(SECRET_KEY) < LEAST_KEY:
    raise ImproperlyConfigured("SECRET_KEY must hold at least 32 characters; `make run` makes one for you.")
# The first encrypts fields, every one decrypts them.
FIELD_ENCRYPTION_KEYS = env.list("FIELD_ENCRYPTION_KEYS", default=[]) or [SECRET_KEY]
if any(len(key) < LEAST_KEY for key in FIELD_ENCRYPTION_KEYS):
    raise ImproperlyConfigured("Each of FIELD_ENCRYPTION_KEYS must hold at least 32 characters.")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
SITE_URL = env.str("SITE_URL", default="http://localhost:8000").rstrip("/")
if not SITE_URL.startswith(("http://", "https://")):
    raise ImproperlyConfigured(
        "SITE_URL must begin with http:// or https://, as in https://typing.example.com"
    )

INSTALLED_APPS = [
    "typingtrainer",
    "coaching",
    "progress",
    "lessons",
    "djstripe",
    "billing",
    "accounts",
    "outbox",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.apple",
    "allauth.socialaccount.providers.github",
    "allauth.socialaccount.providers.google",
    "allauth.socialaccount.providers.openid_connect",
    "corsheaders",
    "csp",
    "django_htmx",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "import_export",
    "rest_framework",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.sessions",
    "typingtrainer.apps.StaticFiles",
    "django.forms",
]

MIDDLEWARE = [
    "typingtrainer.middleware.PolicyMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "corsheaders.middleware.CorsMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "typingtrainer.middleware.BrotliMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "accounts.staff.middleware.ImpersonationMiddleware",
    "accounts.staff.middleware.StaffLogMiddleware",
    "accounts.middleware.PrivateMiddleware",
    "accounts.middleware.PreferencesMiddleware",
    "accounts.middleware.LastSeenMiddleware",
    "accounts.middleware.KnownBrowserMiddleware",
    "typingtrainer.middleware.UnreadableMiddleware",
    "typingtrainer.middleware.BodyLimitMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "typingtrainer.page_limits.PageLimitsMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "accounts.factors.admin_door.AdminDoorMiddleware",
]

ROOT_URLCONF = "typingtrainer.urls"
WSGI_APPLICATION = "typingtrainer.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "csp.context_processors.nonce",
                "accounts.preferences.context",
            ],
        },
    },
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

# Data stores. Every socket answers or fails within a second or so.
DATABASES = {"default": env.db_url("DATABASE_URL")}
DATABASES["default"]["OPTIONS"] = {
    "connect_timeout": 2,
    **DATABASES["default"].get("OPTIONS", {}),
    "pool": {"min_size": 1, "max_size": 8, "timeout": 3},
}
DATABASES["default"]["ENGINE"] = "django.db.backends.postgresql"
DATABASES["default"]["DISABLE_SERVER_SIDE_CURSORS"] = True
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True

CACHES = {
    "default": {
        "BACKEND": "typingtrainer.cache.Cache",
        "LOCATION": env.str("REDIS_URL"),
        "OPTIONS": {
            "CONNECTION_POOL_CLASS": "typingtrainer.cache.Pool",
            "SOCKET_CONNECT_TIMEOUT": 0.5,
            "SOCKET_TIMEOUT": 0.5,
        },
        "KEY_PREFIX": "tt",
    }
}
SESSION_ENGINE = "accounts.sessions"
SESSION_COOKIE_AGE = 60 * 60 * 24 * 60
SESSION_SAVE_EVERY_REQUEST = False

CELERY_BROKER_URL = env.str("CELERY_BROKER_URL")
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_TIMEOUT = 1
CELERY_TASK_PUBLISH_RETRY = False
CELERY_BROKER_TRANSPORT_OPTIONS = (
    {"visibility_timeout": 60, "socket_timeout": 1, "socket_connect_timeout": 1}
    if CELERY_BROKER_URL.startswith(("redis", "unix"))
    else {"confirm_publish": True}
)
CELERY_BEAT_SCHEDULE = {
    "outbox-prune": {"task": "outbox.tasks.prune", "schedule": 3600.0},
    "accounts-prune": {"task": "accounts.tasks.prune", "schedule": 86400.0},
    "exports": {"task": "accounts.tasks.look_after_exports", "schedule": 60.0},
    "erasures": {"task": "accounts.tasks.erase_due", "schedule": 600.0},
    "roll-up": {"task": "progress.tasks.roll_up", "schedule": 86400.0},
    "business-figures": {"task": "progress.tasks.count_business", "schedule": 3600.0},
    "money-figures": {"task": "billing.tasks.count_money", "schedule": 3600.0},
    "log-partitions": {"task": "progress.tasks.keep_partitions", "schedule": 86400.0},
    "weekly-reports": {"task": "progress.tasks.weekly_reports", "schedule": 3600.0},
    "reminders": {"task": "progress.tasks.remind", "schedule": 600.0},
    "stripe-events": {"task": "billing.tasks.try_again", "schedule": 60.0},
    "notices": {"task": "billing.tasks.send_waiting_notices", "schedule": 300.0},
    "stripe-reconcile": {"task": "billing.tasks.reconcile", "schedule": crontab(hour=3, minute=30)},
}

# Who you are
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "accounts.backends.EmailBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "accounts.passwords.NotLikeTheEmail"},
    {"NAME": "accounts.passwords.LongEnough"},
    {"NAME": "accounts.passwords.ShortEnough"},
    {"NAME": "accounts.passwords.NotCommon"},
]
# bcrypt at cost 12, of a SHA-256, as bcrypt itself reads only 72 bytes; older hashes are replaced at the next sign-in.
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.BCryptSHA256PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "home"
ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_CONFIRM_EMAIL_ON_GET = False
ACCOUNT_LOGIN_ON_EMAIL_CONFIRMATION = True
ACCOUNT_LOGOUT_REDIRECT_URL = "home"
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_LOGIN_ON_PASSWORD_RESET = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXIES", default=0)
# All but how often one address is sent a link to confirm it is counted by accounts/limits.py.
ACCOUNT_RATE_LIMITS = dict.fromkeys(
    [
        "change_password",
        "login",
        "login_failed",
        "manage_email",
        "reauthenticate",
        "reset_password",
        "reset_password_from_key",
        "signup",
    ]
)
ACCOUNT_FORMS = {
    "login": "accounts.forms.LoginForm",
    "signup": "accounts.forms.SignupForm",
    "add_email": "accounts.forms.AddEmailForm",
    "change_password": "accounts.forms.ChangePasswordForm",
    "set_password": "accounts.forms.SetPasswordForm",
    "reset_password": "accounts.forms.ResetPasswordForm",
    "reset_password_from_key": "accounts.forms.ResetPasswordKeyForm",
    "reauthenticate": "accounts.forms.ReauthenticateForm",
}
# Passkeys, authenticator apps and recovery codes
MFA_ADAPTER = "accounts.factors.adapter.FactorsAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_USER_VERIFICATION = "required"
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_TOTP_ISSUER = "Typing Trainer"
# A code holds half a minute longer, and half a minute before, for clocks that are wrong.
MFA_TOTP_TOLERANCE = 1
# Whoever has an account has confirmed an email; a change that waits for its link keeps nobody from a second factor.
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_RATE_LIMITS = {"webauthn_login": None}
MFA_FORMS = {
    "activate_totp": "accounts.factors.forms.ActivateAppForm",
    "add_webauthn": "accounts.factors.forms.AddPasskeyForm",
    "authenticate": "accounts.factors.forms.CodeForm",
    "authenticate_webauthn": "accounts.factors.forms.PasskeyForm",
    "edit_webauthn": "accounts.factors.forms.RenamePasskeyForm",
    "login_webauthn": "accounts.factors.forms.PasskeySignInForm",
    "reauthenticate": "accounts.factors.forms.ConfirmByCodeForm",
    "reauthenticate_webauthn": "accounts.factors.forms.ConfirmByPasskeyForm",
}
# The admin opens only to who signed in with a second factor.
ADMIN_SECOND_FACTOR = env.bool("ADMIN_SECOND_FACTOR", default=not (DEMO or DEBUG))
SOCIALACCOUNT_ADAPTER = "accounts.providers.adapter.SocialAccountAdapter"
SOCIALACCOUNT_EMAIL_AUTHENTICATION = False
SOCIALACCOUNT_STORE_TOKENS = False
SOCIALACCOUNT_REAUTHENTICATION_REQUIRED = True
SOCIALACCOUNT_REQUESTS_TIMEOUT = 3
# Who else may say who somebody is: off without their variables
SIGN_IN_PROVIDERS = providers.read_providers(
    {name: env.str(name, default="") for name in providers.VARIABLES}
)
DEMO_LEARNER_PASSWORD = env.str("DEMO_LEARNER_PASSWORD", default="typing-demo")
DEMO_EDITOR_PASSWORD = env.str("DEMO_EDITOR_PASSWORD", default="typing-demo")
KEYBOARD_LAYOUTS = [
    ("ru-jcuken", _("Russian ЙЦУКЕН")),
    ("ru-jcuken-mac", _("Russian ЙЦУКЕН, Mac")),
    ("en-qwerty", _("English QWERTY")),
    ("en-qwerty-uk", _("British QWERTY")),
    ("en-dvorak", _("Dvorak")),
    ("en-dvorak-left", _("Dvorak, left hand only")),
    ("en-dvorak-right", _("Dvorak, right hand only")),
    ("en-colemak", _("Colemak")),
    ("en-colemak-dh", _("Colemak-DH")),
    ("fr-azerty", _("French AZERTY")),
    ("de-qwertz", _("German QWERTZ")),
    ("uk-jcuken", _("Ukrainian")),
    ("be-jcuken", _("Belarusian")),
    ("kk-jcuken", _("Kazakh")),
]

# Who was deleted, outside the database: what a restore brings back is deleted again
ERASURES_DIR = Path(env.str("ERASURES_DIR", default=str(VAR_DIR / "erasures"))).resolve()

KEYSTROKE_LOG_DAYS = env.int("KEYSTROKE_LOG_DAYS", default=180)

# Mail: files under VAR_DIR unless EMAIL_URL names a server
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="Typing Trainer <noreply@localhost>")
SUPPORT_EMAIL = env.str("SUPPORT_EMAIL", default="support@example.com" if DEMO else "")
EMAIL_TIMEOUT = 10
EMAIL_FILE_PATH = VAR_DIR / "mail"
EMAIL_BACKEND = "accounts.mail_files.EmailBackend"
if env.str("EMAIL_URL", default=""):
    vars().update(env.email_url("EMAIL_URL"))

# Notifications in browsers: off without a key, which `manage.py make_vapid_keys` makes
VAPID_PRIVATE_KEY = env.str("VAPID_PRIVATE_KEY", default="")
if VAPID_PRIVATE_KEY and not re.fullmatch(r"[A-Za-z0-9_-]{43}", VAPID_PRIVATE_KEY):
    raise ImproperlyConfigured("VAPID_PRIVATE_KEY must be a key as `manage.py make_vapid_keys` prints it.")
VAPID_SUBJECT = env.str("VAPID_SUBJECT", default="")
if VAPID_PRIVATE_KEY and not re.fullmatch(r"mailto:.+@.+|https://.+\..+", VAPID_SUBJECT):
    raise ImproperlyConfigured(
        "VAPID_SUBJECT must tell push services whom to write to: mailto:you@example.com, or an https:// address."
    )
# The hosts of the browsers' push services: those of Chrome and its kin, Firefox, Edge and Safari.
PUSH_HOSTS = env.list(
    "PUSH_HOSTS",
    default=[
        "fcm.googleapis.com",
        "updates.push.services.mozilla.com",
        "*.notify.windows.com",
        "*.push.apple.com",
    ],
)
PUSH_FAKE = env.str("PUSH_FAKE", default="").rstrip("/")
if PUSH_FAKE and not DEMO:
    raise ImproperlyConfigured("PUSH_FAKE is an address without https, which only DEMO=1 may send to.")

# Text messages: off without an account at Twilio
SMS_ACCOUNT = env.str("SMS_ACCOUNT", default="")
SMS_TOKEN = env.str("SMS_TOKEN", default="")
SMS_FROM = env.str("SMS_FROM", default="")
if SMS_ACCOUNT and not (SMS_TOKEN and SMS_FROM):
    raise ImproperlyConfigured("SMS_ACCOUNT needs SMS_TOKEN, its key, and SMS_FROM, the number that sends.")
SMS_API_HOST = env.str("SMS_API_HOST", default="https://api.twilio.com").rstrip("/")
if not SMS_API_HOST.startswith(("http://", "https://")):
    raise ImproperlyConfigured("SMS_API_HOST must begin with http:// or https://.")
SMS_PER_DAY = env.int("SMS_PER_DAY", default=200)
if SMS_PER_DAY < 2:
    raise ImproperlyConfigured(
        "SMS_PER_DAY must be 2 or more, as half are for codes; without SMS_ACCOUNT no text message is sent."
    )
# Where Russian is spoken by many, then North America, the United Kingdom, Ireland, Australia and New Zealand.
SMS_COUNTRIES = [
    code.strip()
    for code in env.str("SMS_COUNTRIES", default="7,373,374,375,380,994,995,996,998,1,44,353,61,64").split(
        ","
    )
]
if not all(re.fullmatch("[1-9][0-9]{0,6}", code) for code in SMS_COUNTRIES):
    raise ImproperlyConfigured(
        "SMS_COUNTRIES must be calling codes in digits, separated by commas: 7,375,44."
    )

# Payments: off without a key. What Stripe signs its events with; two while one is replaced by the other.
STRIPE_SECRET_KEY = env.str("STRIPE_SECRET_KEY", default="")
STRIPE_WEBHOOK_SECRETS = env.list("STRIPE_WEBHOOK_SECRET", default=[])
if env.str("STRIPE_API_HOST", default=""):
    STRIPE_API_HOST = env.str("STRIPE_API_HOST").rstrip("/")
# Where its pages are, to which forms that buy are redirected.
STRIPE_PAGES = env.list("STRIPE_PAGES", default=["https://checkout.stripe.com", "https://billing.stripe.com"])
# The one whose shapes `billing` reads; dj-stripe would follow each release of Stripe's library.
STRIPE_API_VERSION = "2026-05-27.dahlia"
STRIPE_LIVE_MODE = STRIPE_SECRET_KEY.startswith(("sk_live_", "rk_live_"))
DJSTRIPE_SUBSCRIBER_MODEL = "accounts.User"
DJSTRIPE_FOREIGN_KEY_TO_FIELD = "id"
# dj-stripe's own take a minute; billing/tests/test_djstripe_schema.py holds these to the same schema.
MIGRATION_MODULES = {"djstripe": "billing.migrations.djstripe"}

# The language model: off without an address, and without a budget or prices
AI_BASE_URL = env.str("AI_BASE_URL", default="").rstrip("/")
if AI_BASE_URL and not AI_BASE_URL.startswith(("http://", "https://")):
    raise ImproperlyConfigured(
        "AI_BASE_URL must begin with http:// or https://, as in https://api.example.com/v1"
    )
AI_API_KEY = env.str("AI_API_KEY", default="")
AI_MODEL = env.str("AI_MODEL", default="")


def _number(name: str, *, most: float, least: float = 0) -> float | None:
    """A number from `least` to `most`, None where nobody said. Raises ImproperlyConfigured."""
    told = env.str(name, default="")
    try:
        number = float(told) if told else None
    except ValueError:
        number = -1
    if number is not None and not least <= number <= most:
        raise ImproperlyConfigured(f"{name} must be a number from {least:g} to {most:g}, not {told!r}")
    return number


# Dollars a day, and dollars per million tokens
AI_BUDGET = _number("AI_BUDGET", most=1_000_000)
AI_LEARNER_BUDGET = _number("AI_LEARNER_BUDGET", most=1_000_000)
AI_PROMPT_PRICE = _number("AI_PROMPT_PRICE", most=1_000_000)
AI_ANSWER_PRICE = _number("AI_ANSWER_PRICE", most=1_000_000)
AI_SECONDS = _number("AI_SECONDS", least=0.1, most=9) or 8.0

# The JSON API
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["accounts.authentication.TokenAuthentication"],
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "typingtrainer.api_json.Negotiation",
    "DEFAULT_PARSER_CLASSES": ["typingtrainer.api_json.Parser"],
    "DEFAULT_PERMISSION_CLASSES": [],
    "DEFAULT_RENDERER_CLASSES": ["typingtrainer.api_json.Renderer"],
    "DEFAULT_SCHEMA_CLASS": "typingtrainer.api_schema.Schema",
    "EXCEPTION_HANDLER": "typingtrainer.api.handle",
    "COMPACT_JSON": True,
    "UNICODE_JSON": True,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Typing Trainer",
    "DESCRIPTION": "Everything the pages can do, for other clients. `docs/api.md` tells how to begin.",
    "VERSION": "1",
    "OAS_VERSION": "3.1.1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "COMPONENT_SPLIT_REQUEST": True,
    "ENUM_ADD_EXPLICIT_BLANK_NULL_CHOICE": False,
    "POSTPROCESSING_HOOKS": ["typingtrainer.api_schema.in_camel_case"],
}
CORS_ALLOWED_ORIGINS = env.list("CORS_ORIGINS", default=[])
CORS_URLS_REGEX = r"^/api/"
CORS_EXPOSE_HEADERS = ["ETag", "Retry-After", "RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset"]
CORS_ALLOW_HEADERS = [
    "accept",
    "accept-language",
    "authorization",
    "content-type",
    "idempotency-key",
    "if-none-match",
]
CLASSROOM_NETWORKS = env.list("CLASSROOM_NETWORKS", default=[])

# Languages
LANGUAGE_CODE = "en"
LANGUAGES = [("ru", _("Russian")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

# Static files
STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES: dict[str, dict[str, Any]] = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "exports": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {
            "location": VAR_DIR / "exports",
            "file_permissions_mode": 0o600,
            "directory_permissions_mode": 0o700,
            "allow_overwrite": True,
        },
    },
    "staticfiles": {"BACKEND": "typingtrainer.staticfiles.ModuleStorage"},
}
MEDIA_ROOT = VAR_DIR / "media"
# Pictures and other files of learners: in a bucket where one is named, else under VAR_DIR
S3_BUCKET = env.str("S3_BUCKET", default="")
S3_ENDPOINT_URL = env.str("S3_ENDPOINT_URL", default="")
S3_ACCESS_KEY = env.str("S3_ACCESS_KEY", default="")
S3_SECRET_KEY = env.str("S3_SECRET_KEY", default="")
if S3_ENDPOINT_URL and not S3_ENDPOINT_URL.startswith(("http://", "https://")):
    raise ImproperlyConfigured("S3_ENDPOINT_URL must begin with http:// or https://")
if bool(S3_ACCESS_KEY) != bool(S3_SECRET_KEY):
    raise ImproperlyConfigured("S3_ACCESS_KEY and S3_SECRET_KEY belong together: set both or none.")
if S3_BUCKET:
    from botocore.config import Config  # type: ignore[import-untyped]

    STORAGES["default"] = {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {
            "bucket_name": S3_BUCKET,
            "endpoint_url": S3_ENDPOINT_URL or None,
            "region_name": env.str("S3_REGION", default="") or None,
            "access_key": S3_ACCESS_KEY or None,
            "secret_key": S3_SECRET_KEY or None,
            "client_config": Config(
                connect_timeout=2,
                read_timeout=5,
                retries={"max_attempts": 1},
                signature_version="s3v4",
                s3={"addressing_style": "path" if S3_ENDPOINT_URL else "auto"},
                request_checksum_calculation="when_required",
                response_checksum_validation="when_required",
            ),
        },
    }
    STORAGES["exports"] = STORAGES["default"] | {
        "OPTIONS": STORAGES["default"]["OPTIONS"] | {"location": "exports"}
    }
elif S3_ENDPOINT_URL:
    raise ImproperlyConfigured("S3_ENDPOINT_URL is set and no S3_BUCKET: name the bucket, too.")
WHITENOISE_ALLOW_ALL_ORIGINS = False
WHITENOISE_MAX_AGE = 3600
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
WHITENOISE_SKIP_COMPRESS_EXTENSIONS = [*Compressor.SKIP_COMPRESS_EXTENSIONS, "map"]

# Security
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        # A result has the page it leads to made ready by such rules.
        "script-src": [SELF, "'inline-speculation-rules'"],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF, *(STRIPE_PAGES if STRIPE_SECRET_KEY else [])],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "manifest-src": [SELF],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_SECURE = HTTPS
LANGUAGE_COOKIE_SECURE = HTTPS
LANGUAGE_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = LANGUAGE_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "typingtrainer.views.csrf_failure"
if HTTPS:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_SSL_REDIRECT = True
    SECURE_REDIRECT_EXEMPT = [r"^health/"]
    SECURE_HSTS_SECONDS = 60 * 60 * 24 * 365
MAX_BODY_BYTES = 1_300_000
DATA_UPLOAD_MAX_MEMORY_SIZE = MAX_BODY_BYTES
# auth.W004 does not see that the constraint on lower(email) keeps emails unique.
# djstripe.W002 is about STRIPE_API_HOST, which docs/operations.md explains.
SILENCED_SYSTEM_CHECKS = ["auth.W004", "djstripe.W002"]
if not HTTPS:
    SILENCED_SYSTEM_CHECKS += ["security.W004", "security.W008", "security.W012", "security.W016"]

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    # Whoever asks for another host is told so; a scanner would fill the log with it. Stripe's library logs each of
    # its requests, and the one of passkeys whose they are.
    "loggers": {
        "django.security.DisallowedHost": {"handlers": [], "propagate": False},
        "stripe": {"level": "WARNING"},
        "fido2": {"level": "WARNING"},
    },
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", default="INFO")},
}
