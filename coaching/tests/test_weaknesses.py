from coaching.weaknesses import key_figures, weak_keys
from progress.keystrokes.logs import whole_milliseconds
from progress.keystrokes.replay import Event, replay

TEXT = "ао" * 12


def typed(steps: list[tuple[float, str]], text: str = TEXT):
    times = whole_milliseconds([dt for dt, _ in steps])
    return replay(text, [Event(dt, key) for dt, (_, key) in zip(times, steps, strict=True)], "stop")


def run(slow: str = "", wrong: tuple[int, ...] = (), text: str = TEXT):
    steps = []
    for position, letter in enumerate(text):
        if position in wrong:
            steps.append((200, "ж"))
        steps.append((500 if letter in slow else 200, letter))
    return typed(steps, text)


def test_a_clean_quick_run_has_no_weak_key():
    assert weak_keys(run()) == []


def test_a_slow_key_is_weak():
    (key,) = weak_keys(run(slow="о"))
    assert (key.character, key.latency_ms, key.slow, key.misses) == ("о", 500, True, False)


def test_a_missed_key_is_weak_and_comes_first():
    keys = weak_keys(run(slow="о", wrong=(0, 2)))
    assert [key.character for key in keys] == ["а", "о"]
    assert keys[0].error_rate == 100 * 2 / 12


def test_fifteen_percent_is_not_yet_weak():
    text = "а" * 20 + "о" * 20
    assert weak_keys(run(wrong=(1, 2, 3), text=text)) == []
    assert [key.character for key in weak_keys(run(wrong=(1, 2, 3, 4), text=text))] == ["а"]


def test_nine_hits_say_nothing():
    text = "ао" * 9
    assert weak_keys(run(slow="ао", text=text)) == []


def test_two_wrong_keys_at_one_place_are_one_miss():
    steps = [(200, letter) for letter in TEXT]
    steps[4:4] = [(200, "ж"), (200, "ж")]
    assert key_figures(typed(steps))["а"].error_rate == 100 / 12


def test_the_key_after_a_mistake_and_pauses_are_not_timed():
    steps = [(200, letter) for letter in TEXT]
    steps[4:4] = [(200, "ж")]
    steps[5] = (1900, "а")
    steps[9] = (5000, steps[9][1])
    assert key_figures(typed(steps))["а"].latency_ms == key_figures(typed(steps))["о"].latency_ms == 200


def test_spaces_and_line_breaks_are_no_keys_to_drill():
    text = "а о\n" * 12
    assert set(key_figures(run(slow=" \n", text=text))) == {"а", "о"}


def test_at_most_five():
    text = "авлопр" * 12
    assert len(weak_keys(run(slow="авлопр", text=text))) == 5
