"""The fake's clock: real until it is frozen or moved; and the calendar of billing periods."""

import time
from calendar import monthrange
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

MINUTE, HOUR, DAY = 60, 3600, 86400


class Clock:
    """Seconds since 1970. Whoever holds the ledger's lock may ask and move it."""

    def __init__(self) -> None:
        self.offset = 0
        self.frozen: int | None = None
        self._lived: int | None = None

    def now(self) -> int:
        if self._lived is not None:
            return self._lived
        return self.frozen if self.frozen is not None else int(time.time()) + self.offset

    def freeze(self, at: int | None = None) -> None:
        self.frozen = self.now() if at is None else at

    def run(self) -> None:
        """Goes on from the time it is frozen at."""
        if self.frozen is not None:
            self.offset, self.frozen = self.frozen - int(time.time()), None

    def move(self, to: int) -> None:
        if self.frozen is not None:
            self.frozen = to
        else:
            self.offset += to - self.now()

    @contextmanager
    def at(self, moment: int) -> Iterator[None]:
        """Relives `moment`: what falls due while the clock jumps over it happens at its own time."""
        self._lived = moment
        try:
            yield
        finally:
            self._lived = None


def add(start: int, interval: str, count: int) -> int:
    """`count` intervals later; a month later is the same day, or the last of a shorter month."""
    moment = datetime.fromtimestamp(start, UTC)
    if interval in ("day", "week"):
        return int((moment + timedelta(days=count * (7 if interval == "week" else 1))).timestamp())
    months = moment.year * 12 + moment.month - 1 + count * (12 if interval == "year" else 1)
    year, month = divmod(months, 12)
    day = min(moment.day, monthrange(year, month + 1)[1])
    return int(moment.replace(year=year, month=month + 1, day=day).timestamp())


def next_boundary(anchor: int, interval: str, count: int, after: int) -> int:
    """The first end of a period after `after`, periods being counted from `anchor` so that the 31st returns."""
    shortest = {"day": DAY, "week": 7 * DAY, "month": 28 * DAY, "year": 365 * DAY}[interval] * count
    longest = {"day": DAY, "week": 7 * DAY, "month": 31 * DAY, "year": 366 * DAY}[interval] * count
    periods = max((after - anchor) // longest, 0)
    if after < anchor:
        periods = -((anchor - after) // shortest + 1)
    while add(anchor, interval, periods * count) <= after:
        periods += 1
    return add(anchor, interval, periods * count)
