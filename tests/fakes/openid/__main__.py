"""`python -m tests.fakes.openid`: the fake by itself, until it is told to stop."""

import argparse
import json
import os
import signal
import threading

from tests.fakes.openid.core import CLIENT, SECRET, FakeProvider


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m tests.fakes.openid", description="A fake OpenID provider on this machine."
    )
    parser.add_argument("--port", type=int, default=8414)
    port = parser.parse_args().port
    told = json.loads(os.environ.get("OPENID_PROVIDERS") or "[{}]")[0]
    stopped = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopped.set())
    with FakeProvider(port, told.get("client_id", CLIENT), told.get("secret", SECRET)) as fake:
        print(f"Fake OpenID provider: {fake.url}", flush=True)
        stopped.wait()


if __name__ == "__main__":
    main()
