from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from progress.business import counting


class Command(BaseCommand):
    help = "Count the business figures anew from the recorded sessions; days of deleted accounts stay."

    def handle(self, **options: Any) -> None:
        counting.rebuild(now=timezone.now())
