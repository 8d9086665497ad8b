"""The fake's own page `/`: what it holds, and buttons for what only a fake can do."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from tests.fakes.stripe.cards import CARDS
from tests.fakes.stripe.clock import DAY, HOUR, add
from tests.fakes.stripe.errors import StripeError
from tests.fakes.stripe.ledger import VERSION, Ledger
from tests.fakes.stripe.pages.html import Asked, Page, button, date, e, frame, money, table

if TYPE_CHECKING:
    from tests.fakes.stripe.core import FakeStripe

Thing = dict[str, Any]
SHOWN = 50
"""Of each kind, the newest."""
STEPS = {"hour": HOUR, "day": DAY, "week": 7 * DAY, "month": None, "year": None}


def show(fake: "FakeStripe", asked: Asked) -> Page:
    if asked.method == "GET":
        return _page(fake)
    try:
        act(fake, asked.form)
    except StripeError as error:
        return _page(fake, error.message)
    return Page(status=303, location="/")


def act(fake: "FakeStripe", form: Any) -> None:
    """What a button says: `do`, and of what."""
    do, of = form.get("do"), form.get("of", "")
    if do == "advance" and of in STEPS:
        step = STEPS[of]
        fake.advance(to=fake.now + step if step else add(fake.now, of, 1))
    elif do == "freeze":
        fake.freeze()
    elif do == "run":
        fake.run()
    elif do == "decline":
        fake.card_fails(of)
    elif do == "accept":
        fake.card_fails(of, None)
    elif do == "refund":
        fake.refund(of)
    elif do == "dispute":
        fake.dispute(of)
    elif do in ("won", "lost"):
        fake.close_dispute(of, do)
    elif do == "deliver":
        fake.deliver(of)
    elif do in ("automatic", "manual"):
        fake.webhooks.automatic = do == "automatic"


def _page(fake: "FakeStripe", error: str = "") -> Page:
    ledger = fake.ledger
    with ledger.lock:
        body = "".join(
            [
                f'<p class="error" role="alert">{e(error)}</p>' if error else "",
                f"<p>It answers at <code>{e(fake.url)}/v1/</code> as Stripe's API of version {VERSION} does, and sends "
                "signed webhooks. No money moves. <code>/_fake/</code> is its door for programs.</p>",
                _clock(fake),
                _customers(ledger),
                _subscriptions(ledger),
                _charges(ledger),
                _catalogue(ledger),
                _webhooks(fake),
                _cards(),
            ]
        )
    return frame("A fake Stripe", body, narrow=False)


def _do(do: str, label: str, of: str = "") -> str:
    return button("/", label, do=do, of=of)


def _clock(fake: "FakeStripe") -> str:
    now = datetime.fromtimestamp(fake.now, UTC).strftime("%d %b %Y, %H:%M:%S")
    frozen = fake.ledger.clock.frozen is not None
    steps = "".join(_do("advance", f"+ 1 {name}", name) for name in STEPS)
    other = _do("run", "Let it run") if frozen else _do("freeze", "Freeze")
    return f"<h2>Clock</h2><p><b>{now}</b> UTC{', frozen' if frozen else ''}</p>{steps}{other}"


def _newest(ledger: Ledger, kind: str) -> list[Thing]:
    return ledger.of(kind)[: -SHOWN - 1 : -1]


def _customers(ledger: Ledger) -> str:
    rows = [
        [
            e(one["id"]),
            e(one["email"]),
            money(one["balance"], one["currency"] or "eur"),
            _do("accept", "Let her cards pay", one["id"])
            if one.get("_decline")
            else _do("decline", "Make her cards fail", one["id"]),
        ]
        for one in _newest(ledger, "customer")
        if not one.get("deleted")
    ]
    return "<h2>Customers</h2>" + table(["", "Email", "Balance", ""], rows)


def _subscriptions(ledger: Ledger) -> str:
    rows = []
    for one in _newest(ledger, "subscription"):
        item = one["items"]["data"][0]
        price = item["price"]
        what = f"{money(price['unit_amount'], price['currency'])} / {price['recurring']['interval']}"
        until = f"{date(item['current_period_start'])} – {date(item['current_period_end'])}"
        ends = f"ends {date(one['cancel_at'])}" if one["cancel_at"] and not one["ended_at"] else ""
        rows.append([e(one["id"]), e(one["customer"]), f"<b>{e(one['status'])}</b>", what, until, ends])
    return "<h2>Subscriptions</h2>" + table(["", "Customer", "Status", "Price", "Period", ""], rows)


def _charges(ledger: Ledger) -> str:
    disputes = {one["charge"]: one for one in ledger.of("dispute")}
    rows = []
    for one in _newest(ledger, "charge"):
        buttons, dispute = "", disputes.get(one["id"])
        if dispute and dispute["status"] not in ("won", "lost"):
            buttons = _do("won", "Win the dispute", dispute["id"]) + _do("lost", "Lose it", dispute["id"])
        elif one["paid"] and not one["disputed"] and not one["refunded"]:
            buttons = _do("refund", "Refund", one["id"]) + _do("dispute", "Dispute", one["id"])
        said = (
            f"dispute: {dispute['status']}" if dispute else "refunded" if one["refunded"] else one["status"]
        )
        rows.append(
            [e(one["id"]), e(one["customer"]), money(one["amount"], one["currency"]), e(said), buttons]
        )
    return "<h2>Charges</h2>" + table(["", "Customer", "Amount", "Status", ""], rows)


def _catalogue(ledger: Ledger) -> str:
    rows = []
    for one in ledger.of("price"):
        name = ledger.get("product", one["product"])["name"]
        often = one["recurring"]["interval"] if one["recurring"] else "once"
        active = "" if one["active"] else "inactive"
        rows.append(
            [
                e(one["id"]),
                e(name),
                e(one["lookup_key"]),
                money(one["unit_amount"], one["currency"]),
                often,
                active,
            ]
        )
    codes = [
        [e(one["code"]), e(one["promotion"]["coupon"]), str(one["times_redeemed"])]
        for one in ledger.of("promotion_code")
    ]
    return (
        "<h2>Prices</h2>"
        + table(["", "Product", "Lookup key", "Amount", "Every", ""], rows)
        + "<h2>Promotion codes</h2>"
        + table(["Code", "Coupon", "Redeemed"], codes)
    )


def _webhooks(fake: "FakeStripe") -> str:
    ledger = fake.ledger
    endpoints = "".join(
        f"<li><code>{e(one['url'])}</code> ({e(one['status'])})</li>" for one in ledger.of("webhook_endpoint")
    )
    automatic = fake.webhooks.automatic
    mode = _do("manual", "Keep them back") if automatic else _do("automatic", "Send by themselves")
    rows = [
        [
            datetime.fromtimestamp(one["created"], UTC).strftime("%d %b %Y %H:%M:%S"),
            e(one["type"]),
            e(_short(one["data"]["object"].get("id"))),
            e(_answers(one["_deliveries"])),
            _do("deliver", "Send again", one["id"]),
        ]
        for one in _newest(ledger, "event")
    ]
    return (
        f"<h2>Events</h2><ul>{endpoints}</ul>"
        f"<p>Events are {'sent by themselves' if automatic else 'kept back'}. {mode}</p>"
        + table(["", "Event", "Of", "Answers", ""], rows)
    )


def _short(id_: str | None) -> str:
    return f"{id_[:30]}…" if id_ and len(id_) > 31 else id_ or ""


def _answers(deliveries: list[Thing]) -> str:
    """The last one, and after how many tries."""
    if not deliveries:
        return ""
    last = deliveries[-1]["status"] or "no answer"
    return f"{last} ({len(deliveries)} tries)" if len(deliveries) > 1 else str(last)


def _cards() -> str:
    rows = []
    for number, kind in CARDS.items():
        said = kind.charging or "pays"
        if kind.charging and not kind.saving:
            said = f"can be saved, then: {said}"
        if kind.asks != "never":
            said = f"its bank asks the owner {kind.asks}"
        rows.append([f"<code>{' '.join(number[i : i + 4] for i in range(0, 16, 4))}</code>", e(said)])
    return "<h2>Test cards</h2>" + table(["Number", "What it does"], rows)
