from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.models import User
from progress.recording.rebuilding import rebuild


class Command(BaseCommand):
    help = "Make every learner's aggregates anew from the recorded sessions."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--email", help="only this learner")

    def handle(self, *, email: str | None, **options: Any) -> None:
        learners = User.objects.filter(typing_sessions__isnull=False) | User.objects.filter(
            lesson_progress__isnull=False
        )
        if email:
            learners = learners.filter(email__iexact=email)
            if not learners.exists():
                raise CommandError(f"No learner with sessions has the email {email}.")
        count = 0
        for user_id in learners.distinct().values_list("pk", flat=True):
            rebuild(user_id)
            count += 1
        self.stdout.write(f"Rebuilt {count}")
