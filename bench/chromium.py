"""One page in a new Chromium context, driven and measured through the DevTools protocol."""

import asyncio
import json
import random
import time
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import psutil
from playwright.async_api import Browser, CDPSession

from lessons import keyboards

PROBE = (Path(__file__).parent / "probe.js").read_text()
LAYOUTS = ("en-qwerty", "ru-jcuken")
INPUT_EVENTS = {"keydown", "keypress", "beforeinput", "textInput", "input", "selectionchange"}
TRACE = {
    "transferMode": "ReturnAsStream",
    "traceConfig": {
        "recordMode": "recordAsMuchAsPossible",
        "includedCategories": ["devtools.timeline", "disabled-by-default-devtools.timeline"],
        "excludedCategories": ["*"],
    },
}
OPENING = 1.5
"""Seconds in which a new window is busy loading the browser's own pages."""
LONGEST_KEY = 250_000
"""Microseconds of the main thread, at most, that are put down to one key."""
VIRTUAL_KEYS = {"Space": 32, "Enter": 13, "Semicolon": 186, "Comma": 188, "Period": 190}

Interval = tuple[float, float]


class Tab:
    """A page of its own context: nothing cached, no cookies."""

    def __init__(self, browser: Browser, cdp: CDPSession) -> None:
        self.browser = browser
        self.cdp = cdp
        self.ready: asyncio.Future[str] = asyncio.get_running_loop().create_future()

    async def go(self, url: str) -> str:
        """Open `url`; returns the text to type at the first frame in which a key is taken."""
        await self.cdp.send("Page.navigate", {"url": url})
        return await asyncio.wait_for(self.ready, 30)

    async def ask(self, expression: str) -> Any:
        answer = await self.cdp.send("Runtime.evaluate", {"expression": expression, "returnByValue": True})
        if "exceptionDetails" in answer:
            raise RuntimeError(answer["exceptionDetails"]["exception"]["description"])
        return answer["result"].get("value")

    async def strike(self, character: str, hold: float = 0.05) -> asyncio.Task[Any]:
        """Press a key; the task that releases it after `hold` seconds."""
        key = key_of(character)
        text = "\r" if character == "\n" else character
        await self.cdp.send("Input.dispatchKeyEvent", {"type": "keyDown", "text": text, **key})
        return asyncio.create_task(self._release(key, hold))

    async def _release(self, key: dict[str, Any], hold: float) -> None:
        await asyncio.sleep(hold)
        await self.cdp.send("Input.dispatchKeyEvent", {"type": "keyUp", **key})

    async def type(self, keys: Iterable[str], rate: float, hand: random.Random) -> float:
        """Strike keys unevenly at `rate` a second; the rate that was reached."""
        began = moment = time.monotonic()
        releases = []
        for key in keys:
            await asyncio.sleep(max(0, moment - time.monotonic()))
            releases.append(await self.strike(key, hand.uniform(0.03, 0.07)))
            moment += hand.uniform(0.8, 1.2) / rate
        took = time.monotonic() - began
        await asyncio.gather(*releases)
        await asyncio.sleep(0.4)
        return (len(releases) - 1) / took

    async def heap(self) -> float:
        """Bytes of live JavaScript objects."""
        await self.cdp.send("HeapProfiler.collectGarbage")
        return (await self.cdp.send("Runtime.getHeapUsage"))["usedSize"]

    @asynccontextmanager
    async def traced(self) -> AsyncIterator[list[dict[str, Any]]]:
        """Fills the list it gives with trace events once the block is left."""
        events: list[dict[str, Any]] = []
        session = await self.browser.new_browser_cdp_session()
        complete: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        session.once("Tracing.tracingComplete", lambda event: complete.set_result(event["stream"]))
        await session.send("Tracing.start", TRACE)
        yield events
        await session.send("Tracing.end")
        stream, parts, end = await asyncio.wait_for(complete, 60), [], False
        while not end:
            part = await session.send("IO.read", {"handle": stream, "size": 1 << 22})
            parts.append(part["data"])
            end = part.get("eof", False)
        await session.detach()
        events.extend(json.loads("".join(parts))["traceEvents"])


