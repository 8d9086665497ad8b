"""The page of a Checkout session: what is bought, a code, a card; and the page of a bank that asks its customer."""

from typing import Any

from tests.fakes.stripe import checkout, invoices, payments, subscriptions
from tests.fakes.stripe.errors import StripeError
from tests.fakes.stripe.ledger import Ledger
from tests.fakes.stripe.pages.html import Asked, Page, card_fields, date, e, frame, language, money

Thing = dict[str, Any]
WORDS = {
    "en": {
        "title": "Pay",
        "subscribe": "Subscribe",
        "total": "Total due today",
        "discount": "Discount",
        "code": "Promotion code",
        "apply": "Apply",
        "email": "Email",
        "back": "Cancel and go back",
        "paid": "This session has already been paid.",
        "expired": "This session has expired. Nothing was charged.",
        "unknown": "There is no such session.",
        "free": "Nothing is charged until {date}.",
        "bank": "Your bank asks you to confirm this payment",
        "yes": "Complete authentication",
        "no": "Fail authentication",
        "refused": "We are unable to authenticate your payment method. Please choose another one and try again.",
        "bad_date": "Your card's expiration date is incomplete.",
        "done": "Confirmed. You may close this page.",
        "saved": "Pay with the saved card",
    },
    "ru": {
        "title": "Оплата",
        "subscribe": "Подписаться",
        "total": "К оплате сегодня",
        "discount": "Скидка",
        "code": "Промокод",
        "apply": "Применить",
        "email": "Электронная почта",
        "back": "Отменить и вернуться",
        "paid": "Эта покупка уже оплачена.",
        "expired": "Срок этой страницы оплаты истёк. Деньги не списаны.",
        "unknown": "Такой страницы оплаты нет.",
        "free": "До {date} ничего не списывается.",
        "bank": "Банк просит подтвердить этот платёж",
        "yes": "Подтвердить",
        "no": "Отказать",
        "refused": "Не удалось подтвердить платёж. Выберите другую карту и попробуйте снова.",
        "bad_date": "Срок действия карты указан не полностью.",
        "done": "Подтверждено. Страницу можно закрыть.",
        "saved": "Оплатить сохранённой картой",
    },
}


def show(ledger: Ledger, asked: Asked, id_: str) -> Page:
    session = ledger.find("checkout.session", id_)
    lang = language(asked, session and session["locale"])
    words = WORDS[lang]
    if session is None:
        return frame(words["title"], f"<p>{words['unknown']}</p>", lang, status=404)
    if session["status"] != "open":
        said = words["paid" if session["status"] == "complete" else "expired"]
        return frame(words["title"], f'<p class="note">{said}</p>{_back(session, words)}', lang)
    if asked.method == "GET":
        return _page(ledger, session, lang)
    if "code" in asked.form:
        return _enter_code(ledger, session, lang, asked.form["code"])
    return _pay(ledger, session, lang, asked)


def _enter_code(ledger: Ledger, session: Thing, lang: str, code: str) -> Page:
    if not session["allow_promotion_codes"]:
        return _page(ledger, session, lang)
    try:
        checkout.enter_code(ledger, session, code)
    except StripeError as error:
        return _page(ledger, session, lang, error.message)
    return Page(status=303, location=f"/c/pay/{session['id']}")


def _pay(ledger: Ledger, session: Thing, lang: str, asked: Asked) -> Page:
    if asked.form.get("authentication") == "fail":
        return _page(ledger, session, lang, WORDS[lang]["refused"])
    present = asked.form.get("authentication") == "complete"
    try:
        card = None if "saved" in asked.form or not asked.form.get("cardNumber") else typed_card(asked)
        checkout.complete(ledger, session, card, present=present)
    except ValueError:
        return _page(ledger, session, lang, WORDS[lang]["bad_date"])
    except StripeError as error:
        return _page(ledger, session, lang, error.message)
    except checkout.NeedsConfirmation:
        return bank(f"/c/pay/{session['id']}", lang, asked)
    return Page(status=303, location=checkout.return_url(session))


def typed_card(asked: Asked) -> checkout.Card:
    """Raises ValueError for an expiry that is none."""
    month, _, year = asked.form.get("cardExpiry", "").partition("/")
    return checkout.Card(
        asked.form.get("cardNumber", ""),
        int(month),
        int(year),
        asked.form.get("email") or None,
        asked.form.get("billingName") or None,
    )


