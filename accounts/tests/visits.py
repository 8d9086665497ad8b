"""What strangers, guests and learners do on the pages of an account."""

import re

from .conftest import PASSWORD

SIGN_UP, SIGN_IN = "/accounts/signup/", "/accounts/login/"
ACCOUNT_PAGES = ["/accounts/email/", "/accounts/password/change/", "/accounts/password/set/"]


def said(answer):
    return answer.content.decode()


def link(mail, path):
    """The path of the mail's link that begins with `path`."""
    return re.search(rf"http://testserver({path}\S+)", mail.body)[1]


def sign_up(client, email="new@example.com", password=PASSWORD):
    return client.post(SIGN_UP, {"email": email, "password1": password})


def sign_in(client, email, password=PASSWORD, **more):
    return client.post(SIGN_IN, {"login": email, "password": password, **more})


def who(client):
    """Who the client's next request comes from."""
    return client.get("/settings/").wsgi_request.user
