"""PostgreSQL and Valkey for a test run, in the first free folder of `var/test`, kept for the next run."""

import atexit
import fcntl
import os
import shutil
from pathlib import Path
from typing import TextIO

from tests.collected import CLUSTER
from typingtrainer.run.embedded import Postgres, Valkey, socket_dir
from typingtrainer.run.supervisor import Supervisor, clear_leftovers

SLOTS = Path(__file__).resolve().parent.parent / "var" / "test"
held: list[TextIO] = []


def provide() -> dict[str, str]:
    """Starts what the environment does not name; returns the variables the settings need.

    The workers of pytest-xdist inherit them from the process that starts and, at its end, stops the services.
    """
    asked = {name for name in ("DATABASE_URL", "REDIS_URL", "CELERY_BROKER_URL") if os.environ.get(name)}
    if len(asked) == 3:
        return {}
    var_dir = _first_free_slot()
    sockets = socket_dir(var_dir)
    postgres, valkey = Postgres(var_dir, sockets, durable=False), Valkey(var_dir, sockets)
    clear_leftovers(var_dir, postgres.data)
    kept_cluster = var_dir / "first-product"
    shutil.rmtree(kept_cluster, ignore_errors=True)
    supervisor = Supervisor(var_dir)
    atexit.register(supervisor.stop_all)
    if "DATABASE_URL" not in asked:
        supervisor.start(postgres.program())
    supervisor.start(valkey.program())
    supervisor.wait_until_all_answer(60)
    if "DATABASE_URL" not in asked:
        postgres.make_database()
    urls = {
        "DATABASE_URL": postgres.url,
        "REDIS_URL": valkey.cache_url,
        "CELERY_BROKER_URL": valkey.broker_url,
        "VAR_DIR": str(var_dir),
    }
    return {CLUSTER: str(kept_cluster)} | {name: value for name, value in urls.items() if name not in asked}


def databases_of_own(worker: str) -> dict[str, str]:
    """Each of several workers counts its rate limits and queues its tasks in its own pair of Valkey databases."""
    if not worker.startswith("gw"):
        return {}
    number = 2 + 2 * int(worker.removeprefix("gw"))
    return {
        "CELERY_BROKER_URL": os.environ["CELERY_BROKER_URL"].replace(
            "?virtual_host=0", f"?virtual_host={number}"
        ),
        "REDIS_URL": os.environ["REDIS_URL"].replace("?db=1", f"?db={number + 1}"),
    }


def _first_free_slot() -> Path:
    for number in range(100):
        slot = SLOTS / str(number)
        slot.mkdir(parents=True, exist_ok=True)
        lock = (slot / "lock").open("a")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.close()
        else:
            held.append(lock)
            return slot
    raise RuntimeError(f"All folders in {SLOTS} are in use; end the test runs that hold them.")
