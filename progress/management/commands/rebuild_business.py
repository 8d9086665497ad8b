from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from billing.figures import counting as money
from progress.business import counting


class Command(BaseCommand):
    help = "Count the business figures anew from the recorded sessions; days of deleted accounts stay."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--money",
            action="store_true",
            help="those of money as well, with the plans and accounts there are today also for past days",
        )

    def handle(self, **options: Any) -> None:
        counting.rebuild(now=timezone.now())
        if options["money"]:
            money.rebuild(now=timezone.now())
