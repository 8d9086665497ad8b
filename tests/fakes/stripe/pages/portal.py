"""The customer portal: the plan, cancelling and resuming, the card, invoices, and the way back."""

from typing import Any

from tests.fakes.stripe import changes, checkout, payments, portal, subscriptions
from tests.fakes.stripe.errors import StripeError, invalid
from tests.fakes.stripe.ledger import Ledger
from tests.fakes.stripe.pages.checkout import WORDS as CHECKOUT_WORDS
from tests.fakes.stripe.pages.checkout import bank, typed_card
from tests.fakes.stripe.pages.html import (
    Asked,
    Page,
    button,
    card_fields,
    date,
    e,
    frame,
    language,
    money,
    table,
)

Thing = dict[str, Any]
WORDS = {
    "en": {
        "title": "Billing",
        "unknown": "This page has expired. Please return to the shop and open it again.",
        "plan": "Current plan",
        "none": "No current subscription.",
        "renews": "Renews on {date}.",
        "ends": "Your plan ends on {date}.",
        "trial": "Free until {date}.",
        "past_due": "The last payment failed.",
        "cancel": "Cancel plan",
        "sure": "The plan stays until {date}, then it ends.",
        "now": "The plan ends at once.",
        "resume": "Don't cancel plan",
        "card": "Payment method",
        "no_card": "No card is saved.",
        "new_card": "Use this card from now on",
        "invoices": "Invoices",
        "back": "Return to the shop",
        "change": "Update plan",
        "confirm": "Confirm",
        "due": "Due today",
        "credit": "Credit for later invoices",
    },
    "ru": {
        "title": "Платежи",
        "unknown": "Срок этой страницы истёк. Вернитесь на сайт и откройте её снова.",
        "plan": "Подписка",
        "none": "Сейчас подписки нет.",
        "renews": "Продлится {date}.",
        "ends": "Подписка закончится {date}.",
        "trial": "Бесплатно до {date}.",
        "past_due": "Последний платёж не прошёл.",
        "cancel": "Отменить подписку",
        "sure": "Подписка действует до {date}, потом закончится.",
        "now": "Подписка закончится сразу.",
        "resume": "Не отменять подписку",
        "card": "Способ оплаты",
        "no_card": "Карта не сохранена.",
        "new_card": "Платить этой картой",
        "invoices": "Счета",
        "back": "Вернуться на сайт",
        "change": "Сменить план",
        "confirm": "Подтвердить",
        "due": "К оплате сегодня",
        "credit": "Зачтётся в следующих счетах",
    },
}


def show(ledger: Ledger, asked: Asked, secret: str) -> Page:
    session = portal.by_secret(ledger, secret)
    lang = language(asked, session and session["locale"])
    if session is None:
        return frame(WORDS[lang]["title"], f"<p>{WORDS[lang]['unknown']}</p>", lang, status=404)
    if session["flow"] and not session.get("_done"):
        return _flow(ledger, session, lang)
    return _home(ledger, session, lang)


def act(ledger: Ledger, asked: Asked, secret: str, action: str) -> Page:
    """A form of the portal: cancel, resume, card or plan. A plan is first shown, then confirmed."""
    session = portal.by_secret(ledger, secret)
    lang = language(asked, session and session["locale"])
    if session is None:
        return frame(WORDS[lang]["title"], f"<p>{WORDS[lang]['unknown']}</p>", lang, status=404)
    try:
        if action == "card":
            answered = _card(ledger, session, asked, lang)
        else:
            answered = _subscription_form(ledger, session, asked, action, lang)
    except (StripeError, ValueError) as error:
        said = error.message if isinstance(error, StripeError) else CHECKOUT_WORDS[lang]["bad_date"]
        return _home(ledger, session, lang, said)
    return answered or _after(session)


