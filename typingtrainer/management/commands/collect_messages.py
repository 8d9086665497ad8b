from argparse import ArgumentParser
from pathlib import Path
from typing import Any

import polib
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from typingtrainer.collecting import PLURALS, collect, translate


class Command(BaseCommand):
    help = "Bring the message catalogues up to the code and templates; translations are kept. For developers."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--merge", nargs="+", default=[], type=Path, help="take translations from these .po files"
        )

    def handle(self, *, merge: list[Path], **options: Any) -> None:
        for missing in (path for path in merge if not path.is_file()):
            raise CommandError(f"{missing}: no such file")
        for language in PLURALS:
            path = settings.BASE_DIR / "locale" / language / "LC_MESSAGES" / "django.po"
            try:
                sources = [polib.pofile(str(source)) for source in (path, *merge) if source.is_file()]
            except (OSError, UnicodeDecodeError) as error:
                raise CommandError(str(error)) from error
            catalogue = collect(settings.BASE_DIR)
            translate(catalogue, language, sources)
            path.parent.mkdir(parents=True, exist_ok=True)
            catalogue.save(str(path))
            self.stdout.write(
                f"{language}: {len(catalogue)} messages, {len(catalogue.untranslated_entries())} untranslated"
            )
            for entry in catalogue.untranslated_entries():
                self.stdout.write(f"  {', '.join(file for file, _ in entry.occurrences)}: {entry.msgid}")
