"""What a drill did for the keys and pairs it practises: how they were before, and how they went in it."""

from collections.abc import Sequence
from dataclasses import dataclass

from coaching.models import Drill
from coaching.plans.plans import PlanProgress
from progress.keystrokes.replay import Replay
from progress.keystrokes.tallies import Tally, Times, Tries, tally
from progress.models import TypingSession
from progress.recording.playing import replay_of


@dataclass(frozen=True, slots=True)
class Practised:
    """`before_ms` is what was to be expected when the drill was made, `before_error_rate` the share missed until then,
    0 to 1; `after_ms` the mean in it, None where it was not timed; `tries` and `missed` are those of the drill, none of
    a pair: they would be its second key's, after whatever key."""

    item: str
    before_ms: float
    before_error_rate: float
    after_ms: float | None
    tries: int
    missed: int


def practised_in(drill: Drill, played: Replay) -> Sequence[Practised]:
    """The weak keys and pairs of a drill that was typed, the worst first."""
    return practised_over([(drill, played)])


def practised_over(typed: Sequence[tuple[Drill, Replay]]) -> Sequence[Practised]:
    """The same of several drills together, each item as it was before the first."""
    before: dict[str, tuple[float, float]] = {}
    for drill, _ in typed:
        for one in drill.items:
            if "ms" in one:
                before.setdefault(one["item"], (one["ms"], one["error_rate"]))
    tallies = [tally(played) for _, played in typed]
    return [_practised(item, *known, tallies) for item, known in before.items()]


def practised_by(progress: PlanProgress) -> Sequence[Practised]:
    """What all exercises of a plan did, each as it was typed last; a query, and one for each exercise."""
    sessions = TypingSession.objects.select_related("text").in_bulk(list(progress.typed.values()))
    typed = [
        (one, sessions[progress.typed[one.text_id]])
        for one in progress.exercises
        if one.text_id in progress.typed
    ]
    played = [(drill, replay_of(session)) for drill, session in typed]
    return practised_over([(drill, one) for drill, one in played if one])


def _practised(item: str, ms: float, error_rate: float, tallies: Sequence[Tally]) -> Practised:
    times, tries = Times(), Tries()
    for session in tallies:
        timed = (session.pairs if len(item) == 2 else session.keys).get(item, Times())
        tried = session.tries.get(item, Tries())
        times = Times(times.count + timed.count, times.total + timed.total)
        tries = Tries(tries.count + tried.count, tries.missed + tried.missed)
    return Practised(
        item=item,
        before_ms=ms,
        before_error_rate=error_rate,
        after_ms=times.mean if times.count else None,
        tries=round(tries.count),
        missed=round(tries.missed),
    )
