from contextlib import suppress

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bench.storage import bytes_a_keystroke
from progress.keystrokes.logs import MAX_DT, MAX_HOLD
from progress.keystrokes.packing import UnreadableLog, pack, unpack
from progress.keystrokes.replay import BACKSPACE, DELETE_WORD, Event

modes = st.sampled_from(["stop", "free"])
letters = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=16)
keys = st.sampled_from([*"абё йи\u0306\u0301 \n", BACKSPACE, DELETE_WORD]) | letters
events_of = st.lists(
    st.builds(
        Event, st.integers(0, 400) | st.integers(0, MAX_DT), keys, st.none() | st.integers(0, MAX_HOLD)
    ),
    max_size=60,
)
texts = st.text("абёй \n", max_size=40) | st.text(max_size=40)


@given(text=texts, mode=modes, events=events_of)
@example(text="", mode="free", events=[])
@example(text="", mode="stop", events=[Event(5, "я", None), Event(0, BACKSPACE, 0)])
@example(text="аб", mode="free", events=[Event(3, "а", 70), Event(9, "\U0010ffff" * 16, None)])
def test_what_is_unpacked_is_what_was_packed(text, mode, events):
    assert unpack(text, pack(text, mode, events)) == (mode, tuple(events))


@given(text=texts, mode=modes, keys=st.integers(0, 40), data=st.data())
def test_right_keys_come_back(text, mode, keys, data):
    hold = data.draw(st.none() | st.integers(40, 200))
    events = [Event(data.draw(st.integers(50, 400)), unit, hold) for unit in text[:keys]]
    assert unpack(text, pack(text, mode, events)) == (mode, tuple(events))


@pytest.mark.parametrize("mode", ["stop", "free"])
@pytest.mark.parametrize(("holds", "promised"), [(True, 2.5), (False, 1.6)])
def test_human_logs_take_no_more_than_promised(mode, holds, promised):
    assert bytes_a_keystroke(mode, holds, logs=10) <= promised


@pytest.mark.parametrize("packed", [b"", b"\x00", b"\x02\x00\x00", b"\x01"])
def test_other_formats_are_refused(packed):
    with pytest.raises(UnreadableLog):
        unpack("абв", packed)


@given(text=texts, mode=modes, events=events_of, data=st.data())
def test_damage_is_refused_or_read_as_another_log_but_never_crashes(text, mode, events, data):
    packed = bytearray(pack(text, mode, events))
    at = data.draw(st.integers(0, len(packed) - 1))
    packed[at] ^= data.draw(st.integers(1, 255))
    damaged = bytes(packed[: data.draw(st.integers(0, len(packed)))])
    with suppress(UnreadableLog):
        unpack(text, damaged)


def test_another_text_is_refused_or_read_as_another_log():
    packed = pack("длинный текст", "stop", [Event(100, unit) for unit in "длинный текст"])
    with pytest.raises(UnreadableLog):
        unpack("нет", packed)
