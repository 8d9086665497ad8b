"""`python -m tests.fakes.sms`: the fake by itself, until it is told to stop."""

import argparse
import os
import signal
import threading

from tests.fakes.sms.core import ACCOUNT, TOKEN, FakeSms


def main() -> None:
    """Its account and key are those of SMS_ACCOUNT and SMS_TOKEN, where they are set."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.fakes.sms", description="A fake provider of text messages on this machine."
    )
    parser.add_argument("--port", type=int, default=8415)
    account, token = os.environ.get("SMS_ACCOUNT") or ACCOUNT, os.environ.get("SMS_TOKEN") or TOKEN
    stopped = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopped.set())
    with FakeSms(parser.parse_args().port, account, token) as fake:
        print(f"Fake text messages: {fake.url}", flush=True)
        stopped.wait()


if __name__ == "__main__":
    main()
