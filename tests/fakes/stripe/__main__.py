"""`python -m tests.fakes.stripe`: the fake by itself, until it is told to stop."""

import argparse
import os
import signal
import threading
from pathlib import Path

from tests.fakes.stripe.core import KEY, FakeStripe


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m tests.fakes.stripe", description="A fake Stripe on this machine."
    )
    parser.add_argument("--port", type=int, default=8412)
    key = os.environ.get("STRIPE_SECRET_KEY") or KEY
    parser.add_argument(
        "--key", default=key, help="the API key it takes (default: STRIPE_SECRET_KEY, or one it says)"
    )
    parser.add_argument("--state", type=Path, help="a file to keep everything in")
    parser.add_argument("--seed", type=int, help="makes ids the same each time")
    parser.add_argument("--webhook", help="an address to post events to")
    secret = os.environ.get("STRIPE_WEBHOOK_SECRET")
    parser.add_argument(
        "--webhook-secret", default=secret, help="what they are signed with (default: STRIPE_WEBHOOK_SECRET)"
    )
    asked = parser.parse_args()
    stopped = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopped.set())
    with FakeStripe(port=asked.port, key=asked.key, state=asked.state, seed_number=asked.seed) as stripe:
        if asked.webhook:
            stripe.endpoint(asked.webhook, asked.webhook_secret)
            stripe.announce()
        print(f"Fake Stripe: {stripe.url}" + (f" key: {KEY}" if stripe.key == KEY else ""), flush=True)
        stopped.wait()


if __name__ == "__main__":
    main()
