"""What requests need is there before the first one comes.

Django imports most of what settings and routes name when it is first used. The first requests after a start come to
several threads at once, and packages that import each other in circles, as redis does, are then seen half imported.
"""

from importlib import import_module

import psycopg_pool  # noqa: F401
from allauth.account.adapter import get_adapter
from django.conf import settings
from django.contrib.auth import get_backends
from django.contrib.auth.hashers import get_hashers
from django.contrib.auth.password_validation import get_default_password_validators
from django.template import Engine
from django.urls import get_resolver, reverse
from django.utils.formats import get_format
from django.utils.module_loading import import_string
from django.utils.translation import override
from django_redis import get_redis_connection

from accounts.limits import shared


def warm_up() -> None:
    """Import and make what else the first requests would, all at once, in several threads.

    Neither the database nor Redis is asked: they may be away, and no connection outlives the fork of a worker.
    """
    get_resolver().url_patterns  # noqa: B018
    import_module("tzdata")  # zoneinfo reads there what the system lacks.
    pages = Engine.get_default()
    pages.template_loaders, pages.template_context_processors  # noqa: B018
    shared(get_redis_connection("default").connection_pool)
    get_adapter()
    get_backends()
    get_hashers()
    get_default_password_validators()
    for name in (settings.EMAIL_BACKEND, settings.SESSION_SERIALIZER, settings.MESSAGE_STORAGE):
        import_string(name)
    for language, _ in settings.LANGUAGES:
        with override(language):
            reverse("home")
            get_format("DATE_FORMAT")
