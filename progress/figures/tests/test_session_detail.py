from progress.figures.session_detail import slow_pairs
from progress.keystrokes.replay import Event, replay


def typed(*pairs: tuple[str, int]) -> list[tuple[str, int, float]]:
    """The slowest of pairs typed one by one, so many ms apart."""
    events = [
        Event(ms, key) for pair, ms in pairs for key, ms in zip(f"{pair} ", (300, ms, 300), strict=True)
    ]
    found = slow_pairs(replay("".join(f"{pair} " for pair, _ in pairs), events, "stop"))
    return [(pair.pair, pair.times, pair.ms) for pair in found]


def test_slow_pairs_are_the_slowest_those_last_that_may_be_chance():
    often = [("fj", 100)] * 4 + [("dk", 200)] * 5
    assert typed(*often, ("sl", 900), ("sl", 700), ("as", 990)) == [
        ("dk", 5, 200),
        ("fj", 4, 100),
        ("sl", 2, 800),
    ]


def test_where_all_may_be_chance_there_are_none():
    assert typed(*[("fj", 100)] * 3, ("sl", 900), ("sl", 700)) == []
