"""Types in a real browser as a person does: key by key, unevenly, with mistakes."""

import random
import time
from collections.abc import Sequence

from playwright.sync_api import Page

from lessons import keyboards


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
        """Press and release the key that types one character; a line break is Enter."""
        if character == "\n":
            code, base, text = "Enter", "Enter", "\r"
        else:
            found = self.layout.key_for(character)
            assert found, f"{self.layout.code} has no key for {character!r}"
            code, base, text = found[0].code, character, character
        key = {"code": code, "key": base, "windowsVirtualKeyCode": _virtual_key(code)}
        self.cdp.send("Input.dispatchKeyEvent", {"type": "keyDown", "text": text, **key})
        time.sleep(self.pace_ms / 1000 * self.hand.uniform(0.2, 0.5))
        self.cdp.send("Input.dispatchKeyEvent", {"type": "keyUp", **key})
        time.sleep(self.pace_ms / 1000 * self.hand.uniform(0.3, 0.9))


def _virtual_key(code: str) -> int:
    special = {"Enter": 13, "Space": 32, "Semicolon": 186, "Quote": 222, "Comma": 188, "Period": 190}
    return special.get(code) or ord(code[-1])
