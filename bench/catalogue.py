"""What reading the courses costs: `python -m bench.catalogue`.

READERS people with connections of their own browse both courses for a while: the catalogue, the course pages and
searches, right and mistyped, in Russian and English, as browsers ask (gzip, a session cookie for none). First each
reads its page for about READING s before the next one, as people do; then none ever pauses, which is all this
machine can do and no person does.
"""

import argparse
import asyncio
import random
import statistics
import sys
import time
from urllib.parse import quote

from bench.product import Product, machine, running

READERS = 50
READING = 1.0
"""Seconds between an answer and the next request, on average."""
PROMISED_MS = 100
SEARCHES = (
    "клавиша ф",
    "home row",
    "домашний ряд",
    "цифры",
    "кавычки",
    "заглавне",
    "punctuaton",
    "shift",
    "%",
    "предлож",
    "nothing of the kind",
)
PATHS = {
    "search": tuple(f"/learn/?q={quote(text)}" for text in SEARCHES),
    "catalogue": ("/learn/",),
    "course": ("/learn/ru/", "/learn/en/"),
}
Times = dict[str, list[float]]


class Broken(Exception):
    """An answer other than 200, or none."""


async def get(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, path: str, language: str) -> None:
    writer.write(
        f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept-Encoding: gzip\r\n"
        f"Accept-Language: {language}\r\n\r\n".encode()
    )
    head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
    if not head.startswith("http/1.1 200"):
        raise Broken(f"{path}: {head.splitlines()[0]}")
    length = next(line for line in head.splitlines() if line.startswith("content-length:"))
    await reader.readexactly(int(length.split(":")[1]))


async def browse(port: int, seed: int, until: float, reading: float, took: Times) -> None:
    """One reader with one connection until the time is over."""
    hand = random.Random(seed)
    language = hand.choice(["ru", "en"])
    await asyncio.sleep(hand.uniform(0, reading))
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    while time.perf_counter() < until:
        kind = hand.choice(list(PATHS))
        path = hand.choice(PATHS[kind])
        began = time.perf_counter()
        try:
            await get(reader, writer, path, language)
        except (asyncio.IncompleteReadError, ConnectionError):  # an idle connection was closed, as it may be
            writer.close()
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            await get(reader, writer, path, language)
        took[kind].append((time.perf_counter() - began) * 1000)
        if reading:
            await asyncio.sleep(hand.expovariate(1 / reading))
    writer.close()


async def crowd(port: int, readers: int, seconds: float, reading: float) -> Times:
    took: Times = {kind: [] for kind in PATHS}
    until = time.perf_counter() + seconds
    readings = (browse(port, seed, until, reading, took) for seed in range(readers))
    await asyncio.wait_for(asyncio.gather(*readings), seconds + 60)
    return took


def measure(product: Product, label: str, readers: int, seconds: float, reading: float) -> float:
    """Prints what such a crowd got; p95 of all its answers in ms."""
    used = product.processor_time()
    took = asyncio.run(crowd(product.port, readers, seconds, reading))
    every = [ms for times in took.values() for ms in times]
    costs = {name: (now - used[name]) / len(every) * 1000 for name, now in product.processor_time().items()}
    shares = ", ".join(f"{name} {ms:.1f}" for name, ms in costs.items() if ms >= 0.1)
    print(f"{label}: {len(every) / seconds:.0f} pages a second; processor, ms a page: {shares}")
    for kind, times in {**took, "all": every}.items():
        cuts = statistics.quantiles(times, n=100, method="inclusive")
        figures = "  ".join(f"p{share} {cuts[share - 1]:6.1f}" for share in (50, 95, 99))
        print(f"  {kind:10} {len(times):5} ×  {figures} ms")
    return statistics.quantiles(every, n=100, method="inclusive")[94]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--readers", type=int, default=READERS, help=f"people at once ({READERS})")
    parser.add_argument("--seconds", type=float, default=20, help="how long each crowd browses (20)")
    asked = parser.parse_args()
    print(machine())
    with running() as product:
        asyncio.run(crowd(product.port, 4, 3, 0))
        p95 = measure(product, f"{asked.readers} readers", asked.readers, asked.seconds, READING)
        measure(product, f"{asked.readers} who never pause", asked.readers, asked.seconds, 0)
    print(f"p95 of the readers {p95:.0f} ms (promised < {PROMISED_MS})")
    return 0 if p95 < PROMISED_MS else 1


if __name__ == "__main__":
    sys.exit(main())
