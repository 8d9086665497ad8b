"""`python -m tests.fakes.s3`: the fake by itself, until it is told to stop."""

import argparse
import signal
import threading

from tests.fakes.s3.core import BUCKET, KEY, SECRET, FakeBucket


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m tests.fakes.s3", description="A fake bucket on this machine, gone when it stops."
    )
    parser.add_argument("--port", type=int, default=8414)
    asked = parser.parse_args()
    stopped = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopped.set())
    with FakeBucket(asked.port) as fake:
        print(f"Fake bucket: {fake.url} bucket: {BUCKET} key: {KEY} {SECRET}", flush=True)
        stopped.wait()


if __name__ == "__main__":
    main()
