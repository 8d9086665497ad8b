"""What the pages of a learner cost in processor time, beside the front page of a stranger: `python -m bench.pages`.

Asked of the application in this process, by turns, so that whatever else the machine does falls on all of them; the
learner has typed every day for two months. A page may take so many times what the front page takes, and so many
queries.
"""

import argparse
import sys
import time
from typing import NamedTuple

from bench.product import machine, running
from bench.record import connect

LEARNER = "plateau-ru@example.com"


class Promise(NamedTuple):
    times: float
    queries: int


PROMISES = {
    "/": Promise(4.0, 8),
    "/dashboard/": Promise(4.0, 7),
    "/history/": Promise(3.0, 5),
    "/settings/": Promise(2.5, 2),
}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--times", type=int, default=60, help="how often each page is asked for (60)")
    times = parser.parse_args().times
    print(machine())
    with running() as product:
        connect(product.var_dir)
        from django.core.management import call_command

        call_command("sample_learners", verbosity=0)
        stranger, pages, queries = measured(times)
    print(f"{'/, a stranger':14} {stranger:5.1f} ms")
    is_kept = True
    for path, (most, most_queries) in PROMISES.items():
        ratio, asked = pages[path] / stranger, queries[path]
        is_kept &= ratio <= most and asked <= most_queries
        print(f"{path:14} {pages[path]:5.1f} ms  ×{ratio:.2f} (≤ {most})  {asked} queries (≤ {most_queries})")
    return 0 if is_kept else 1


def measured(times: int) -> tuple[float, dict[str, float], dict[str, int]]:
    """Ms of processor of the front page of a stranger and of each page, the quarter least disturbed; their queries."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from accounts.models import User

    stranger, learner = (Client(SERVER_NAME="127.0.0.1", HTTP_ACCEPT_LANGUAGE="ru") for _ in range(2))
    learner.force_login(User.objects.get(email=LEARNER))
    queries = {}
    for path in PROMISES:
        learner.get(path)
        with CaptureQueriesContext(connection) as asked:
            if learner.get(path).status_code != 200:
                raise SystemExit(f"{path} is not answered")
        queries[path] = len(asked)
    stranger.get("/")
    took: dict[str, list[float]] = {path: [] for path in ("", *PROMISES)}
    for _ in range(times):
        for path, some in took.items():
            began = time.process_time()
            (learner if path else stranger).get(path or "/")
            some.append((time.process_time() - began) * 1000)
    usual = {path: sorted(some)[times // 4] for path, some in took.items()}
    return usual.pop(""), usual, queries


if __name__ == "__main__":
    sys.exit(main())
