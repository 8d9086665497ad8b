import csv
import io
import re
from datetime import timedelta

import pytest
import time_machine
from django.contrib.admin.models import LogEntry
from django.utils import timezone

from billing.entitlement import gifts
from billing.entitlement.premium import is_premium
from billing.models import GiftCode

LIST, ADD = "/admin/billing/giftcode/", "/admin/billing/giftcode/add/"
THREE = {"count": "3", "days": "30", "reason": "School 5"}


def make(client, **more):
    return client.post(ADD, THREE | more)


def codes_in(answer):
    return set(re.findall(r"<code>([\w-]+)</code>", answer.content.decode()))


def void(client, gift, **more):
    return client.post(LIST, {"action": "void", "_selected_action": [gift.pk], **more})


def test_support_makes_codes_and_sees_them_in_full_once(support):
    assert support.get(ADD).status_code == 200
    made = make(support)
    shown = support.get(made.url)
    codes = codes_in(shown)
    assert {gifts.normal_code(code) for code in codes} == set(GiftCode.objects.values_list("code", flat=True))
    assert len(codes) == 3 and "no-store" in shown["Cache-Control"]
    for page in (LIST, f"{LIST}{GiftCode.objects.first().pk}/change/"):
        page = support.get(page).content.decode()
        assert not any(code in page or gifts.normal_code(code) in page for code in codes)
        assert "School 5" in page and "support@example.com" in page
    with time_machine.travel(timezone.now() + timedelta(seconds=901), tick=False):
        assert support.get(made.url).status_code == 404


def test_codes_as_a_file(support):
    answer = support.get(make(support).url + "?as=csv")
    assert answer["Content-Disposition"] == 'attachment; filename="gift-codes.csv"'
    rows = list(csv.reader(io.StringIO(answer.content.decode())))
    assert rows[0] == ["code", "days"] and len(rows) == 4
    assert {gifts.normal_code(code) for code, _days in rows[1:]} == set(
        GiftCode.objects.values_list("code", flat=True)
    )


def test_nobody_else_sees_them(support, admin, client):
    address = make(support).url
    assert admin.get(address).status_code == 403
    assert client.get(address).status_code == 302
    assert support.get(address.rstrip("/") + "x/").status_code == 404
    assert support.post(address).status_code == 405


def test_each_is_logged_with_the_reason_and_never_in_full(support):
    make(support)
    logged = list(LogEntry.objects.all())
    assert len(logged) == 3 and {one.change_message for one in logged} == {
        "Made for 30 days. Reason: School 5"
    }
    said = " ".join(f"{one.object_repr} {one.change_message}" for one in logged)
    assert not any(gift.code in said for gift in GiftCode.objects.all())


@pytest.mark.parametrize(
    "wrong",
    [{"count": "0"}, {"count": "201"}, {"count": "x"}, {"days": "0"}, {"days": "99999"}, {"reason": " "}],
)
def test_nonsense_makes_no_code_and_keeps_what_was_typed(support, wrong):
    answer = make(support, **wrong)
    assert answer.status_code == 200 and "errorlist" in answer.content.decode()
    assert not GiftCode.objects.exists()


def test_a_code_is_taken_back_with_what_it_opened(support, anna):
    make(support, count="1")
    gift = GiftCode.objects.get()
    gifts.redeem(gift.code, anna, now=timezone.now())
    assert is_premium(anna, timezone.now())
    assert "Reason" in void(support, gift).content.decode() and is_premium(anna, timezone.now())
    for _time in range(2):
        assert void(support, gift, reason="Sold on").status_code == 302
    assert not is_premium(anna, timezone.now())
    gift.refresh_from_db()
    assert gift.void_at
    assert LogEntry.objects.filter(change_message="Taken back. Reason: Sold on").count() == 1


def test_codes_are_found_by_learner_reason_and_signs(support, anna):
    make(support)
    first, *others = GiftCode.objects.order_by("pk")
    gifts.redeem(first.code, anna, now=timezone.now())

    def found(asked):
        page = support.get(LIST, {"q": asked}).content.decode()
        return {gift.pk for gift in (first, *others) if f"{LIST}{gift.pk}/change/" in page}

    assert found("anna@example.com") == {first.pk}
    assert found("School 5") == {gift.pk for gift in (first, *others)}
    assert first.pk in found(first.code[-4:]) and found(gifts.in_groups(first.code)) == {first.pk}
    # More signs than are shown would be guessed one by one.
    assert found(first.code[-5:]) == found(first.code[-15:]) == set()


@pytest.mark.parametrize(("state", "expected"), [("open", 1), ("used", 1), ("void", 1), ("", 3)])
def test_states(support, anna, state, expected):
    make(support)
    used, taken_back, _untouched = GiftCode.objects.order_by("pk")
    gifts.redeem(used.code, anna, now=timezone.now())
    gifts.void(taken_back, now=timezone.now())
    page = support.get(LIST, {"state": state} if state else {}).content.decode()
    assert len(set(re.findall(rf"{LIST}(\d+)/change/", page))) == expected
