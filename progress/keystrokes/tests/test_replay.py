import json
from pathlib import Path

import pytest

from progress.keystrokes.replay import Event, Machine, Replay, replay, units
from progress.keystrokes.scoring import Score, score

VECTORS = Path(__file__).parents[3] / "tests" / "vectors"
CASES = [
    pytest.param(case, id=f"{file.stem}: {case['name']}")
    for file in sorted(VECTORS.glob("*.json"))
    for case in json.loads(file.read_text(encoding="utf-8"))["cases"]
]
BROWSER_ONLY = {"wrongNow"}


def events_of(case: dict) -> list[Event]:
    if "events" in case:
        return [Event(*event) for event in case["events"]]
    return [Event(100 if i else 0, key) for i, key in enumerate(case["keys"])]


def measured(key: str, played: Replay, scored: Score | None):
    match key:
        case "units":
            return list(played.units)
        case "mistakes":
            return {str(position): unit for position, unit in played.mistakes.items()}
        case "latencies":
            return [stroke.latency for stroke in played.strokes]
        case "holds":
            return [stroke.hold for stroke in played.strokes]
        case _ if hasattr(played, key):
            return getattr(played, key)
        case _:
            return getattr(scored, key)


@pytest.mark.parametrize("case", CASES)
def test_vector(case):
    events = events_of(case)
    played = replay(case["text"], events, case["mode"])
    scored = score(played, case.get("hands")) if played.strokes else None
    for key in case["expect"].keys() - BROWSER_ONLY:
        expected = case["expect"][key]
        if isinstance(expected, float):
            expected = pytest.approx(expected, rel=1e-9)
        assert measured(key, played, scored) == expected, key


def test_there_are_vectors_of_every_theme():
    assert len(CASES) >= 60
    assert {file.stem for file in VECTORS.glob("*.json")} >= {
        "backspaces",
        "code_points",
        "combining",
        "composition",
        "errors",
        "line_breaks",
        "outside",
        "plain",
        "spaces",
        "timing",
        "word_deletes",
    }


def test_strokes_say_what_was_expected_where_and_when():
    strokes = replay("ab", [Event(0, "a", 90), Event(120, "x"), Event(80, "b", 70)], "stop").strokes
    assert [(s.expected, s.typed, s.right, s.position) for s in strokes] == [
        ("a", "a", True, 0),
        ("b", "x", False, 1),
        ("b", "b", True, 1),
    ]
    assert [(s.t, s.latency, s.hold, s.event) for s in strokes] == [
        (0, None, 90, 0),
        (120, 120, None, 1),
        (200, 80, 70, 2),
    ]


def test_times_hold_every_counted_event_from_the_first_character():
    events = [Event(0, "\b"), Event(50, "a"), Event(30, "\b"), Event(20, "a"), Event(10, "b"), Event(10, "c")]
    assert replay("ab", events, "free").times == (-50, 0, 30, 50, 60)


def test_an_amended_event_keeps_its_moment_and_hold():
    played = replay("йо", [Event(0, "и", 80), Event(40, "\u0306", 30), Event(60, "о", 70)], "stop")
    assert [(s.typed, s.t, s.hold, s.event) for s in played.strokes] == [("й", 0, 80, 0), ("о", 100, 70, 1)]


def test_twenty_thousand_marks_on_one_letter_take_no_longer_than_keys():
    played = replay("аб", [Event(0, "а")] + [Event(1, "\u0301")] * 20_000, "stop")
    assert len(played.strokes[0].typed) == 16
    assert played.wrong == len(played.strokes)


def test_a_replay_of_a_prefix_is_the_machine_so_far():
    events = [Event(100, key) for key in "mistyke"] + [Event(100, "\x17"), Event(100, "m")]
    machine = Machine("mistake", "free")
    for i, event in enumerate(events, 1):
        machine.press(event)
        assert machine.result() == replay("mistake", events[:i], "free")


def test_units_of_a_long_text():
    assert units("а\u0301" * 1000) == ["а\u0301"] * 1000
