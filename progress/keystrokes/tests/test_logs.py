import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from progress.keystrokes.logs import (
    MAX_BYTES,
    MAX_EVENTS,
    Fault,
    InvalidLog,
    Log,
    LogTooLarge,
    events_of,
    parse_log,
)
from progress.keystrokes.replay import Event

LOG = {
    "v": 1,
    "ticket": "abc:DEF-1_2",
    "started_at": 1_750_000_000_000,
    "mode": "stop",
    "events": [[0, "а", 80.5], [120.4, "\b", None], [99, "\u0017", 0], [50, "\n", 60000], [10, "йо", 12.25]],
    "client": {"layout": "ru-jcuken", "input": "ime", "untrusted": True},
}


def written(**changes) -> str:
    return json.dumps(LOG | changes)


def fault(raw) -> tuple[str, str]:
    with pytest.raises(InvalidLog) as caught:
        parse_log(raw)
    return caught.value.code, caught.value.where


@pytest.mark.parametrize("raw", [written(), written().encode(), json.dumps(LOG, ensure_ascii=False).encode()])
def test_a_good_log_is_read(raw):
    assert parse_log(raw) == Log(
        v=1,
        ticket="abc:DEF-1_2",
        started_at_ms=1_750_000_000_000,
        mode="stop",
        events=(
            Event(0, "а", 81),
            Event(120, "\b", None),
            Event(99, "\x17", 0),
            Event(50, "\n", 60000),
            Event(10, "йо", 12),
        ),
        client_input="ime",
        client_untrusted=True,
    )


def test_the_client_may_say_nothing_of_itself():
    log = parse_log(json.dumps({key: value for key, value in LOG.items() if key != "client"}))
    assert (log.client_input, log.client_untrusted) == ("keyboard", False)


def test_unknown_keys_and_values_of_the_client_are_no_fault():
    log = parse_log(written(client={"layout": "Ж" * 40, "input": "mind", "os": [1]}, colour="red"))
    assert log.client_input == "keyboard"


@pytest.mark.parametrize("first", [-5, 0, 1e300, 5_000_000, 0.5])
def test_the_first_event_comes_at_0(first):
    assert [event.dt for event in parse_log(written(events=[[first, "a", None], [7, "b", None]])).events] == [
        0,
        7,
    ]


def test_rounding_does_not_drift():
    log = parse_log(written(events=[[0, "a", None]] + [[100.4, "a", None]] * 1000))
    assert sum(event.dt for event in log.events) == 100_400
    assert {event.dt for event in log.events[1:]} == {100, 101}


DAY = 86_400_000


@pytest.mark.parametrize(
    ("told", "kept"),
    [
        ("3600001", 3_600_001),
        ("-0.0", 0),
        ("-0.1", 0),
        ("-3600000", -3_600_000),
        ("1e300", DAY),
        ("-1e300", -DAY),
        ("1e999", DAY),
        ("9" * 4000, DAY),
        ("0.1e-300", 0),
    ],
)
def test_no_interval_is_refused(told, kept):
    log = parse_log(written(events=[[0, "a", None], [555, "b", None]]).replace("555", told))
    assert log.events[1].dt == kept


@pytest.mark.parametrize(
    ("told", "kept"), [("-1", 0), ("60001", 60_000), ("1e999", 60_000), ("9" * 4000, 60_000)]
)
def test_no_hold_is_refused(told, kept):
    assert parse_log(written(events=[[0, "a", 555]]).replace("555", told)).events[0].hold == kept


@pytest.mark.parametrize(
    ("told", "kept"),
    [
        (0, 0),
        (-1, 0),
        (315_532_800_000, 315_532_800_000),
        (10**30, 4_102_444_800_000),
        (1.5, 1),
        (-0.0, 0),
        (1e308, 4_102_444_800_000),
    ],
)
def test_no_clock_is_refused(told, kept):
    assert parse_log(written(started_at=told)).started_at_ms == kept


