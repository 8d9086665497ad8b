"""The fake's own page `/`: what it holds, and buttons for what only a fake can do."""

from typing import TYPE_CHECKING, Any

from tests.fakes.stripe.pages.html import Page, frame

if TYPE_CHECKING:
    from tests.fakes.stripe.core import FakeStripe

Thing = dict[str, Any]


def show(fake: "FakeStripe") -> Page:
    return frame("A fake Stripe", "", narrow=False)
