"""Buying, in a browser, at the fake Stripe's own pages."""

import copy
import re
from datetime import timedelta

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.utils import timezone
from playwright.sync_api import Page, expect

from accounts.models import User
from billing.conftest import CARD, FAILING_CARD, deliver, work
from billing.entitlement import rules
from billing.entitlement.premium import is_premium
from lessons.models import Lesson
from progress.models import LessonProgress
from tests.browser.test_first_lesson import sign_up_and_confirm

SECOND = timedelta(seconds=1)


@pytest.fixture
def shop(courses, live_server, stripe, settings):
    """The site on which payments are on."""
    settings.SITE_URL = live_server.url
    policy = copy.deepcopy(settings.CONTENT_SECURITY_POLICY)
    policy["DIRECTIVES"]["form-action"] = [*policy["DIRECTIVES"]["form-action"], stripe.url]
    settings.CONTENT_SECURITY_POLICY = policy
    return live_server.url


def pass_all_before(user: User, number: int) -> None:
    """As if the lessons before had been passed."""
    LessonProgress.objects.bulk_create(
        LessonProgress(user=user, lesson=lesson, best_stars=3, runs=1, last_at=timezone.now())
        for lesson in Lesson.objects.filter(course__slug="en", number__lt=number)
    )


def pay_in(page: Page, card: str = CARD) -> None:
    page.locator("input[name=cardNumber]").fill(card)
    page.locator("input[name=cardExpiry]").fill("12/40")
    page.locator("input[name=cardCvc]").fill("123")
    page.locator("form:has(input[name=cardNumber]) button").first.click()


def test_a_guest_buys_and_goes_on_with_her_work(shop, page: Page, stripe, client):
    page.set_default_timeout(20_000)
    page.goto(f"{shop}/pricing/")
    expect(page.get_by_text("needs premium:").first).to_be_visible()
    page.get_by_role("button", name=re.compile("Monthly")).click()
    expect(page).to_have_url(re.compile("/accounts/signup/"))
    sign_up_and_confirm(page, shop)
    user = User.objects.get(email="guest@example.com")
    pass_all_before(user, 16)
    page.goto(f"{shop}/practice/en/16/")
    page.get_by_role("button", name=re.compile("Monthly")).click()
    expect(page).to_have_url(re.compile(re.escape(stripe.url)))
    pay_in(page)
    expect(page.get_by_role("heading", name="Thank you!")).to_be_visible()
    page.goto(f"{shop}/practice/en/16/")
    page.locator(".exercise-text .now").wait_for()

    page.goto(f"{shop}/premium/")
    page.get_by_role("button", name="Cards and invoices at Stripe").click()
    expect(page).to_have_url(re.compile(re.escape(stripe.url)))
    page.get_by_role("button", name=re.compile("Cancel")).first.click()
    if page.get_by_role("button", name=re.compile("Cancel")).count():
        page.get_by_role("button", name=re.compile("Cancel")).first.click()
    deliver(stripe, client)
    work()
    page.goto(f"{shop}/premium/")
    expect(page.get_by_text("Canceled: all lessons stay open until")).to_be_visible()

    ends = stripe.objects("subscription")[0]["cancel_at"]
    with time_machine.travel(rules.moment(ends) - SECOND, tick=False):
        assert is_premium(user, timezone.now())
    with time_machine.travel(rules.moment(ends) + SECOND, tick=False):
        assert not is_premium(user, timezone.now())
    stripe.advance(days=32)
    deliver(stripe, client)
    work()
    assert page.goto(f"{shop}/practice/en/16/").status == 402


@pytest.fixture
def anna(courses) -> User:
    user = User.objects.create_user("anna@example.com", "a-long-password-of-mine", language="en")
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    pass_all_before(user, 16)
    return user


def sign_in(page: Page, base: str) -> None:
    page.goto(f"{base}/accounts/login/")
    page.locator("input[name=login]").fill("anna@example.com")
    page.locator("input[name=password]").fill("a-long-password-of-mine")
    page.locator("main form button").first.click()
    expect(page.locator(".who")).to_be_visible()


def buy(page: Page, base: str, plan: str, card: str = CARD) -> None:
    page.goto(f"{base}/pricing/")
    page.locator(f"button[value={plan}]").click()
    pay_in(page, card)
    expect(page.get_by_role("heading", name="Thank you!")).to_be_visible()


def test_a_card_that_fails_leaves_a_week(shop, page: Page, stripe, client, anna):
    sign_in(page, shop)
    buy(page, shop, "yearly", FAILING_CARD)
    page.goto(f"{shop}/premium/")
    expect(page.get_by_text("then the first payment is made")).to_be_visible()
    stripe.advance(days=8)
    deliver(stripe, client)
    work()
    page.reload()
    expect(page.get_by_text("Your bank refused the payment.")).to_be_visible()
    expect(page.get_by_role("button", name="Go to my card")).to_be_visible()
    said = stripe.objects("subscription")[0]
    assert said["status"] == "past_due"
    closes = rules.moment(said["items"]["data"][0]["current_period_start"]) + rules.GRACE
    client.force_login(anna, "django.contrib.auth.backends.ModelBackend")
    answers = []
    for moment in (closes - SECOND, closes, closes + SECOND):
        with time_machine.travel(moment, tick=False):
            answers.append(client.get("/practice/en/16/").status_code)
    assert answers == [200, 402, 402]


def test_a_change_of_plan_costs_what_was_shown(shop, page: Page, stripe, anna):
    sign_in(page, shop)
    buy(page, shop, "monthly")
    stripe.advance(days=12)
    page.goto(f"{shop}/premium/")
    page.get_by_role("link", name=re.compile("What would it cost now.*Yearly")).click()
    shown = re.search(r"€[\d.]+(?= is charged now)", page.locator("main").inner_text())
    page.locator("main form button").click()
    expect(page.get_by_text("Your plan has been changed.")).to_be_visible()
    billed = stripe.objects("invoice")[-1]["amount_paid"]
    assert shown and shown.group() == f"€{billed / 100:.2f}" != "€39.99"
    expect(page.get_by_role("cell", name=shown.group())).to_be_visible()
    expect(page.get_by_role("heading", name=re.compile("Yearly"))).to_be_visible()


def test_a_gift_code_goes_from_one_to_another(shop, page: Page, stripe, anna, browser, client):
    sign_in(page, shop)
    buy(page, shop, "gift_year")
    code = page.locator(".gift-code").inner_text()
    for language in ("ru", "en"):
        anna.language = language
        anna.save()
        page.set_viewport_size({"width": 390, "height": 780})
        page.goto(f"{shop}/premium/")
        expect(page.get_by_text(code)).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
    boris = User.objects.create_user("boris@example.com", language="en")
    client.force_login(boris, "django.contrib.auth.backends.ModelBackend")
    page.context.clear_cookies()
    page.context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": shop}])
    page.goto(f"{shop}/gift/")
    page.locator("input[name=code]").fill(code.lower())
    page.locator("main form button").click()
    expect(page.get_by_text("The code is yours: premium is open until")).to_be_visible()
    assert is_premium(boris, timezone.now()) and not is_premium(anna, timezone.now())
