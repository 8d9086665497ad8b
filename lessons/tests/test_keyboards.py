import pytest

from lessons.keyboards import UnknownLayout, layout, layouts

CYRILLIC = "абвгдеёжзийклмнопрстуфхцчшщъыьэюя"
LATIN = "abcdefghijklmnopqrstuvwxyz"
ALPHABETS = {
    "ru": CYRILLIC,
    "en": LATIN,
    "fr": LATIN + "éèçàù",  # the rest of French is typed with dead keys
    "de": LATIN + "äöüß",
    "uk": "абвгґдеєжзиіїйклмнопрстуфхцчшщьюя'",
    "be": "абвгдеёжзійклмнопрстуўфхцчшыьэюя'",
    "kk": CYRILLIC.replace("ё", "") + "әіңғүұқөһ",  # ё of Russian words is beyond Shift
}
FINGERS = {"little", "ring", "middle", "left-index", "right-index", "thumb"}
ONE_HANDED = {"en-dvorak-left": "left", "en-dvorak-right": "right"}
LETTERS = {f"Key{letter}" for letter in LATIN.upper()}
DIGITS = {f"Digit{digit}" for digit in "0123456789"}
SIGNS = {
    "Backquote", "Minus", "Equal", "BracketLeft", "BracketRight", "Backslash", "Semicolon", "Quote", "Comma",
    "Period", "Slash",
}  # fmt: skip
OTHERS = {"Backspace", "Tab", "CapsLock", "Enter", "ShiftLeft", "ShiftRight", "Space"}
ANSI = LETTERS | DIGITS | SIGNS | OTHERS
ISO = ANSI | {"IntlBackslash"}
COLUMNS = {
    "little": "Digit1 KeyQ KeyA KeyZ Digit0 KeyP Semicolon Slash",
    "ring": "Digit2 KeyW KeyS KeyX Digit9 KeyO KeyL Period",
    "middle": "Digit3 KeyE KeyD KeyC Digit8 KeyI KeyK Comma",
    "left-index": "Digit4 KeyR KeyF KeyV Digit5 KeyT KeyG KeyB",
    "right-index": "Digit6 KeyY KeyH KeyN Digit7 KeyU KeyJ KeyM",
}
LEFT_HAND = {f"Digit{digit}" for digit in "12345"} | {f"Key{letter}" for letter in "QWERTASDFGZXCVB"}


def keys(code, keyboard=""):
    return [key for row in layout(code).drawn(keyboard) for key in row]


def types(code, keyboard=""):
    """What each key types: {event code: base and shift}."""
    return {key.code: key.base + key.shift for key in keys(code, keyboard)}


def test_layouts_are_listed_by_code():
    assert layouts() == (
        "be-jcuken",
        "de-qwertz",
        "en-colemak",
        "en-colemak-dh",
        "en-dvorak",
        "en-dvorak-left",
        "en-dvorak-right",
        "en-qwerty",
        "en-qwerty-uk",
        "fr-azerty",
        "kk-jcuken",
        "ru-jcuken",
        "ru-jcuken-mac",
        "uk-jcuken",
    )


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
@pytest.mark.parametrize(("keyboard", "codes"), [("ansi", ANSI), ("iso", ISO)])
def test_every_key_of_the_keyboard_is_there_once(code, keyboard, codes):
    drawn = [key.code for key in keys(code, keyboard)]
    assert len(drawn) == len(codes) and set(drawn) == codes
    assert all(len(key.base) <= 1 and len(key.shift) <= 1 for key in keys(code, keyboard))


@pytest.mark.parametrize("code", layouts())
def test_a_layout_draws_every_letter_of_its_language_capital_over_small(code):
    described = layout(code)
    assert set(ALPHABETS[described.language]) <= {key.base for key in keys(code)}
    for key in keys(code):
        if key.base.isalpha() and key.shift.isalpha():
            assert key.shift == key.base.upper(), key.code
    without_capital = {key.base for key in keys(code) if key.base.isalpha() and not key.shift.isalpha()}
    assert without_capital == {"fr": set("éèçàù"), "de": {"ß"}}.get(described.language, set())


@pytest.mark.parametrize("code", sorted(set(layouts()) - {"en-colemak-dh", *ONE_HANDED}))
def test_each_column_has_its_finger_and_each_half_its_hand(code):
    fingers = {key.code: key.finger for key in keys(code, "iso")}
    assert set(fingers.values()) == FINGERS
    for finger, column in COLUMNS.items():
        assert {fingers[key] for key in column.split()} == {finger}
    assert {fingers[key] for key in (SIGNS | OTHERS | {"IntlBackslash"}) - {"Comma", "Period", "Space"}} == {
        "little"
    }
    by_left = {key.code for key in keys(code, "iso") if key.hand == "left"}
    assert by_left == {*LEFT_HAND, "Backquote", "Tab", "CapsLock", "ShiftLeft", "IntlBackslash"}


def test_colemak_dh_shifts_the_lower_left_row_by_a_finger():
    fingers = {key.code: key.finger for key in keys("en-colemak-dh")}
    usual = {key.code: key.finger for key in keys("en-colemak")}
    other = {code: finger for code, finger in fingers.items() if finger != usual[code]}
    assert other == {"KeyZ": "ring", "KeyX": "middle", "KeyC": "left-index"}


