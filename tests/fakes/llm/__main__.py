"""`python -m tests.fakes.llm`: the fake by itself, until it is told to stop."""

import argparse
import os
import signal
import threading

from tests.fakes.llm.core import KEY, FakeModel


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m tests.fakes.llm", description="A fake language model on this machine."
    )
    parser.add_argument("--port", type=int, default=8413)
    key = os.environ.get("AI_API_KEY") or KEY
    parser.add_argument(
        "--key", default=key, help="the API key it takes (default: AI_API_KEY, or one it says)"
    )
    parser.add_argument("--pace", type=float, default=0.05, help="seconds between two words of a stream")
    asked = parser.parse_args()
    stopped = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopped.set())
    with FakeModel(asked.port, asked.key, asked.pace) as fake:
        print(f"Fake language model: {fake.url}" + (f" key: {KEY}" if fake.key == KEY else ""), flush=True)
        stopped.wait()


if __name__ == "__main__":
    main()
