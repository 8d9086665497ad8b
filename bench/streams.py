"""Open chats with the coach beside another bench: learners who ask, read the answer as it comes, and ask again.

The fake language model of `AI=fake` speaks so slowly that an answer takes about as long as one may.
"""

import asyncio
import json
import multiprocessing
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from importlib import import_module
from urllib.parse import urlencode

from bench.product import Product

TOKEN = "t" * 32
PACE = 0.2
"""Seconds between two words."""
STREAM = "application/x-ndjson"


@dataclass
class Read:
    """What the readers saw: where answers came from, the seconds until the first words and the whole."""

    sources: Counter[str] = field(default_factory=Counter)
    first: list[float] = field(default_factory=list)
    whole: list[float] = field(default_factory=list)


def sign_in(user: object) -> str:
    """The key of a session in which a learner is signed in."""
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY

    from accounts.guests import BACKEND

    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session.update(
        {
            SESSION_KEY: str(user.pk),
            BACKEND_SESSION_KEY: BACKEND,
            HASH_SESSION_KEY: user.get_session_auth_hash(),
        }
    )
    session.save()
    return session.session_key


@contextmanager
def open_streams(product: Product, count: int) -> Iterator[None]:
    """`count` chats are open as long as it lasts; tells at the end what came. Django is set up on the product."""
    if not count:
        yield
        return
    from accounts.models import User

    set_pace(product)
    keys = [sign_in(User.objects.create_user(f"reader{n}@example.com", TOKEN)) for n in range(count)]
    context = multiprocessing.get_context("fork")
    receiver, pipe = context.Pipe(duplex=False)
    stop = context.Event()

    def work() -> None:
        read = Read()
        asyncio.run(read_all(product.port, keys, read, stop))
        pipe.send(read)

    process = context.Process(target=work)
    process.start()
    time.sleep(3)
    try:
        yield
    finally:
        stop.set()
        read = receiver.recv()
        process.join()
        tell(count, read)


def set_pace(product: Product) -> None:
    port = int((product.var_dir / "language-model-port").read_text())
    connection = HTTPConnection("127.0.0.1", port, timeout=5)
    connection.request("POST", "/_fake/pace", json.dumps({"seconds": PACE}))
    connection.getresponse().read()
    connection.close()


async def read_all(port: int, keys: list[str], read: Read, stop: object) -> None:
    async def one(key: str) -> None:
        while not stop.is_set():
            await ask(port, key, read)

    await asyncio.gather(*(one(key) for key in keys))


async def ask(port: int, key: str, read: Read) -> None:
    """One question, read to the end of its answer."""
    body = urlencode({"csrfmiddlewaretoken": TOKEN, "question": "Why am I slow?"}).encode()
    head = (
        f"POST /coach/chat/ask/ HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\nAccept: {STREAM}\r\n"
        f"Accept-Encoding: gzip, br\r\nAccept-Language: en\r\nCookie: sessionid={key}; csrftoken={TOKEN}\r\n"
        f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    began = time.perf_counter()
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(head.encode() + body)
        first, answer = None, b""
        while piece := await reader.read(65_536):
            answer += piece
            if first is None and b'"text"' in answer:
                first = time.perf_counter() - began
    finally:
        writer.close()
    status = answer.split(b" ", 2)[1].decode() if answer else "nothing"
    if status == "200":
        status = "model" if b"From a language model" in answer else "statistics"
    read.sources[status] += 1
    read.whole.append(time.perf_counter() - began)
    if first is not None:
        read.first.append(first)


def tell(count: int, read: Read) -> None:
    first, whole = sorted(read.first) or [0.0], sorted(read.whole) or [0.0]
    print(
        f"beside {count} open chats: answers {dict(read.sources)}; first words after {first[len(first) // 2]:.2f} s, "
        f"all after {whole[len(whole) // 2]:.2f} s (medians), {whole[-1]:.2f} s at most"
    )
