"""Types in a real browser as a person does: key by key, unevenly, with mistakes."""

import random
import time
from collections.abc import Sequence

from playwright.sync_api import Page

from lessons import keyboards

SHIFT = 8
"""The modifier in the DevTools protocol."""


class Typist:
    """Presses the keys of one layout in one page; `pace_ms` is the usual time between two keys."""

    def __init__(self, page: Page, layout: str, *, pace_ms: float = 60, seed: int = 1) -> None:
        self.layout = keyboards.layout(layout)
        self.pace_ms = pace_ms
        self.hand = random.Random(seed)
        self.cdp = page.context.new_cdp_session(page)

    def type(self, text: str, *, mistakes: Sequence[int] = (), wrong: str = "") -> None:
        """Type a text; before each position in `mistakes` strike `wrong` first."""
        for position, character in enumerate(text):
            if position in mistakes:
                self.strike(wrong)
            self.strike(character)

    def strike(self, character: str) -> None:
        """Press and release the keys that type one character; a line break is Enter."""
        *shifts, code = self.keys_for(character)
        base, text = ("Enter", "\r") if character == "\n" else (character, character)
        key = {"code": code, "key": base, "windowsVirtualKeyCode": _virtual_key(code)}
        for shift in shifts:
            self._shift("rawKeyDown", shift)
        held = {"modifiers": SHIFT} if shifts else {}
        self.cdp.send("Input.dispatchKeyEvent", {"type": "keyDown", "text": text, **key, **held})
        time.sleep(self.pace_ms / 1000 * self.hand.uniform(0.2, 0.5))
        self.cdp.send("Input.dispatchKeyEvent", {"type": "keyUp", **key, **held})
        for shift in shifts:
            self._shift("keyUp", shift)
        time.sleep(self.pace_ms / 1000 * self.hand.uniform(0.3, 0.9))

    def keys_for(self, character: str) -> list[str]:
        """The codes of the keys that type a character, Shift first."""
        if character == "\n":
            return ["Enter"]
        found = self.layout.key_for(character)
        assert found, f"{self.layout.code} has no key for {character!r}"
        key, shifted = found
        return [self.layout.shift_for(key).code, key.code] if shifted else [key.code]

    def _shift(self, what: str, code: str) -> None:
        held = SHIFT if what == "rawKeyDown" else 0
        key = {"code": code, "key": "Shift", "windowsVirtualKeyCode": 16, "modifiers": held}
        self.cdp.send("Input.dispatchKeyEvent", {"type": what, **key})


def _virtual_key(code: str) -> int:
    special = {"Enter": 13, "Space": 32, "Semicolon": 186, "Quote": 222, "Comma": 188, "Period": 190}
    return special.get(code) or ord(code[-1])
