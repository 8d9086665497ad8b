from hypothesis import given
from hypothesis import strategies as st

from progress.figures.run_chart import FRAME, LEVELS, run_chart, words_of
from progress.keystrokes.replay import BACKSPACE, DELETE_WORD, Event, replay

TEXT = "каждое лето эти дети\nиграли во дворе"


def typed(dts: list[int], text: str = TEXT):
    return replay(text, [Event(dt, unit) for dt, unit in zip(dts, text, strict=True)], "stop")


@given(
    st.lists(st.integers(0, 3000), min_size=len(TEXT), max_size=len(TEXT)), st.sampled_from(["cpm", "wpm"])
)
def test_all_of_a_run_is_within_the_chart(dts, unit):
    played = typed(dts)
    chart = run_chart(played, mean=200, record=250, unit=unit)
    if chart is None:
        assert played.duration == 0
        return
    assert [bar.word.text for bar in chart.bars] == TEXT.split()
    assert all(bar.x >= FRAME.left and bar.x + bar.width <= FRAME.right + 1 for bar in chart.bars)
    heights = [chart.mean, chart.record, *(bar.y for bar in chart.bars), *(y for _, y in chart.ticks)]
    assert all(FRAME.top - 0.1 <= height <= FRAME.bottom + 0.1 for height in heights)
    assert all(bar.word.start <= bar.word.end for bar in chart.bars)


@given(st.lists(st.integers(1, 3000), min_size=len(TEXT), max_size=len(TEXT)))
def test_slower_words_have_no_lower_level(dts):
    words = sorted((word for word in words_of(typed(dts)) if word.cpm), key=lambda word: word.cpm)
    levels = [word.level for word in words]
    assert levels == sorted(levels, reverse=True) and set(levels) <= set(range(LEVELS + 1))


def at_paces(paces: list[int]):
    """Words of three letters, each letter of a word in its pace, the slower the later."""
    text = " ".join(["три"] * len(paces))
    return words_of(typed([pace for pace in paces for _ in range(4)][:-1], text))


def test_half_of_the_words_is_plain_and_a_tenth_stands_out():
    levels = [word.level for word in at_paces(list(range(100, 1100, 50)))]
    assert levels == [0] * 10 + [1] * 5 + [2] * 3 + [3] * 2
    assert [word.level for word in at_paces([100, 110, 120, 500])] == [0, 0, 1, 3]
    assert {word.level for word in at_paces([100] * 12)} == {0}


def test_a_word_takes_from_the_space_before_it_to_its_last_character():
    first, second = words_of(typed([0, 100, 100, 200, 300], "аб вг"))
    assert (first.start, first.end, first.cpm) == (0, 100, 600)
    assert (second.start, second.end, second.cpm) == (200, 700, 240)


def test_what_was_typed_again_takes_the_time_of_all_tries():
    keys = [(0, "а"), (100, "х"), (100, BACKSPACE), (100, "б"), (100, " "), (100, DELETE_WORD)]
    keys += [(100, "а"), (100, "б"), (100, " "), (100, "в")]
    words = words_of(replay("аб в", [Event(dt, key) for dt, key in keys], "free"))
    assert [(word.text, word.start, word.end) for word in words] == [("аб", 0, 700), ("в", 800, 900)]


def test_mistakes_are_marked_in_their_time():
    played = replay("аб", [Event(0, "а"), Event(500, "х"), Event(500, "б")], "stop")
    chart = run_chart(played, mean=60, record=None, unit="cpm")
    assert chart and chart.record is None
    assert chart.mistakes == [(FRAME.left + FRAME.right) / 2]


def test_the_last_word_may_be_cut_by_the_time():
    played = replay(
        "аб вг", [Event(0, "а"), Event(100, "б"), Event(100, " "), Event(100, "в")], "free", 60_000
    )
    assert [word.text for word in words_of(played)] == ["аб", "в"]
