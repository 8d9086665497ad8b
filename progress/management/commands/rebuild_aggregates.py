from argparse import ArgumentParser
from functools import reduce
from operator import or_
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db.models import Q

from accounts.models import User
from progress.models import AGGREGATES, TypingSession
from progress.recording.rebuilding import rebuild_aggregates


class Command(BaseCommand):
    help = "Make every learner's aggregates anew from the recorded sessions."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--email", help="only this learner")

    def handle(self, *, email: str | None, **options: Any) -> None:
        with_rows = (Q(pk__in=kind._default_manager.values("user")) for kind in AGGREGATES)
        learners = User.objects.filter(reduce(or_, with_rows, Q(pk__in=TypingSession.objects.values("user"))))
        if email:
            learners = learners.filter(pk__in=User.objects.of_email(email))
            if not learners.exists():
                raise CommandError(f"No learner with sessions has the email {email}.")
        count = 0
        for user_id in learners.values_list("pk", flat=True):
            rebuild_aggregates(user_id)
            count += 1
        self.stdout.write(f"Rebuilt {count}")
