"""`python -m tests.fakes.push`: the fake by itself, until it is told to stop."""

import argparse
import signal
import threading

from tests.fakes.push.core import FakePush


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m tests.fakes.push", description="A fake push service on this machine."
    )
    parser.add_argument("--port", type=int, default=8414)
    stopped = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopped.set())
    with FakePush(parser.parse_args().port) as fake:
        print(f"Fake push service: {fake.url}", flush=True)
        stopped.wait()


if __name__ == "__main__":
    main()
