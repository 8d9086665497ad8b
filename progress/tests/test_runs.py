"""The chart of a run as it is drawn."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from progress.figures.run_chart import run_chart
from progress.keystrokes.replay import Event, replay
from progress.templatetags.runs import CHARACTER, ON_PHONES, bars_with_names, level_line, word_bars

TEXT = "Утром мы пошли на реку. Было ещё рано, над водой стоял туман, и лодки казались серыми пятнами."


def drawn(text: str, paces: list[int]):
    events = [Event(paces[place % len(paces)], unit) for place, unit in enumerate(text)]
    return run_chart(replay(text, events, "stop"), mean=200, record=None, unit="cpm")


@given(st.lists(st.integers(50, 900), min_size=5, max_size=30), st.sampled_from([1, ON_PHONES]))
def test_names_of_words_do_not_touch_and_the_slowest_has_one(paces, times):
    chart = drawn(TEXT * 2, paces)
    shown = bars_with_names(chart, times * CHARACTER)
    slowest = min(chart.bars, key=lambda bar: bar.word.cpm)
    assert slowest in shown
    places = [float(x) for x in re.findall(r'<text[^>]* x="([\d.]+)"', word_bars(chart, "cpm"))]
    assert all(0 <= x <= chart.frame.width for x in places)
    for one in shown:
        for other in shown:
            apart = abs((one.x + one.width / 2) - (other.x + other.width / 2))
            wide = (len(one.word.text) + len(other.word.text)) * times * CHARACTER / 2
            near_the_end = max(one.x, other.x) > chart.frame.width - 150 or min(one.x, other.x) < 150
            assert one is other or near_the_end or apart >= wide


@pytest.mark.parametrize("times", [1, ON_PHONES])
def test_a_real_text_has_names_of_words(times):
    chart = drawn(TEXT, [200])
    assert len(bars_with_names(chart, times * CHARACTER)) >= 8 / times


def test_the_grid_ends_where_the_curve_does():
    chart = drawn(TEXT, [200, 150, 300])
    left, right = re.findall(r'x[12]="(\d+)"', level_line(chart.frame, 10))
    start, *_, end = re.findall(r"([\d.]+) [\d.]+(?=C|$)", chart.speed)
    assert (float(start), float(end)) == (float(left), float(right)) == (chart.frame.left, chart.frame.right)
