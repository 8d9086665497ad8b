"""The fake Stripe's pages, clicked through as a browser without JavaScript would: forms, redirects, both languages."""

import re
import urllib.parse
import urllib.request
from dataclasses import dataclass
from html.parser import HTMLParser

import pypdf
import pytest
import stripe

from tests.fake_stripe.asking import START, customer, subscribe

DAY = 86_400
GOOD, BAD, LATER, ASKS = "4242 4242 4242 4242", "4000000000000002", "4000000000000341", "4000002500003155"


class Forms(HTMLParser):
    """The forms of a page: where they go, and what stands in their fields."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[tuple[str, dict[str, str]]] = []
        self.links: dict[str, str] = {}

    def handle_starttag(self, tag, attrs) -> None:
        given = dict(attrs)
        if tag == "form":
            self.forms.append((given.get("action", ""), {}))
        elif tag == "input" and given.get("name"):
            self.forms[-1][1][given["name"]] = given.get("value") or ""
        elif tag == "a" and given.get("id"):
            self.links[given["id"]] = given["href"]


@dataclass
class Page:
    url: str
    status: int
    location: str | None
    text: str

    def __contains__(self, said: str) -> bool:
        return said in self.text

    def send(self, field: str, **values: str) -> "Page":
        """Fills in the form that has `field`, and follows where it leads within the fake."""
        forms = Forms()
        forms.feed(self.text)
        action, fields = next(
            (form for form in forms.forms if field in form[1] or field in form[0]), ("", {})
        )
        assert action or fields, self.text
        data = urllib.parse.urlencode({**fields, **values}).encode()
        answer = visit(urllib.parse.urljoin(self.url, action), data)
        inside = answer.location and answer.location.startswith("/")
        return visit(urllib.parse.urljoin(self.url, answer.location)) if inside else answer

    def pay(self, card: str, **values: str) -> "Page":
        return self.send("cardNumber", cardNumber=card, **values)


class Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: object) -> None:
        return None


def visit(url: str, data: bytes | None = None, language: str = "en") -> Page:
    request = urllib.request.Request(url, data, {"Accept-Language": language})
    try:
        answer = urllib.request.build_opener(Stay).open(request)
    except urllib.error.HTTPError as error:
        answer = error
    with answer:
        content = answer.read().decode("utf-8", "replace")
        return Page(url, answer.status, answer.headers.get("Location"), content)


def offer(client, *prices, mode="subscription", **given):
    lines = [{"price": price, "quantity": 1} for price in prices or ("price_monthly",)]
    params = {"mode": mode, "line_items": lines, "success_url": "http://shop/done?s={CHECKOUT_SESSION_ID}",
              "cancel_url": "http://shop/no", **given}  # fmt: skip
    return client.v1.checkout.sessions.create(params)


def again(client, session, *expand: str):
    return client.v1.checkout.sessions.retrieve(session.id, {"expand": list(expand)})


class TestCheckout:
    def test_a_subscription_is_bought(self, fake, client):
        her = customer(client, None)
        session = offer(client, customer=her.id, client_reference_id="7", metadata={"a": "b"},
                        subscription_data={"metadata": {"plan": "monthly"}})  # fmt: skip
        assert (session.status, session.amount_total, session.expires_at) == ("open", 499, START + DAY)
        page = visit(session.url)
        assert "€4.99" in page
        done = page.pay(GOOD)
        assert done.location == f"http://shop/done?s={session.id}"
        paid = again(
            client, session, "subscription.default_payment_method", "line_items.data.discounts", "invoice"
        )
        assert (paid.status, paid.payment_status, paid.url) == ("complete", "paid", None)
        assert (paid.subscription.status, paid.subscription.customer) == ("active", her.id)
        assert paid.subscription.metadata.to_dict() == {"plan": "monthly"}
        assert paid.subscription.default_payment_method.card.last4 == "4242"
        assert (paid.line_items.data[0].amount_total, paid.invoice.amount_paid) == (499, 499)
        told = fake.events()[-1]
        assert (told["type"], told["data"]["object"]["client_reference_id"]) == (
            "checkout.session.completed",
            "7",
        )

    def test_paid_twice_in_two_tabs_is_paid_once(self, fake, client):
        session = offer(client)
        tabs = [visit(session.url), visit(session.url)]
        tabs[0].pay(GOOD, email="a@example.com")
        assert "already been paid" in tabs[1].pay(GOOD, email="a@example.com")
        assert "already been paid" in visit(f"{fake.url}/c/pay/{session.id}")
        assert len(fake.objects("subscription")) == len(fake.objects("customer")) == 1

    @pytest.mark.parametrize(
        ("card", "said"),
        [
            (BAD, "Your card was declined."),
            (LATER, "Your card was declined."),
            ("4000000000009995", "insufficient funds"),
            ("4242424242424241", "card number is incorrect"),
            ("", "card number is incomplete"),
        ],
    )
    def test_a_card_that_does_not_pay(self, fake, client, card, said):
        session = offer(client)
        assert said in visit(session.url).pay(card)
        assert (again(client, session).status, fake.objects("subscription")) == ("open", [])
        assert visit(session.url).pay(GOOD).status == 303

    def test_a_card_that_is_over(self, client):
        session = offer(client)
        assert "expiration year is invalid" in visit(session.url).pay(GOOD, cardExpiry="12 / 25")
        assert "date is incomplete" in visit(session.url).pay(GOOD, cardExpiry="soon")

    def test_a_bank_that_asks(self, fake, client):
        session = offer(client)
        asked = visit(session.url).pay(ASKS)
        assert "Your bank asks" in asked
        assert "unable to authenticate" in asked.send("cardNumber", authentication="fail")
        assert fake.objects("subscription") == []
        assert asked.send("cardNumber", authentication="complete").status == 303
        fake.advance(days=32)
        assert fake.objects("subscription")[0]["status"] == "active"
        assert len(fake.objects("charge")) == 2

    def test_a_trial_takes_nothing_and_the_card_fails_later(self, fake, client):
        session = offer(client, subscription_data={"trial_period_days": 7})
        page = visit(session.url)
        assert "€0.00" in page and "until 08 Mar 2026" in page
        page.pay(LATER)
        assert again(client, session).payment_status == "no_payment_required"
        fake.advance(days=7, seconds=3600)
        assert fake.objects("subscription")[0]["status"] == "past_due"

    def test_a_promotion_code(self, fake, client):
        session = offer(client, allow_promotion_codes=True)
        page = visit(session.url)
        assert "No such promotion_code" in page.send("code", code="NONSENSE")
        page = page.send("code", code=" welcome20 ")
        assert "-€1.00" in page and "€3.99" in page
        assert "€4.99" in page.send("code", code="")
        page.send("code", code="WELCOME20").pay(GOOD)
        paid = again(client, session)
        assert (paid.amount_total, paid.total_details.amount_discount) == (399, 100)
        assert fake.objects("charge")[0]["amount"] == 399
        assert fake.object("promotion_code", "promo_welcome")["times_redeemed"] == 1

    def test_a_discount_that_was_given(self, client):
        session = offer(client, discounts=[{"promotion_code": "promo_welcome"}])
        page = visit(session.url)
        assert "€3.99" in page and 'name="code"' not in page
        with pytest.raises(stripe.InvalidRequestError, match="only specify one"):
            offer(client, discounts=[{"coupon": "welcome"}], allow_promotion_codes=True)

    def test_bought_once(self, fake, client):
        her = customer(client, None)
        session = offer(client, "price_lifetime", mode="payment", customer=her.id, invoice_creation={"enabled": True},
                        payment_intent_data={"metadata": {"what": "lifetime"}})  # fmt: skip
        assert session.payment_intent is None
        visit(session.url).pay(GOOD)
        paid = again(client, session, "payment_intent", "invoice")
        assert (paid.payment_intent.status, paid.payment_intent.metadata["what"]) == ("succeeded", "lifetime")
        assert (paid.invoice.status, paid.invoice.amount_paid, paid.subscription) == ("paid", 9999, None)

    def test_for_nothing_without_a_customer(self, fake, client):
        client.v1.coupons.create({"id": "all", "percent_off": 100, "duration": "once"})
        session = offer(client, "price_gift_year", mode="payment", discounts=[{"coupon": "all"}])
        visit(session.url).pay("")
        paid = again(client, session)
        assert (paid.payment_status, paid.customer, fake.objects("charge")) == (
            "no_payment_required",
            None,
            [],
        )

    def test_a_saved_card(self, fake, client):
        session = offer(client, customer=customer(client).id)
        assert visit(session.url).send("saved").status == 303
        assert fake.objects("subscription")[0]["status"] == "active"

    def test_it_expires(self, fake, client):
        session, other = offer(client), offer(client, expires_at=START + 1800)
        client.v1.checkout.sessions.expire(session.id)
        assert "has expired" in visit(session.url)
        with pytest.raises(stripe.InvalidRequestError, match="can be expired"):
            client.v1.checkout.sessions.expire(session.id)
        page = visit(other.url)
        fake.advance(1800)
        assert "has expired" in page.pay(GOOD)
        assert [event["type"] for event in fake.events()] == ["checkout.session.expired"] * 2
        assert "no such session" in visit(f"{fake.url}/c/pay/cs_test_none")

    def test_in_russian(self, client):
        session = offer(client, locale="ru", allow_promotion_codes=True)
        page = visit(session.url)
        assert (
            'lang="ru"' in page and "К оплате сегодня" in page and "4,99\xa0€" in page and "Промокод" in page
        )
        assert "К оплате" in visit(offer(client, locale="auto").url, language="ru-RU,ru")
        assert "Total due" in visit(offer(client, locale="en").url, language="ru")

    @pytest.mark.parametrize(
        ("given", "said"),
        [
            ({"mode": "payment"}, "recurring price"),
            ({"prices": ["price_lifetime"]}, "at least one recurring"),
            ({"customer": "cus_none"}, "No such customer"),
            ({"expires_at": START + 60}, "30 minutes"),
            ({"line_items": []}, "line_items"),
        ],
    )
    def test_what_cannot_be_sold(self, client, given, said):
        with pytest.raises(stripe.InvalidRequestError, match=said):
            offer(client, *given.pop("prices", ()), **given)


class TestPortal:
    def open(self, client, her, **given) -> Page:
        made = client.v1.billing_portal.sessions.create(
            {"customer": her.id, "return_url": "http://shop/", **given}
        )
        return visit(made.url)

    def test_cancel_and_resume(self, fake, client):
        """The portal sets `cancel_at` only, as it does for the flexible billing mode."""
        her = customer(client)
        made = subscribe(client, her)
        end = made["items"].data[0].current_period_end
        sure = self.open(client, her).send("/cancel")
        assert "until 01 Apr 2026" in sure
        home = sure.send("/cancel")
        assert "ends on 01 Apr 2026" in home
        now = client.v1.subscriptions.retrieve(made.id)
        assert (now.cancel_at, now.cancel_at_period_end, now.status) == (end, False, "active")
        assert "Renews on 01 Apr 2026" in home.send("/resume")
        assert client.v1.subscriptions.retrieve(made.id).cancel_at is None
        self.open(client, her).send("/cancel").send("/cancel")
        fake.advance(to=end)
        assert client.v1.subscriptions.retrieve(made.id).status == "canceled"
        assert "No current subscription" in self.open(client, her)

    def test_another_card(self, fake, client):
        her = customer(client)
        subscribe(client, her)
        page = self.open(client, her)
        assert "•••• 4242" in page
        assert "declined" in page.pay(BAD)
        assert "•••• 4444" in page.pay("5555555555554444")
        assert "•••• 3155" in page.pay(ASKS).send("cardNumber", authentication="complete")
        fake.advance(days=32)
        assert fake.objects("charge")[-1]["payment_method_details"]["card"]["last4"] == "3155"

    def test_straight_to_cancelling_and_back_to_the_shop(self, client):
        her = customer(client)
        made = subscribe(client, her)
        after = {"type": "redirect", "redirect": {"return_url": "http://shop/gone"}}
        flow = {"type": "subscription_cancel", "subscription_cancel": {"subscription": made.id}}
        flow["after_completion"] = after
        assert self.open(client, her, flow_data=flow).send("/cancel").location == "http://shop/gone"
        with pytest.raises(stripe.InvalidRequestError, match="already set to be cancelled"):
            self.open(client, her, flow_data=flow)

    def test_straight_to_the_card(self, client):
        her = customer(client)
        page = self.open(client, her, flow_data={"type": "payment_method_update"}, locale="ru")
        assert "Способ оплаты" in page
        assert "•••• 4444" in page.pay("5555555555554444")

    def test_another_plan_with_what_it_costs(self, fake, client):
        prices = {"product": "prod_premium", "prices": ["price_monthly", "price_yearly"]}
        update = {"enabled": True, "default_allowed_updates": ["price"], "products": [prices]}
        configuration = client.v1.billing_portal.configurations.create(
            {"features": {"subscription_update": update}}
        )
        her = customer(client)
        made = subscribe(client, her)
        fake.advance(days=10)
        sure = self.open(client, her, configuration=configuration.id).send("/plan")
        assert "€36.61" in sure and "-€3.38" in sure
        sure.send("/plan")
        assert client.v1.subscriptions.retrieve(made.id)["items"].data[0].price.id == "price_yearly"
        assert fake.objects("charge")[-1]["amount"] == 3661

    def test_another_cannot_be_cancelled(self, client):
        her, other = customer(client), customer(client)
        subscribe(client, her)
        theirs = subscribe(client, other)
        assert "no such subscription" in self.open(client, her).send("/cancel", subscription=theirs.id)

    def test_it_closes_after_an_hour(self, fake, client):
        page = self.open(client, customer(client))
        fake.advance(3600)
        assert "has expired" in visit(page.url)


def test_an_invoice_has_a_page_and_a_pdf(fake, client, tmp_path):
    her = customer(client, "pm_card_chargeCustomerFail")
    made = subscribe(client, her)
    invoice = client.v1.invoices.retrieve(made.latest_invoice)
    page = visit(invoice.hosted_invoice_url)
    assert invoice.number in page and "€4.99" in page
    assert "declined" in page.pay(LATER)
    assert "paid" in page.pay(GOOD)
    assert client.v1.subscriptions.retrieve(made.id).status == "active"
    with urllib.request.urlopen(invoice.invoice_pdf) as answer:
        assert answer.headers["Content-Type"] == "application/pdf"
        (tmp_path / "invoice.pdf").write_bytes(answer.read())
    text = pypdf.PdfReader(tmp_path / "invoice.pdf", strict=True).pages[0].extract_text()
    assert invoice.number in text and "EUR 4.99" in text
    assert visit(fake.objects("charge")[-1]["receipt_url"]).status == 200


def test_an_owner_confirms_what_waits_for_her(fake, client):
    made = subscribe(client, customer(client, "pm_card_authenticationRequired"))
    (intent,) = fake.objects("payment_intent")
    page = visit(intent["next_action"]["redirect_to_url"]["url"])
    assert "Confirmed" in page.send("/confirm", authentication="complete")
    assert client.v1.subscriptions.retrieve(made.id).status == "active"


def test_the_home_page_shows_all_and_does_what_its_buttons_say(fake, client):
    her = customer(client, name="<script>")
    subscribe(client, her)
    home = visit(fake.url + "/")
    for said in (
        "01 Mar 2026, 12:00:00",
        her.id,
        "active",
        "€4.99",
        "WELCOME20",
        "invoice.paid",
        "4000 0000 0000 0341",
    ):
        assert said in home, said
    assert "<script>" not in home

    def press(do: str, of: str = "") -> Page:
        answer = visit(fake.url + "/", urllib.parse.urlencode({"do": do, "of": of}).encode())
        assert answer.status in (200, 303), answer.text
        return answer

    press("decline", her.id)
    press("advance", "month")
    press("advance", "hour")
    assert fake.objects("subscription")[0]["status"] == "past_due"
    press("accept", her.id)
    press("advance", "week")
    assert fake.objects("subscription")[0]["status"] == "active"
    first, *_, last = fake.objects("charge")
    press("refund", first["id"])
    assert "already been refunded" in press("refund", first["id"])
    press("dispute", last["id"])
    press("won", fake.objects("dispute")[0]["id"])
    assert re.search(r"refunded.*dispute: won|dispute: won.*refunded", visit(fake.url + "/").text, re.DOTALL)
    for do in ("run", "freeze", "automatic", "manual"):
        press(do)
    assert "No such customer" in press("decline", "cus_none")
    assert visit(fake.url + "/nowhere").status == 404
