import logging
import signal
from argparse import ArgumentParser
from threading import Event
from typing import Any

from django.core.management.base import BaseCommand
from django.db import DatabaseError, connection
from django.utils import timezone

from outbox import events

log = logging.getLogger(__name__)


class Command(BaseCommand):
    help = "Send what waits in the outbox to Celery, until SIGTERM or SIGINT."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--once", action="store_true", help="send what waits now, then stop")
        parser.add_argument("--pause", type=float, default=0.5, help="seconds between two looks (0.5)")

    def handle(self, *, once: bool, pause: float, **options: Any) -> None:
        stop = Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        while not stop.is_set():
            full = self.relay() == events.BATCH
            if once and not full:
                return
            if not full:
                stop.wait(pause)

    def relay(self) -> int:
        try:
            return events.relay(now=timezone.now())
        except (events.BrokerAway, DatabaseError) as error:
            log.warning("outbox: will try again: %s", error)
            connection.close()
            return 0