def test_as_many_events_as_fit_into_a_log():
    events = [[9, "\b", None]] * 60_000
    body = json.dumps(LOG | {"events": events}, separators=(",", ":"))
    assert len(parse_log(body).events) == 60_000
    with pytest.raises(InvalidLog):
        events_of([[0, "a", 9]] * (MAX_EVENTS + 1))


def test_whole_times_stay_as_they_are():
    times = [0, 3_600_000, 0, 1, 250, 99]
    log = parse_log(written(events=[[dt, "a", None] for dt in times]))
    assert [event.dt for event in log.events] == times


@pytest.mark.parametrize(
    "text", ["а", "\n", "\b", "\x17", "😀", "a" * 16, "😀" * 16, "\u0306", "\u00a0", "а\nб", "\u200b"]
)
def test_texts_that_may_be_typed(text):
    assert parse_log(written(events=[[0, text, None]])).events[0].text == text


@pytest.mark.parametrize(
    "raw", [b"x" * (MAX_BYTES + 1), "x" * (MAX_BYTES + 1), "я" * (MAX_BYTES // 2 + 1), b"[" * 2_000_000]
)
def test_more_than_a_megabyte_is_too_large(raw):
    with pytest.raises(LogTooLarge):
        parse_log(raw)


def test_a_megabyte_is_not_too_large():
    body = written()
    assert parse_log(body + " " * (MAX_BYTES - len(body))).v == 1


BAD = [
    (b"", "json", ""),
    ("", "json", ""),
    (b"\xff\xfe", "encoding", ""),
    (b"\xef\xbb\xbf{}", "json", ""),
    ("\ud800", "encoding", ""),
    (written() + "x", "json", ""),
    ("{", "json", ""),
    ("]" * 100 + "[" * 110, "json", ""),
    ("[" * 100_000, "depth", ""),
    ('{"a":' * 100_000, "depth", ""),
    ("[" * 100_000 + "]" * 100_000, "depth", ""),
    (written(extra=json.loads("[" * 16 + "]" * 16)), "depth", ""),
    ('"' + '\\"' * 400_000, "json", ""),
    ("9" * 5000, "json", ""),
    ("NaN", "json", "NaN"),
    (written().replace("120.4", "NaN"), "json", "NaN"),
    (written().replace("120.4", "-Infinity"), "json", "-Infinity"),
    (written().replace("120.4", "9" * 5000), "json", ""),
    (written().replace('"v": 1', '"v": 1, "v": 1'), "duplicate", ""),
    (written().replace('"layout"', '"input"'), "duplicate", ""),
    (written(extra="\0"), "encoding", ""),
    (written(extra={"\ud800": 1}), "encoding", ""),
    (written(ticket="a\0b"), "encoding", ""),
    (written(events=[[0, "\ud800", None]]), "encoding", ""),
    (written(events=[[0, "\udc00\ud800", None]]), "encoding", ""),
    ("[]", "type", ""),
    ("null", "type", ""),
    ('"v"', "type", ""),
    ("{}", "missing", "v"),
    (written(v=True), "type", "v"),
    (written(v=1.0), "type", "v"),
    (written(v="1"), "type", "v"),
    (written(v=2), "version", "v"),
    (written(ticket=5), "type", "ticket"),
    (written(ticket=""), "ticket", "ticket"),
    (written(ticket="билет"), "ticket", "ticket"),
    (written(ticket="a" * 16385), "ticket", "ticket"),
    (written(started_at=None), "type", "started_at"),
    (written(mode="test"), "mode", "mode"),
    (written(mode=["stop"]), "type", "mode"),
    (written(events={}), "type", "events"),
    (written(events=[]), "events", "events"),
    (written(events=["abc"]), "type", "events[0]"),
    (written(events=[[0, "a"]]), "type", "events[0]"),
    (written(events=[[0, "a", None, 1]]), "type", "events[0]"),
    (written(events=[[0, "a", None], [True, "a", None]]), "type", "events[1].dt"),
    (written(events=[["0", "a", None]]), "type", "events[0].dt"),
    (written(events=[[None, "a", None]]), "type", "events[0].dt"),
    (written(events=[[0, 5, None]]), "type", "events[0].text"),
    (written(events=[[0, "", None]]), "text", "events[0].text"),
    (written(events=[[0, "a" * 17, None]]), "text", "events[0].text"),
    (written(events=[[0, "\t", None]]), "text", "events[0].text"),
    (written(events=[[0, "\r", None]]), "text", "events[0].text"),
    (written(events=[[0, "\x7f", None]]), "text", "events[0].text"),
    (written(events=[[0, "\x85", None]]), "text", "events[0].text"),
    (written(events=[[0, "a\b", None]]), "text", "events[0].text"),
    (written(events=[[0, "\b\b", None]]), "text", "events[0].text"),
    (written(events=[[0, "\x17a", None]]), "text", "events[0].text"),
    (written(events=[[0, "a", "80"]]), "type", "events[0].hold"),
    (written(events=[[0, "a", False]]), "type", "events[0].hold"),
    (written(client=[]), "type", "client"),
    (written(client=None), "type", "client"),
    (written(client={"input": 5}), "type", "client.input"),
    (written(client={"input": None}), "type", "client.input"),
    (written(client={"untrusted": 1}), "type", "client.untrusted"),
]


@pytest.mark.parametrize(
    ("raw", "code", "where"), BAD, ids=[f"{code}-{i}" for i, (_, code, _) in enumerate(BAD)]
)
def test_a_bad_log_says_what_is_wrong_and_where(raw, code, where):
    assert fault(raw) == (code, where)


@pytest.mark.parametrize("key", ["v", "ticket", "started_at", "mode", "events"])
def test_a_missing_key(key):
    assert fault(json.dumps({name: value for name, value in LOG.items() if name != key})) == ("missing", key)


def test_every_fault_is_met_by_a_test():
    assert {code for _, code, _ in BAD} == set(Fault) - {Fault.TOO_LARGE}


def test_brackets_in_strings_are_not_depth():
    assert parse_log(written(extra='["[[[[[[[[[[[[[[[[[[[[[[[[\\"{{{{{{{{{{{{{{{{{{{{{')).v == 1


junk = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(), max_size=8),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(max_size=4), inner, max_size=5),
    max_leaves=6,
)


