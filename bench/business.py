"""Whether the business figures cost the same however many sessions there are: `python -m bench.business`.

A product is filled by `bench.filling` with a tenth of the sessions, and then another with all of them. In each the
figures are counted from nothing, then hourly refreshes are timed of which the first finds WAITING new sessions, and the
page of a year is opened, its figures kept and not kept. "All of it" reads every session, the rest should not grow.
"""

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from bench.filling import fill, practise
from bench.growth import inside
from bench.product import machine, running

FEW, TIMES, WAITING = 190, 15, 60


def measure(sessions: int) -> dict[str, float]:
    from django.contrib.auth import get_user_model
    from django.core.cache import cache
    from django.test import Client
    from django.utils import timezone

    from progress.business import counting
    from progress.models import TypingSession

    now = timezone.now()
    fill(practise(FEW, now=now), sessions, FEW, now=now)
    found = {"all of it, s": timed(lambda: counting.rebuild(now=now), 1) / 1000}
    latest = TypingSession.objects.order_by("-recorded_at").values_list("pk", flat=True)[:WAITING]
    TypingSession.objects.filter(pk__in=list(latest)).update(
        recorded_at=now, started_at=now - timedelta(minutes=5)
    )
    later = iter(range(1, 1000))
    found["a refresh, ms"] = timed(lambda: counting.refresh(now=now + timedelta(minutes=next(later))), TIMES)
    boss = get_user_model().objects.create_superuser("boss@example.org", "a-long-password")
    client = Client(SERVER_NAME="127.0.0.1")
    client.force_login(boss, "django.contrib.auth.backends.ModelBackend")
    page = "/admin/metrics/?days=364"
    found["the frame, processor ms"] = timed(
        lambda: client.get("/admin/password_change/"), TIMES, time.process_time
    )
    found["the page, kept"] = timed(lambda: client.get(page), TIMES, time.process_time)
    found["the page, not kept"] = timed(lambda: (cache.clear(), client.get(page)), TIMES, time.process_time)
    return found


def timed(what: Callable[[], Any], times: int, clock: Callable[[], float] = time.perf_counter) -> float:
    """Ms, the median."""
    took = []
    for _ in range(times):
        began = clock()
        what()
        took.append((clock() - began) * 1000)
    return statistics.median(took)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sessions", type=int, default=1_000_000, help="of the larger product (1,000,000)")
    asked = parser.parse_args()
    print(machine())
    for sessions in (asked.sessions // 10, asked.sessions):
        with (
            tempfile.TemporaryDirectory(prefix="typing-business-") as folder,
            running(Path(folder)) as product,
            inside(product) as place,
        ):
            for name, value in place.run(measure, sessions).items():
                print(f"{sessions:12,} sessions  {name:26}{value:10.1f}", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
