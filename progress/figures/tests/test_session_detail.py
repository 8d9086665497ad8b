from progress.figures.session_detail import slow_pairs
from progress.keystrokes.replay import Event, replay


def test_slow_pairs_are_the_slowest_of_those_typed_twice():
    events = [
        Event(0, "f"),
        *[Event(ms, key) for ms, key in [(100, "j"), (900, "f"), (100, "j"), (700, "f")]],
    ]
    found = slow_pairs(replay("fjfjf", events, "stop"))
    assert [(pair.pair, pair.times, pair.ms) for pair in found] == [("jf", 2, 800), ("fj", 2, 100)]