def bank(action: str, lang: str, asked: Asked) -> Page:
    """Asks the card's owner, and posts again what was typed with what she said."""
    words = WORDS[lang]
    hidden = "".join(
        f'<input type="hidden" name="{e(name)}" value="{e(value)}">'
        for name, value in asked.form.items()
        if name != "authentication"
    )
    buttons = "".join(
        f'<button name="authentication" value="{value}">{words[word]}</button>'
        for value, word in (("complete", "yes"), ("fail", "no"))
    )
    return frame(
        "3D Secure",
        f'<p>{words["bank"]}</p><form method="post" action="{e(action)}">{hidden}{buttons}</form>',
        lang,
    )


def _page(ledger: Ledger, session: Thing, lang: str, error: str = "") -> Page:
    words, currency = WORDS[lang], session["currency"]
    rows = "".join(
        f"<tr><td>{e(_what(line))}</td><td>{money(line['amount_subtotal'], currency, lang)}</td></tr>"
        for line in session["_lines"]
    )
    if off := session["total_details"]["amount_discount"]:
        rows += f"<tr><td>{words['discount']}</td><td>{money(-off, currency, lang)}</td></tr>"
    total = money(session["amount_total"], currency, lang)
    parts = [
        f'<p class="error" role="alert">{e(error)}</p>' if error else "",
        f"<table>{rows}</table>",
        f'<p class="total">{words["total"]}: <b id="total">{total}</b></p>',
    ]
    if session["mode"] == "subscription" and (until := checkout.trial_end(ledger, session)):
        parts.append(f'<p class="note">{words["free"].format(date=date(until, lang))}</p>')
    action = f'<form method="post" action="/c/pay/{session["id"]}">'
    if session["allow_promotion_codes"]:
        parts.append(
            f'{action}<label for="code">{words["code"]}</label><input id="code" name="code">'
            f"<button>{words['apply']}</button></form>"
        )
    email = ""
    if session["customer"] is None:
        given = e(session["customer_email"])
        email = (
            f'<label for="email">{words["email"]}</label>'
            f'<input id="email" name="email" type="email" value="{given}" required>'
        )
    label = words["subscribe"] if session["mode"] == "subscription" else f"{words['title']} {total}"
    parts.append(f'{action}{email}{card_fields(lang)}<button id="submit">{label}</button></form>')
    customer = ledger.find("customer", session["customer"])
    if customer and (saved := payments.method_for(ledger, customer)):
        last4 = saved["card"]["last4"]
        parts.append(
            f'{action}<input type="hidden" name="saved" value="1"><button>{words["saved"]} •••• {last4}</button></form>'
        )
    parts.append(_back(session, words))
    return frame(words["title"], "".join(parts), lang)


def _what(line: Thing) -> str:
    recurring = line["price"]["recurring"]
    name = line["description"] + (f" ({line['price']['nickname']})" if line["price"]["nickname"] else "")
    return f"{line['quantity']} × {name}" + (f" / {recurring['interval']}" if recurring else "")


def _back(session: Thing, words: dict[str, str]) -> str:
    if not session["cancel_url"]:
        return ""
    return f'<p><a id="cancel" href="{e(session["cancel_url"])}">{words["back"]}</a></p>'


def confirm(ledger: Ledger, asked: Asked, secret: str) -> Page:
    """Where the owner of a card confirms an intent that waits for her."""
    lang = language(asked, None)
    intent = payments.by_secret(ledger, secret)
    answer = asked.form.get("authentication")
    if intent["status"] != "requires_action":
        return frame("3D Secure", f"<p>{WORDS[lang]['done']}</p>", lang)
    if asked.method == "GET" or answer is None:
        return bank(f"/confirm/{secret}", lang, asked)
    if answer == "fail":
        intent.update(status="requires_payment_method", next_action=None)
        return frame("3D Secure", f"<p>{WORDS[lang]['refused']}</p>", lang)
    method = ledger.get("payment_method", intent["payment_method"])
    if intent["object"] == "setup_intent":
        payments.setup(ledger, intent, method, present=True)
    else:
        reason = payments.confirm(ledger, intent, method, present=True)
        if invoice := invoices.of_intent(ledger, intent):
            invoices.record_attempt(ledger, invoice, reason)
            subscriptions.follow(ledger, invoice)
    return frame("3D Secure", f"<p>{WORDS[lang]['done']}</p>", lang)
