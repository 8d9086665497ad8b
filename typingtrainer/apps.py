from django.apps import AppConfig
from django.contrib.staticfiles.apps import StaticFilesConfig
from django.core.checks import register

from .checks import mail_goes_out, mail_leads_here


class TypingTrainerConfig(AppConfig):
    name = "typingtrainer"
    default = True

    def ready(self) -> None:
        register(mail_goes_out)
        register(mail_leads_here)


class StaticFiles(StaticFilesConfig):
    """Leaves out the htmx extensions and versions we do not serve; some name files that are not there."""

    ignore_patterns = [*StaticFilesConfig.ignore_patterns, "hx-*", "htmax-*", "htmx-4*"]
