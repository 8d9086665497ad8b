"""Scoring without a keystroke log: the final text of the plain form, aligned with what should have been typed."""

from typing import Final

from rapidfuzz.distance import Levenshtein

from progress.keystrokes.replay import units
from progress.keystrokes.scoring import NothingToScore, Score

LEAST_TYPED: Final = 0.9
"""Share of the text's length below which it was not typed to its end."""
SLOWEST_MS: Final = 5000
"""What a unit takes at most: whoever has the page open for longer does something else."""


def score_plain(text: str, typed: str, elapsed_ms: int, *, is_whole: bool = True) -> Score:
    """Score a text typed into a plain form in `elapsed_ms`, the ms between the page's making and the form's arrival;
    of it SLOWEST_MS a typed unit count at most.

    E is the edit distance (Levenshtein) in units, C the units in their place; what was left out counts as wrong.
    Speed counts the typed units, at most the text's. Raises NothingToScore when less than nine tenths were typed. A
    text that need not be typed as a whole is cut where the typing ends.
    """
    expected, actual = units(text), units(typed.strip())
    if not is_whole:
        expected = expected[: len(actual)]
    if not actual or len(actual) < LEAST_TYPED * len(expected):
        raise NothingToScore
    expected, actual = (["\n" if unit == " " else unit for unit in side] for side in (expected, actual))
    distance = Levenshtein.editops(expected, actual)
    wrong = len(distance)
    right = len(expected) - sum(edit.tag in ("replace", "delete") for edit in distance)
    elapsed = min(max(elapsed_ms, 1), SLOWEST_MS * len(actual))
    return Score(
        duration_ms=elapsed,
        cpm=60000 * max(min(len(actual), len(expected)) - 1, 0) / elapsed,
        raw_cpm=60000 * (len(actual) - 1) / elapsed,
        accuracy=100 * right / (right + wrong),
        consistency=None,
        errors=wrong,
        keystrokes=len(actual),
        corrected_error_rate=0.0,
        uncorrected_error_rate=100 * wrong / (right + wrong),
        kspc=len(actual) / len(expected),
        rollover=None,
        hand_alternation=None,
        pauses=0,
    )