def _subscription_form(ledger: Ledger, session: Thing, asked: Asked, action: str, lang: str) -> Page | None:
    found = [
        s for s in portal.live_subscriptions(ledger, session) if s["id"] == asked.form.get("subscription")
    ]
    if not found:
        raise invalid("There is no such subscription.")
    if action == "cancel" and "sure" not in asked.form:
        return _ask_to_cancel(ledger, session, found[0], lang)
    if action == "cancel":
        portal.cancel(ledger, session, found[0])
    elif action == "resume":
        portal.resume(ledger, found[0])
    elif action == "plan":
        items = [{"id": found[0]["items"]["data"][0]["id"], "price": asked.form.get("price", "")}]
        if "sure" not in asked.form:
            return _ask_to_change(ledger, session, found[0], items, lang)
        portal.change_plan(ledger, session, found[0], items)
    else:
        raise invalid("The portal cannot do that.")
    return None


def _card(ledger: Ledger, session: Thing, asked: Asked, lang: str) -> Page | None:
    if asked.form.get("authentication") == "fail":
        return _home(ledger, session, lang, CHECKOUT_WORDS[lang]["refused"])
    try:
        present = asked.form.get("authentication") == "complete"
        portal.change_card(ledger, session, typed_card(asked), present=present)
    except checkout.NeedsConfirmation:
        return bank(_address(session, "card"), lang, asked)
    return None


def _after(session: Thing) -> Page:
    """Where a finished flow, or a form of the home page, leads."""
    flow, first = session["flow"], not session.get("_done")
    session["_done"] = True
    if flow and first and flow["after_completion"]["type"] == "redirect":
        return Page(status=303, location=flow["after_completion"]["redirect"]["return_url"])
    return Page(status=303, location=f"/p/session/{session['_secret']}")


def _address(session: Thing, action: str) -> str:
    return f"/p/session/{session['_secret']}/{action}"


def _flow(ledger: Ledger, session: Thing, lang: str) -> Page:
    flow = session["flow"]
    if flow["type"] == "payment_method_update":
        return frame(WORDS[lang]["card"], _card_form(session, lang) + _back(session, lang), lang)
    wanted = flow[flow["type"]]
    subscription = ledger.get("subscription", wanted["subscription"])
    if flow["type"] == "subscription_cancel":
        return _ask_to_cancel(ledger, session, subscription, lang)
    if flow["type"] == "subscription_update":
        plans = _plans(ledger, session, subscription, lang)
        return frame(WORDS[lang]["change"], plans + _back(session, lang), lang)
    return _ask_to_change(ledger, session, subscription, wanted["items"], lang)


def _ask_to_cancel(ledger: Ledger, session: Thing, subscription: Thing, lang: str) -> Page:
    words = WORDS[lang]
    configuration = ledger.get("billing_portal.configuration", session["configuration"])
    at_once = configuration["features"]["subscription_cancel"]["mode"] == "immediately"
    until = date(subscriptions.period(subscription)[1], lang)
    said = words["now"] if at_once else words["sure"].format(date=until)
    form = button(_address(session, "cancel"), words["cancel"], subscription=subscription["id"], sure=1)
    return frame(words["cancel"], f"<p>{said}</p>{form}{_back(session, lang)}", lang)


def _ask_to_change(
    ledger: Ledger, session: Thing, subscription: Thing, items: list[Thing], lang: str
) -> Page:
    words = WORDS[lang]
    configuration = ledger.get("billing_portal.configuration", session["configuration"])
    behavior = configuration["features"]["subscription_update"]["proration_behavior"]
    planned = changes.plan(ledger, subscription, items, behavior=behavior)
    draft = changes.preview(ledger, subscription, planned, behavior)
    rows = [
        [e(line["description"]), money(line["amount"], line["currency"], lang)]
        for line in draft["lines"]["data"]
    ]
    total = f'<p class="total">{words["due"]}: {money(draft["amount_due"], draft["currency"], lang)}</p>'
    if draft["total"] < 0:
        total += f"<p>{words['credit']}: {money(-draft['total'], draft['currency'], lang)}</p>"
    fields = {"subscription": subscription["id"], "price": items[0].get("price"), "sure": 1}
    form = button(_address(session, "plan"), words["confirm"], **fields)
    return frame(words["change"], table([], rows) + total + form + _back(session, lang), lang)


