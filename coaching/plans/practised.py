"""What a drill did for the keys and pairs it practises: how they were before, and how they went in it."""

from collections.abc import Sequence
from dataclasses import dataclass

from coaching.models import Drill
from progress.keystrokes.replay import Replay
from progress.keystrokes.tallies import Tally, Times, tally


@dataclass(frozen=True, slots=True)
class Practised:
    """`before_ms` is what was to be expected when the drill was made, `after_ms` the mean in it, None where it was not
    timed; `tries` and `missed` are those of the drill, of a pair those of its second key."""

    item: str
    before_ms: float
    after_ms: float | None
    tries: int
    missed: int


def practised_in(drill: Drill, played: Replay) -> Sequence[Practised]:
    """The weak keys and pairs of a drill that was typed, the worst first."""
    session = tally(played)
    return [_practised(one["item"], one["ms"], session) for one in drill.items if "ms" in one]


def _practised(item: str, before_ms: float, session: Tally) -> Practised:
    times = (session.pairs if len(item) == 2 else session.keys).get(item, Times())
    tries = session.tries.get(item[-1])
    return Practised(
        item=item,
        before_ms=before_ms,
        after_ms=times.mean if times.count else None,
        tries=round(tries.count) if tries else 0,
        missed=round(tries.missed) if tries else 0,
    )
