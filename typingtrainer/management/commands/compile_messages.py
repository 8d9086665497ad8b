from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from typingtrainer.catalogues import compile_catalogues


class Command(BaseCommand):
    help = "Compile the message catalogues that changed; needs no gettext."
    requires_system_checks: list[str] = []

    def handle(self, **options: Any) -> None:
        for locale in map(Path, settings.LOCALE_PATHS):
            try:
                compiled = compile_catalogues(locale)
            except (OSError, UnicodeDecodeError) as error:
                raise CommandError(str(error)) from error
            for path in compiled:
                self.stdout.write(f"compiled {path.relative_to(locale)}")
