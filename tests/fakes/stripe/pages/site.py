"""Which page answers which address."""

import re
from typing import TYPE_CHECKING

from tests.fakes.stripe.errors import StripeError
from tests.fakes.stripe.pages import checkout, home, invoice, portal
from tests.fakes.stripe.pages.html import Asked, Page, e, frame

if TYPE_CHECKING:
    from tests.fakes.stripe.core import FakeStripe

PAGES = (
    (r"/c/pay/(\w+)", checkout.show),
    (r"/confirm/(\w+)", checkout.confirm),
    (r"/p/session/(\w+)", portal.show),
    (r"/p/session/(\w+)/(\w+)", portal.act),
    (r"/i/(\w+)", invoice.show),
    (r"/i/(\w+)/pdf", invoice.pdf),
    (r"/receipts/(\w+)", invoice.receipt),
)


def answer(fake: "FakeStripe", asked: Asked) -> Page:
    if asked.method not in ("GET", "POST"):
        return frame("405", "<p>Pages are read and posted to.</p>", status=405)
    if asked.path == "/":
        return home.show(fake, asked)
    with fake.ledger.lock:
        for pattern, page in PAGES:
            if match := re.fullmatch(pattern, asked.path):
                fake.catch_up()
                try:
                    return page(fake.ledger, asked, *match.groups())
                except StripeError as error:
                    return frame(
                        str(error.status), f'<p class="error">{e(error.message)}</p>', status=error.status
                    )
                finally:
                    if asked.method == "POST":
                        fake.ledger.save()
    return frame("404", "<p>There is no such page.</p>", status=404)
