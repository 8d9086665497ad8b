from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from progress.recording import partitions


class Command(BaseCommand):
    help = "Make this month's and the next months' partitions of the keystroke logs."

    def handle(self, **options: Any) -> None:
        for name in partitions.make(today=timezone.now().date()):
            self.stdout.write(name)
