from django.apps import AppConfig
from django.contrib.staticfiles.apps import StaticFilesConfig
from django.core.checks import register

from .checks import (
    demo_stays_at_home,
    fields_have_a_key,
    language_model_is_whole,
    mail_goes_out,
    mail_leads_here,
    providers_are_private,
)

NOT_SERVED = ["redoc", "rest_framework", "swagger-ui-standalone-preset*", "hx-*", "htmax-*", "htmx-4*"]
"""Pages of the API we do not have, and extensions and versions of htmx, some of which name files that are not there."""


class TypingTrainerConfig(AppConfig):
    name = "typingtrainer"
    default = True

    def ready(self) -> None:
        register(demo_stays_at_home)
        register(fields_have_a_key)
        register(language_model_is_whole)
        register(providers_are_private)
        register(mail_goes_out)
        register(mail_leads_here)


class StaticFiles(StaticFilesConfig):
    ignore_patterns = [*StaticFilesConfig.ignore_patterns, *NOT_SERVED]
