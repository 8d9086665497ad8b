"""What browsers keep of choices is for this site alone, by page and script alike."""

import pytest

from progress.exercises.forms import TestForm as Form
from progress.pages.choices import YEAR

ADDRESSES = [
    ("/tests/start/", "test"),
    ("/practice/ru/1/?mode=free", "mode"),
    ("/practice/ru/start/", "seated"),
]


@pytest.mark.parametrize("is_secure", [True, False])
def test_choices_are_kept_alike(course, client, is_secure):
    kept = {}
    for address, cookie in ADDRESSES:
        form = Form.first("ru") if cookie == "test" else None
        answer = client.get(address, form, secure=is_secure)
        kept[cookie] = answer.cookies.get(cookie)
    assert {name: bool(one and one["secure"]) for name, one in kept.items()} == dict.fromkeys(kept, is_secure)
    assert {(one["max-age"], one["samesite"].lower()) for one in kept.values()} == {(YEAR, "lax")}
    page = client.get("/practice/ru/1/", secure=is_secure).content.decode()
    secure = "; secure" if is_secure else ""
    assert f'data-as-kept="path=/; max-age={YEAR}; samesite=lax{secure}"' in page
