"""Reports of the old program: what it waited for, and what it went on from."""

import pytest

from progress.keystrokes.legacy import log_of_legacy
from progress.keystrokes.replay import replay

TEXT = "cat sat"


def report(*strokes):
    """Keystrokes as `expected:actual`; without a colon what was expected is not told."""
    told = [stroke.rpartition(":") for stroke in strokes]
    return {
        "keystrokes": [
            {"actual": actual, "latency": 100} | ({"expected": expected} if colon else {})
            for expected, colon, actual in told
        ]
    }


def played(*strokes, text=TEXT):
    log = log_of_legacy(report(*strokes), text, now_ms=1_795_000_000_000)
    return log.mode, replay(text, log.events, log.mode)


@pytest.mark.parametrize(
    ("strokes", "mode", "right", "wrong"),
    [
        # It waits for the right key.
        (["c:c", "a:x", "a:a", "t:t", " :Space", "s:s", "a:a", "t:t"], "stop", 7, 1),
        # It goes on: with one mistake, with two in a row, with the first key, with the last.
        (["c:c", "a:x", "t:t", " :Space", "s:s", "a:a", "t:t"], "free", 6, 1),
        (["c:c", "a:x", "t:y", " : ", "s:s", "a:a", "t:t"], "free", 5, 2),
        (["c:x", "a:a", "t:t", " : ", "s:s", "a:a", "t:t"], "free", 6, 1),
        (["c:c", "a:a", "t:t", " : ", "s:s", "a:a", "t:x"], "free", 6, 1),
        (["c:c", "a:a", "t:t", "Space:x", "s:s", "a:a", "t:t"], "free", 6, 1),
        # It goes on, and takes back; taken back at once, both come to the same.
        (
            ["c:c", "a:x", "t:t", ":Backspace", "t:Backspace", "a:a", "t:t", " : ", "s:s", "a:a", "t:t"],
            "free",
            8,
            1,
        ),
        (["c:c", "a:x", "t:Backspace", "a:a", "t:t", " : ", "s:s", "a:a", "t:t"], "stop", 7, 1),
        # It waits at the last key.
        (["c:c", "a:a", "t:t", " : ", "s:s", "a:a", "t:x", "t:t"], "stop", 7, 1),
        # It says nothing, so it waits.
        (["c", "x", "a", "t", " ", "s", "a", "t"], "stop", 7, 1),
        # Nothing went wrong.
        (["c:c", "a:a", "t:t", " : ", "s:s", "a:a", "t:t"], "stop", 7, 0),
    ],
)
def test_expected_tells_whether_it_waited(strokes, mode, right, wrong):
    found, replayed = played(*strokes)
    assert (found, replayed.finished, replayed.right, replayed.wrong) == (mode, True, right, wrong)


def test_who_says_nothing_and_went_on_did_not_finish():
    assert not played("c", "x", "t", " ", "s", "a", "t")[1].finished


def test_what_is_no_text_is_not_read():
    document = report("c:c", "a:a", "t:t", " : ", "s:s", "a:a", "t:t")
    for stroke, odd in zip(document["keystrokes"], [None, 1, [], {}, "", True, "x" * 99], strict=True):
        stroke["expected"] = odd
    assert log_of_legacy(document, TEXT, now_ms=1_795_000_000_000).mode == "stop"


def test_line_breaks_and_letters_of_two_code_points():
    text = "ай\nо"
    strokes = ["а:а", "й:и", "Enter:Enter", "о:о"]
    found, replayed = played(*strokes, text=text)
    assert (found, replayed.finished, replayed.wrong) == ("free", True, 1)