@pytest.mark.parametrize(("code", "hand"), ONE_HANDED.items())
def test_a_one_handed_layout_is_all_of_one_hand(code, hand):
    assert layout(code).hand == hand
    assert {key.hand for key in keys(code, "iso")} == {hand} == set(layout(code).hands.values())
    assert {key.finger for key in keys(code, "iso")} == {"little", "ring", "middle", f"{hand}-index", "thumb"}
    home = {char: layout(code).key_for(char)[0].finger for char in "ehtd"}
    assert home == {"e": f"{hand}-index", "h": "middle", "t": "ring", "d": "little"}
    assert layout(code).shift_for(layout(code).key_for("a")[0]).code == f"Shift{hand.capitalize()}"


@pytest.mark.parametrize("code", layouts())
@pytest.mark.parametrize("keyboard", ["ansi", "iso", "split"])
def test_the_bumps_are_where_the_index_fingers_rest(code, keyboard):
    assert [key.code for key in keys(code, keyboard) if key.bump] == ["KeyF", "KeyJ"]


@pytest.mark.parametrize("code", layouts())
def test_every_full_row_is_fifteen_keys_wide(code):
    def widths(keyboard):
        return [sum(key.gap + key.width for key in row) for row in layout(code).drawn(keyboard)]

    assert widths("ansi") == [15, 15, 15, 15, 10.75]  # the space bar in the middle
    assert widths("iso") == [15, 15, 13.75, 15, 10.75]  # the tall Enter reaches into the third row
    assert widths("split") == [width + 2 for width in widths(layout(code).geometry)[:-1]] + [12]


@pytest.mark.parametrize("code", layouts())
def test_a_split_keyboard_has_the_same_keys_in_two_halves(code):
    split = layout(code).drawn("split")
    assert [key.code for row in split[:-1] for key in row] == [
        key.code for row in layout(code).rows[:-1] for key in row
    ]
    assert [[key.code for key in row if key.gap] for row in split[:-1]] == [
        ["Digit6"],
        ["KeyY"],
        ["KeyH"],
        ["KeyN"],
    ]
    assert [key.code for key in split[-1]] == ["Space", "Space"]


def test_the_keyboard_is_the_usual_one_unless_chosen():
    assert layout("en-dvorak").drawn() == layout("en-dvorak").drawn("ansi")
    assert layout("fr-azerty").drawn("round") == layout("fr-azerty").drawn("iso") == layout("fr-azerty").rows
    assert {code for code in layouts() if layout(code).geometry == "iso"} == {
        "de-qwertz",
        "en-qwerty-uk",
        "fr-azerty",
        "uk-jcuken",
    }


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("ru-jcuken-mac", {"Backslash": "ёЁ", "Digit4": "4%", "Digit6": "6,", "Digit7": "7.", "Slash": "/?"}),
        ("uk-jcuken", {"IntlBackslash": "ґҐ", "KeyS": "іІ", "Quote": "єЄ", "Backquote": "'₴"}),
        ("be-jcuken", {"KeyB": "іІ", "KeyO": "ўЎ", "BracketRight": "''", "Backquote": "ёЁ"}),
        ("kk-jcuken", {"Digit2": "әӘ", "Equal": "һҺ", "Digit6": ",;", "Digit7": ".:", "Slash": "№?"}),
        (
            "en-qwerty-uk",
            {"Digit2": '2"', "Digit3": "3£", "Quote": "'@", "Backslash": "#~", "IntlBackslash": "\\|"},
        ),
        ("en-dvorak", {"KeyF": "uU", "KeyJ": "hH", "KeyQ": "'\"", "Minus": "[{", "Slash": "zZ"}),
        ("en-colemak", {"KeyF": "tT", "KeyJ": "nN", "Semicolon": "oO", "KeyP": ";:", "KeyT": "gG"}),
        ("en-colemak-dh", {"KeyB": "zZ", "KeyV": "vV", "KeyC": "dD", "KeyM": "hH", "KeyH": "mM"}),
        ("en-dvorak-left", {"KeyJ": "eE", "KeyF": "dD", "Digit9": "4$", "Equal": "1!", "Slash": "9("}),
        ("en-dvorak-right", {"KeyG": "eE", "KeyK": "dD", "Digit5": "jJ", "KeyQ": "5%", "KeyZ": "9("}),
        ("fr-azerty", {"KeyQ": "aA", "KeyA": "qQ", "Digit1": "&1", "Comma": ";.", "Semicolon": "mM"}),
        ("de-qwertz", {"KeyY": "zZ", "KeyZ": "yY", "Minus": "ß?", "Digit7": "7/", "Slash": "-_"}),
    ],
)
def test_where_a_layout_has_its_own(code, expected):
    typed = types(code, "iso" if "IntlBackslash" in expected else "")
    assert {key: typed[key] for key in expected} == expected


@pytest.mark.parametrize(("code", "dead"), [("fr-azerty", "^¨"), ("de-qwertz", "^´`")])
def test_a_dead_key_is_drawn_and_types_nothing(code, dead):
    assert not any(layout(code).types(char) for char in dead)
    assert "^" in {key.label for key in keys(code)}


def test_the_english_courses_letters_are_on_every_latin_layout():
    latin = [code for code in layouts() if layout(code).script == "Latin"]
    assert len(latin) == 9
    for code in latin:
        assert all(layout(code).types(char) for char in LATIN + LATIN.upper() + "0123456789 .,?!'\"-:;()"), (
            code
        )


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
        ("en-qwerty-uk", "|", "IntlBackslash", True, "little", "left"),
        ("en-colemak-dh", "z", "KeyB", False, "left-index", "left"),
        ("ru-jcuken-mac", "<", "IntlBackslash", True, "little", "left"),
        ("de-qwertz", "°", "Backquote", True, "little", "left"),
        ("en-dvorak-left", " ", "Space", False, "thumb", "left"),
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
