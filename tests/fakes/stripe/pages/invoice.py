"""The page of an invoice, where an open one can be paid; its PDF; and a receipt."""

from typing import Any

from tests.fakes.stripe import cards, checkout, payments, subscriptions
from tests.fakes.stripe.errors import StripeError, declined, missing
from tests.fakes.stripe.ledger import Ledger
from tests.fakes.stripe.pages.checkout import WORDS as CHECKOUT_WORDS
from tests.fakes.stripe.pages.checkout import bank, typed_card
from tests.fakes.stripe.pages.html import Asked, Page, card_fields, date, e, frame, language, money, table

Thing = dict[str, Any]
WORDS = {
    "en": {"invoice": "Invoice", "total": "Total", "due": "Amount due", "pay": "Pay", "status": "Status"},
    "ru": {"invoice": "Счёт", "total": "Итого", "due": "К оплате", "pay": "Оплатить", "status": "Состояние"},
}


def _find(ledger: Ledger, word: str) -> Thing:
    for invoice in ledger.of("invoice"):
        if (invoice["hosted_invoice_url"] or "").endswith(f"/i/{word}"):
            return invoice
    raise missing("invoice", word)


def show(ledger: Ledger, asked: Asked, word: str) -> Page:
    invoice, lang = _find(ledger, word), language(asked, None)
    if asked.method == "GET" or invoice["status"] != "open":
        return _page(invoice, lang)
    if asked.form.get("authentication") == "fail":
        return _page(invoice, lang, CHECKOUT_WORDS[lang]["refused"])
    try:
        _pay(ledger, invoice, typed_card(asked), asked.form.get("authentication") == "complete")
    except checkout.NeedsConfirmation:
        return bank(asked.path, lang, asked)
    except ValueError:
        return _page(invoice, lang, CHECKOUT_WORDS[lang]["bad_date"])
    except StripeError as error:
        return _page(invoice, lang, error.message)
    return Page(status=303, location=asked.path)


def _pay(ledger: Ledger, invoice: Thing, card: checkout.Card, present: bool) -> None:
    customer = ledger.get("customer", invoice["customer"])
    method = payments.new_method(ledger, card.number, card.month, card.year, {"name": card.name})
    if cards.kind_of(method).asks != "never" and not present:
        raise checkout.NeedsConfirmation
    payments.attach(ledger, method, customer, present)
    if reason := subscriptions.collect(ledger, invoice, method["id"], present=present):
        raise declined(reason)


def _page(invoice: Thing, lang: str, error: str = "") -> Page:
    words, currency = WORDS[lang], invoice["currency"]
    rows = [
        [e(line["description"]), money(line["amount"], currency, lang)] for line in invoice["lines"]["data"]
    ]
    parts = [
        f'<p class="error" role="alert">{e(error)}</p>' if error else "",
        f"<p>{words['status']}: <b>{e(invoice['status'])}</b>, {date(invoice['created'], lang)}</p>",
        table([], rows),
        f"<p>{words['total']}: {money(invoice['total'], currency, lang)}</p>",
        f'<p class="total">{words["due"]}: {money(invoice["amount_remaining"], currency, lang)}</p>',
        f'<p><a href="{e(invoice["invoice_pdf"])}">PDF</a></p>',
    ]
    if invoice["status"] == "open":
        parts.append(f'<form method="post">{card_fields(lang)}<button>{words["pay"]}</button></form>')
    return frame(f"{words['invoice']} {invoice['number']}", "".join(parts), lang)


def pdf(ledger: Ledger, asked: Asked, word: str) -> Page:
    invoice = _find(ledger, word)
    lines = [f"Invoice {invoice['number']}", date(invoice["created"]), ""]
    for line in invoice["lines"]["data"]:
        lines.append(f"{line['description']}: {invoice['currency'].upper()} {line['amount'] / 100:.2f}")
    lines += [
        "",
        f"Total: {invoice['currency'].upper()} {invoice['total'] / 100:.2f}",
        f"Status: {invoice['status']}",
    ]
    return Page(draw_pdf(lines), type="application/pdf")


def receipt(ledger: Ledger, asked: Asked, charge_id: str) -> Page:
    charge = ledger.get("charge", charge_id)
    sum_ = money(charge["amount_captured"], charge["currency"])
    returned = money(charge["amount_refunded"], charge["currency"])
    return frame("Receipt", f"<p>Paid {sum_} on {date(charge['created'])}. Refunded: {returned}.</p>")


def draw_pdf(lines: list[str]) -> bytes:
    """One page of Latin text (a form of ISO 32000-1), other signs as question marks."""
    shown = [line.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)") for line in lines]
    text = "BT /F1 12 Tf 50 780 Td 18 TL\n" + "\n".join(f"({line}) Tj T*" for line in shown) + "\nET"
    stream = text.encode("cp1252", "replace")
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R "
        b"/Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n" % len(stream) + stream + b"\nendstream",
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]
    out, places = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n" % number + content + b"\nendobj\n"
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    return out + b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)