@asynccontextmanager
async def tab(browser: Browser, *, throttle: float = 1) -> AsyncIterator[Tab]:
    """A new context with one page, its processor `throttle` times slower."""
    context = await browser.new_context(viewport={"width": 1280, "height": 800})
    page = await context.new_page()
    cdp = await context.new_cdp_session(page)
    opened = Tab(browser, cdp)
    for domain in ("Network", "Page", "Runtime"):
        await cdp.send(f"{domain}.enable")
    cdp.once("Runtime.bindingCalled", lambda event: opened.ready.set_result(event["payload"]))
    await cdp.send("Runtime.addBinding", {"name": "benchReady"})
    await cdp.send("Page.addScriptToEvaluateOnNewDocument", {"source": PROBE})
    await cdp.send("Emulation.setFocusEmulationEnabled", {"enabled": True})
    await cdp.send("Emulation.setCPUThrottlingRate", {"rate": throttle})
    await asyncio.sleep(OPENING)
    try:
        yield opened
    finally:
        await context.close()


def key_of(character: str) -> dict[str, Any]:
    """What a keyboard event says of the key that types `character`."""
    if character == "\n":
        return {"key": "Enter", "code": "Enter", "windowsVirtualKeyCode": VIRTUAL_KEYS["Enter"]}
    for code in LAYOUTS:
        if found := keyboards.layout(code).key_for(character):
            key, shift = found
            virtual = VIRTUAL_KEYS.get(key.code, ord(key.code[-1]))
            modifiers = 8 if shift else 0
            return {
                "key": character,
                "code": key.code,
                "windowsVirtualKeyCode": virtual,
                "modifiers": modifiers,
            }
    raise ValueError(f"no layout types {character!r}")


def cost_of_keys(trace: list[dict[str, Any]]) -> tuple[list[float], list[float]]:
    """Per key, ms in the handlers of its events, and ms the main thread was busy until the next key."""
    dispatches = [event for event in trace if event["name"] == "EventDispatch" and event["ph"] == "X"]
    keydowns = [event for event in dispatches if _type(event) == "keydown"]
    thread = keydowns[0]["pid"], keydowns[0]["tid"]
    tasks = [_interval(event) for event in trace if event["name"] == "RunTask" and _thread(event) == thread]
    handlers = [
        _interval(event) for event in dispatches if _type(event) in INPUT_EVENTS and _thread(event) == thread
    ]
    moments = [_interval(event)[0] for event in keydowns]
    starts = [
        next((begin for begin, end in tasks if begin <= moment <= end), moment) for moment in sorted(moments)
    ]
    windows = [
        (start, min(following, start + LONGEST_KEY))
        for start, following in zip(starts, [*starts[1:], float("inf")], strict=True)
    ]
    return _within(handlers, windows), _within(tasks, windows)


def _type(event: dict[str, Any]) -> str:
    return event["args"].get("data", {}).get("type", "")


def _thread(event: dict[str, Any]) -> tuple[int, int]:
    return event["pid"], event["tid"]


def _interval(event: dict[str, Any]) -> Interval:
    return event["ts"], event["ts"] + event.get("dur", 0)


def _within(intervals: list[Interval], windows: list[Interval]) -> list[float]:
    """Ms of each window that the intervals cover; nested and overlapping ones count once."""
    joined: list[list[float]] = []
    for begin, end in sorted(intervals):
        if joined and begin <= joined[-1][1]:
            joined[-1][1] = max(joined[-1][1], end)
        else:
            joined.append([begin, end])
    return [
        sum(max(0, min(end, last) - max(begin, first)) for begin, end in joined) / 1000
        for first, last in windows
    ]


class Gauge:
    """The share of the machine that others than this script and the given processes use."""

    def __init__(self, own: Iterable[int]) -> None:
        self.roots = [psutil.Process(pid) for pid in {psutil.Process().pid, *own}]
        self.before = self._read()

    def _read(self) -> tuple[float, float, dict[int, float]]:
        times = psutil.cpu_times()
        own: dict[int, float] = {}
        for root in self.roots:
            for process in [root, *root.children(recursive=True)]:
                try:
                    used = process.cpu_times()
                except psutil.NoSuchProcess:
                    continue
                own[process.pid] = used.user + used.system
        return time.monotonic(), sum(times) - times.idle - times.iowait, own

    def foreign(self) -> float:
        """Since the gauge was made, 0 to 1."""
        began, busy, own = self.before
        now, busy_now, own_now = self._read()
        ours = sum(used - own.get(pid, 0) for pid, used in own_now.items())
        return max(0.0, (busy_now - busy - ours) / ((now - began) * (psutil.cpu_count() or 1)))