def parses_or_is_refused(raw):
    try:
        log = parse_log(raw)
    except InvalidLog as error:
        assert error.code in set(Fault)
        return
    assert parse_log(json.dumps(LOG | {"events": [list(event) for event in log.events]})).events == log.events
    for event in log.events:
        assert type(event.dt) is int
        assert event.text.encode()
        assert not re.search("[\0\r\t]", event.text)


@given(raw=st.binary(max_size=300) | st.text(st.characters(), max_size=300))
def test_random_bytes_and_texts(raw):
    parses_or_is_refused(raw)


@given(document=junk)
def test_random_json(document):
    parses_or_is_refused(json.dumps(document))


@given(key=st.sampled_from([*LOG, "extra"]), value=junk)
def test_a_good_log_with_one_member_replaced(key, value):
    parses_or_is_refused(written(**{key: value}))


@given(
    entries=st.lists(
        st.lists(junk, max_size=4) | st.tuples(st.floats() | st.integers(), st.text(), junk), max_size=6
    )
)
def test_a_good_log_with_random_events(entries):
    parses_or_is_refused(written(events=LOG["events"] + entries))


@given(data=st.data())
def test_a_good_log_with_bytes_replaced(data):
    raw = bytearray(written().encode())
    for _ in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, len(raw)))
        raw[start : start + data.draw(st.integers(0, 5))] = data.draw(st.binary(max_size=5))
    parses_or_is_refused(bytes(raw))
