"""`bench.coach` on a small simulation keeps its promises, and reads what people export."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from bench import coach
from bench.histories import simulated
from bench.typists import Typist
from lessons.fresh import fresh_text
from progress.keystrokes.replay import Event, replay
from progress.keystrokes.tallies import tally

MODELS = ["ours", "global_mean", "last_session", "ema_0.1", "naive_rule"]


@pytest.fixture(scope="module")
def rows():
    kinds = ["exact", "sloppy", "plateau", "one-handed"]
    marks = coach.measure(simulated(25, [1], kinds))
    return {name: found.as_row(name) for name, found in marks.items()}


def test_the_promises_hold_on_a_small_simulation(rows):
    assert list(rows) == MODELS
    assert coach.promises(rows) == []
    assert rows["ours"]["captured_top5"] == max(row["captured_top5"] for row in rows.values())


def test_a_missed_promise_is_told(rows):
    worse = rows | {"ours": rows["ours"] | {"mae_ms": rows["last_session"]["mae_ms"], "coverage80": 0.9}}
    assert len(coach.promises(worse)) == 2


def logs(sessions=6):
    """Sessions with their keystrokes, as the API shows them."""
    typist = Typist("exact", 3, "ru")
    for day in range(sessions):
        text = fresh_text("ru", "easy", length=150, seed=day)
        moment = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(days=day)
        yield {
            "startedAt": moment.isoformat(),
            "layout": "ru-jcuken",
            "mode": "stop",
            "text": text,
            "events": [list(event) for event in typist.type(text)],
        }


def tallies(session):
    return tally(replay(session["text"], [Event(*event) for event in session["events"]], "stop"))


def by_key(session):
    """The same session as sums by key."""
    counted = tallies(session)
    keys = {
        character: {
            "tries": tries.count,
            "missed": tries.missed,
            "timed": counted.keys[character].count if character in counted.keys else 0,
            "ms": counted.keys[character].mean if character in counted.keys else None,
        }
        for character, tries in counted.tries.items()
    }
    return {"startedAt": session["startedAt"], "layout": "ru-jcuken", "keys": keys}


def by_keybr(session):
    """The same session as keybr.com tells it."""
    counted = tallies(session)
    return {
        "layout": "ru-ru",
        "textType": "generated",
        "timeStamp": session["startedAt"].replace("+00:00", ".000Z"),
        "length": len(session["text"]),
        "time": 60_000,
        "errors": 0,
        "speed": 150.5,
        "histogram": [
            {
                "codePoint": ord(character),
                "hitCount": tries.count,
                "missCount": tries.missed,
                "timeToType": round(counted.keys[character].mean) if character in counted.keys else 0,
            }
            for character, tries in counted.tries.items()
        ],
    }


def run(tmp_path, capsys, document):
    path = tmp_path / "export.json"
    path.write_text(document if isinstance(document, str) else json.dumps(document), "utf-8")
    code = coach.main([str(path), "--json"])
    shown = capsys.readouterr()
    return code, [json.loads(line) for line in shown.out.splitlines()], shown.err


def test_keystrokes_and_their_sums_come_to_the_same(tmp_path, capsys):
    sessions = list(logs())
    code, whole, _ = run(tmp_path, capsys, {"sessions": sessions})
    assert code == 0 and [row["model"] for row in whole] == MODELS
    assert set(whole[0]) == {"model", "mae_ms", "log_loss", "coverage80", "captured_top5", "n"}
    _, sums, _ = run(tmp_path, capsys, [by_key(session) for session in sessions])
    for one, other in zip(whole, sums, strict=True):
        assert one["n"] == other["n"]
        assert one["mae_ms"] == pytest.approx(other["mae_ms"], rel=0.02)


def test_a_keybr_export_is_read_whatever_is_broken_in_it(tmp_path, capsys):
    sessions = [by_keybr(session) for session in reversed(list(logs()))]
    code, rows, _ = run(tmp_path, capsys, sessions)
    assert code == 0 and rows[0]["n"] > 50 and rows[0]["mae_ms"] < rows[2]["mae_ms"]
    broken = [
        None,
        [],
        {},
        {"histogram": None},
        {"layout": 5, "timeStamp": "never", "histogram": [None, {}, {"codePoint": -1, "hitCount": 3}]},
        {"layout": "ru-ru", "timeStamp": 10**30, "histogram": [{"codePoint": 7, "hitCount": 9}]},
        {
            "layout": "xx-none",
            "timeStamp": "2026-01-01T00:00:00Z",
            "histogram": [{"codePoint": 97, "hitCount": 1e9, "missCount": 1e12, "timeToType": 1e300}],
        },
    ]
    assert run(tmp_path, capsys, [*broken, *sessions])[:2] == (code, rows)


def test_a_layout_nobody_knows_and_a_key_a_session_are_no_hindrance(tmp_path, capsys):
    sessions = [
        {"layout": "xx-none", "keys": {"q": {"tries": 5 + n, "missed": n % 2, "ms": 300 + n}}}
        for n in range(9)
    ]
    code, rows, _ = run(tmp_path, capsys, sessions)
    assert code == 0 and rows[0]["n"] == 8


@pytest.mark.parametrize(
    "document", ["", "{", "[]", "{}", "null", "[" * 100_000, "[1, 2]", '{"sessions": 3}', '[{"text": "a"}]']
)
def test_what_holds_no_history_is_refused_with_a_sentence(document, tmp_path, capsys):
    code, rows, said = run(tmp_path, capsys, document)
    assert (code, rows) == (2, []) and "export.json" in said


def test_a_missing_file_is_refused(tmp_path, capsys):
    assert coach.main([str(tmp_path / "none.json")]) == 2
    assert "none.json: can't be read" in capsys.readouterr().err
