"""The product's settings with what makes tests quick; static files are served without collecting them."""

import os

from tests.services import databases_of_own

os.environ.update(databases_of_own(os.environ.get("PYTEST_XDIST_WORKER", "")))

from typingtrainer.settings import *  # noqa: F403
from typingtrainer.settings import DATABASES, STORAGES

# A busy machine may take longer to make another connection than a learner would wait.
DATABASES["default"]["OPTIONS"]["pool"]["timeout"] = 60
# The admin's own tests sign in without; accounts/factors/tests/test_admin_door.py has it on.
ADMIN_SECOND_FACTOR = False
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    **STORAGES,
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
