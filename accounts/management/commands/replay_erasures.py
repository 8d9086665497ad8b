from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from accounts.personal_data import deletion


class Command(BaseCommand):
    help = "Erase again whoever was erased and came back with a restored database."

    def handle(self, **options: Any) -> None:
        if erased := deletion.replay(now=timezone.now()):
            self.stdout.write(f"Erased {erased} again who had come back with a restored database.")
