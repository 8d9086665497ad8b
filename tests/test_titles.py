"""Every page is called alike: what it is, then the site."""

import re

import pytest
from django.core.cache import cache
from django.test import Client

from tests.anna import make_anna
from tests.valid_requests import ROUTES

pytestmark = pytest.mark.django_db
PAGES = sorted(path for path, asks in ROUTES.items() if callable(asks) and not path.startswith("api/"))
TITLE = re.compile(r"<title>\s*(.*?)\s*</title>", re.DOTALL)


@pytest.mark.parametrize(("language", "brand"), [("ru", "Клавиатурный тренажёр"), ("en", "Typing Trainer")])
def test_every_page_is_called_what_it_is_and_then_the_site(language, brand):
    cache.clear()
    anna = make_anna()
    client = Client(headers={"Accept-Language": language})
    client.force_login(anna.user)
    anna.user.language = language
    anna.user.save()
    seen = 0
    for path in PAGES:
        for ask in ROUTES[path](anna):
            page = client.get(ask.path)
            if page.status_code in (200, 402, 403, 404) and page["Content-Type"].startswith("text/html"):
                found = TITLE.search(page.content.decode())
                assert found, ask.path
                title = " ".join(found[1].split())
                if ask.path == "/":
                    assert title.endswith(brand)
                else:
                    assert re.fullmatch(rf"[^·].* · {brand}", title) and title.count(brand) == 1, title
                seen += 1
    assert seen > 25
