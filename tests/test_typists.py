"""The simulated learners of the coach's benches type as people do, and learn."""

import pytest

from bench.typists import KINDS, Typist
from lessons.fresh import fresh_text
from progress.keystrokes.replay import replay
from progress.keystrokes.scoring import score

TEXTS = {language: fresh_text(language, "ordinary", length=250, seed=1) for language in ("ru", "en")}


@pytest.mark.parametrize("language", TEXTS)
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("mode", ["stop", "free"])
def test_every_text_is_typed_to_its_end_and_the_same_again_for_the_same_seed(kind, language, mode):
    text = f"{TEXTS[language]}\n{TEXTS['en']} 123 €"
    events = Typist(kind, 1, language).type(text, mode)
    played = replay(text, events, mode)
    assert played.finished and 60 < score(played).accuracy <= 100
    assert events == Typist(kind, 1, language).type(text, mode) != Typist(kind, 2, language).type(text, mode)


def test_looking_at_what_is_expected_changes_nothing():
    looked, other = Typist("exact", 1, "en"), Typist("exact", 1, "en")
    looked.cpm(TEXTS["en"])
    assert looked.type(TEXTS["en"]) == other.type(TEXTS["en"])


@pytest.mark.parametrize("kind", KINDS)
def test_practice_quickens_and_months_away_slow_down(kind):
    typist, text = Typist(kind, 1, "en"), TEXTS["en"]
    before = typist.cpm(text)
    for _ in range(20):
        typist.type(text)
    after = typist.cpm(text)
    typist.rest(120)
    assert before < typist.cpm(text) < after


def test_what_is_expected_is_what_comes():
    """Of one letter in many sessions of one text, none of which is remembered."""
    waits, misses, wanted = [], [], []
    for seed in range(150):
        typist = Typist("exact", 7, "en")
        typist._hand.seed(seed)
        played = replay(TEXTS["en"], typist.type(TEXTS["en"]), "stop")
        fresh = Typist("exact", 7, "en")
        for before, stroke in zip(played.strokes, played.strokes[1:], strict=False):
            if before.right and stroke.position == before.position + 1 and stroke.expected == "e":
                waits.append(stroke.latency)
                misses.append(not stroke.right)
                wanted.append(fresh.expected("e", before.expected))
    assert sum(waits) / len(waits) == pytest.approx(sum(one.ms for one in wanted) / len(wanted), rel=0.08)
    assert sum(misses) / len(misses) == pytest.approx(
        sum(one.error for one in wanted) / len(wanted), abs=0.015
    )
