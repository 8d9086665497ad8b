"""What the pages of a learner cost in processor time, beside the front page of a stranger: `python -m bench.pages`.

Asked of the application in this process, by turns, so that whatever else the machine does falls on all of them; the
learner has typed every day for two months.
"""

import argparse
import sys
import time
import uuid
from typing import TYPE_CHECKING

from bench.product import machine, running
from bench.record import connect
from bench.typists import Typist

if TYPE_CHECKING:
    from accounts.models import User

DAYS = 60
MOST_TIMES = 2.7
"""15 ms where the front page takes 5.5."""
MOST_QUERIES = {"/": 11, "/dashboard/": 7, "/history/": 5, "/settings/": 2}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--times", type=int, default=60, help="how often each page is asked for (60)")
    times = parser.parse_args().times
    print(machine())
    with running() as product:
        connect(product.var_dir)
        stranger, pages, queries = measured(practised(), times)
    print(f"{'/, a stranger':14} {stranger:5.1f} ms")
    is_kept = True
    for path, most_queries in MOST_QUERIES.items():
        ratio, asked = pages[path] / stranger, queries[path]
        is_kept &= (ratio <= MOST_TIMES or path == "/") and asked <= most_queries
        print(f"{path:14} {pages[path]:5.1f} ms  ×{ratio:.2f}  {asked} queries (promised ≤ {most_queries})")
    print(f"promised ≤ ×{MOST_TIMES} of all but the learner's own front page")
    return 0 if is_kept else 1


def practised() -> "User":
    """A learner who typed two tests of three minutes on each of so many days."""
    from django.utils import timezone

    from accounts.models import User
    from typingtrainer.management.commands.sample_learners import Stuck, practise

    learner = User.objects.create_guest(uuid.uuid4(), now=timezone.now())
    typist = Typist("plateau", 1, "ru", learning=Stuck())
    practise(learner, typist, "ru", days=DAYS, now=timezone.now())
    return learner


def measured(user: "User", times: int) -> tuple[float, dict[str, float], dict[str, int]]:
    """Ms of processor of the front page of a stranger and of each page, the quarter least disturbed; their queries."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    stranger, learner = (Client(SERVER_NAME="127.0.0.1", HTTP_ACCEPT_LANGUAGE="ru") for _ in range(2))
    learner.force_login(user)
    queries = {}
    for path in MOST_QUERIES:
        learner.get(path)
        with CaptureQueriesContext(connection) as asked:
            if learner.get(path).status_code != 200:
                raise SystemExit(f"{path} is not answered")
        queries[path] = len(asked)
    stranger.get("/")
    took: dict[str, list[float]] = {path: [] for path in ("", *MOST_QUERIES)}
    for _ in range(times):
        for path, some in took.items():
            began = time.process_time()
            (learner if path else stranger).get(path or "/")
            some.append((time.process_time() - began) * 1000)
    usual = {path: sorted(some)[times // 4] for path, some in took.items()}
    return usual.pop(""), usual, queries


if __name__ == "__main__":
    sys.exit(main())
