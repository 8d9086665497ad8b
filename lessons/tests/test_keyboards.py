import pytest

from lessons.keyboards import UnknownLayout, layout, layouts

CYRILLIC = "абвгдеёжзийклмнопрстуфхцчшщъыьэюя"
LATIN = "abcdefghijklmnopqrstuvwxyz"
FINGERS = {"little", "ring", "middle", "left-index", "right-index", "thumb"}


def keys(code):
    return [key for row in layout(code).rows for key in row]


def test_layouts_are_listed_by_code():
    assert layouts() == ("en-qwerty", "ru-jcuken")


def test_an_unknown_layout_is_refused():
    with pytest.raises(UnknownLayout):
        layout("../course")


@pytest.mark.parametrize(
    ("code", "characters"),
    [
        ("ru-jcuken", CYRILLIC + CYRILLIC.upper() + "0123456789" + '!"№;%:?*()_+-=\\/., '),
        ("en-qwerty", LATIN + LATIN.upper() + "0123456789" + "`~!@#$%^&*()-_=+[]{}\\|;:'\",.<>/? "),
    ],
)
def test_a_layout_types_exactly_its_characters(code, characters):
    typed = {char for key in keys(code) for char in key.base + key.shift}
    assert typed == set(characters)
    assert all(layout(code).types(char) for char in characters)


@pytest.mark.parametrize("code", layouts())
def test_every_key_is_named_once_and_has_a_finger_and_a_hand(code):
    all_keys = keys(code)
    codes = [key.code for key in all_keys]
    assert len(codes) == len(set(codes)) == 54
    assert {key.finger for key in all_keys} == FINGERS
    assert {key.hand for key in all_keys} == {"left", "right"}
    assert [key.code for key in all_keys if key.bump] == ["KeyF", "KeyJ"]
    assert all(len(key.base) == len(key.shift) == 1 for key in all_keys if key.base)


@pytest.mark.parametrize("code", layouts())
def test_every_full_row_is_fifteen_keys_wide(code):
    widths = [sum(key.width for key in row) for row in layout(code).rows]
    assert widths == [15, 15, 15, 15, 6.25]


@pytest.mark.parametrize(
    ("code", "char", "event_code", "shift", "finger", "hand"),
    [
        ("ru-jcuken", "а", "KeyF", False, "left-index", "left"),
        ("ru-jcuken", "О", "KeyJ", True, "right-index", "right"),
        ("ru-jcuken", "ё", "Backquote", False, "little", "left"),
        ("ru-jcuken", "и", "KeyB", False, "left-index", "left"),
        ("ru-jcuken", "т", "KeyN", False, "right-index", "right"),
        ("ru-jcuken", "э", "Quote", False, "little", "right"),
        ("ru-jcuken", ".", "Slash", False, "little", "right"),
        ("ru-jcuken", ",", "Slash", True, "little", "right"),
        ("ru-jcuken", "№", "Digit3", True, "middle", "left"),
        ("ru-jcuken", "/", "Backslash", True, "little", "right"),
        ("en-qwerty", "f", "KeyF", False, "left-index", "left"),
        ("en-qwerty", "?", "Slash", True, "little", "right"),
        ("en-qwerty", "^", "Digit6", True, "right-index", "right"),
        ("en-qwerty", "x", "KeyX", False, "ring", "left"),
        ("en-qwerty", " ", "Space", False, "thumb", "right"),
    ],
)
def test_key_for(code, char, event_code, shift, finger, hand):
    key, shifted = layout(code).key_for(char)
    assert (key.code, shifted, key.finger, key.hand) == (event_code, shift, finger, hand)


def test_what_a_layout_cannot_type():
    assert layout("ru-jcuken").key_for("—") is None
    assert not layout("en-qwerty").types("ё")
    assert layout("en-qwerty").key_for("") is None


def test_shift_is_held_by_the_other_hand():
    ru = layout("ru-jcuken")
    left, _ = ru.key_for("Ф")
    right, _ = ru.key_for("Ж")
    assert ru.shift_for(left).code == "ShiftRight"
    assert ru.shift_for(right).code == "ShiftLeft"


def test_hands_know_both_levels_and_leave_space_out():
    hands = layout("ru-jcuken").hands
    assert (hands["а"], hands["А"], hands["о"], hands["№"]) == ("left", "left", "right", "left")
    assert " " not in hands


def test_labels_are_what_is_drawn_on_the_key():
    labels = {key.code: key.label for key in keys("ru-jcuken")}
    assert (labels["KeyF"], labels["Backspace"], labels["Tab"], labels["Space"]) == ("а", "⌫", "Tab", "")