def _plans(ledger: Ledger, session: Thing, subscription: Thing, lang: str) -> str:
    item = subscription["items"]["data"][0]
    others = [price for price in portal.offers(ledger, session) if price["id"] != item["price"]["id"]]
    rows = [
        [e(_plan(ledger, price, lang)), button(_address(session, "plan"), WORDS[lang]["change"],
                                               subscription=subscription["id"], price=price["id"])]
        for price in others
    ]  # fmt: skip
    return table([], rows) if rows else ""


def _plan(ledger: Ledger, price: Thing, lang: str) -> str:
    name = ledger.get("product", price["product"])["name"]
    return (
        f"{name}: {money(price['unit_amount'], price['currency'], lang)} / {price['recurring']['interval']}"
    )


def _home(ledger: Ledger, session: Thing, lang: str, error: str = "") -> Page:
    words = WORDS[lang]
    parts = [f'<p class="error" role="alert">{e(error)}</p>' if error else "", f"<h2>{words['plan']}</h2>"]
    live = portal.live_subscriptions(ledger, session)
    parts += [_subscription(ledger, session, one, lang) for one in live] or [f"<p>{words['none']}</p>"]
    customer = ledger.get("customer", session["customer"])
    method = payments.method_for(ledger, customer, *(one["default_payment_method"] for one in live))
    card = (
        f"<p>{e(method['card']['brand'])} •••• {method['card']['last4']}</p>"
        if method
        else f"<p>{words['no_card']}</p>"
    )
    parts += [f"<h2>{words['card']}</h2>{card}", _card_form(session, lang), f"<h2>{words['invoices']}</h2>"]
    rows = [
        [
            date(invoice["created"], lang),
            money(invoice["total"], invoice["currency"], lang),
            e(invoice["status"]),
            f'<a href="{e(invoice["hosted_invoice_url"])}">{e(invoice["number"])}</a>'
            f' <a href="{e(invoice["invoice_pdf"])}">PDF</a>',
        ]
        for invoice in reversed(ledger.of("invoice"))
        if invoice["customer"] == customer["id"] and invoice["number"]
    ]
    parts += [table([], rows), _back(session, lang)]
    return frame(words["title"], "".join(parts), lang)


def _subscription(ledger: Ledger, session: Thing, subscription: Thing, lang: str) -> str:
    words = WORDS[lang]
    end = date(subscriptions.period(subscription)[1], lang)
    said = {"trialing": words["trial"], "past_due": words["past_due"]}.get(
        subscription["status"], words["renews"]
    )
    said = said.format(date=end)
    actions = button(_address(session, "cancel"), words["cancel"], subscription=subscription["id"])
    if subscription["cancel_at"] is not None:
        said = words["ends"].format(date=date(subscription["cancel_at"], lang))
        actions = button(_address(session, "resume"), words["resume"], subscription=subscription["id"])
    name = e(_plan(ledger, subscription["items"]["data"][0]["price"], lang))
    return f"<p><b>{name}</b><br>{said}</p>{actions}{_plans(ledger, session, subscription, lang)}"


def _card_form(session: Thing, lang: str) -> str:
    return (
        f'<form method="post" action="{_address(session, "card")}">{card_fields(lang)}'
        f"<button>{WORDS[lang]['new_card']}</button></form>"
    )


def _back(session: Thing, lang: str) -> str:
    if not session["return_url"]:
        return ""
    return f'<p><a id="return" href="{e(session["return_url"])}">{WORDS[lang]["back"]}</a></p>'
