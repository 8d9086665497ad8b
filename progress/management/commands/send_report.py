from argparse import ArgumentParser
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.models import User
from accounts.weeks import monday_of
from progress.figures.reports import WEEK, report_of
from progress.mailing import message


class Command(BaseCommand):
    help = "Send a learner the weekly report at once, wanted, sent already or not; to see what the mail looks like."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email")
        parser.add_argument(
            "--running", action="store_true", help="of the running week, not the last whole one"
        )

    def handle(self, *, email: str, running: bool, **options: Any) -> None:
        user = User.objects.of_email(email).first()
        if user is None:
            raise CommandError(f"No learner has the email {email}.")
        today = timezone.now().astimezone(ZoneInfo(user.timezone)).date()
        week = monday_of(today) - (timedelta() if running else WEEK)
        report = report_of(user, week)
        if report is None:
            raise CommandError(f"{email} typed nothing in the week from {week}.")
        message(user, report).send()
        self.stdout.write(f"Sent the report of the week from {week} to {email}.")
