"""Limits count who is there, not the proxy before us, and nobody counts as whoever they say."""

import pytest
from django.test import Client


def attempts(addresses):
    return [
        Client(headers={"x-forwarded-for": address})
        .post("/accounts/signup/", {"email": f"n{n}@example.com", "password1": "kettle-on-the-hob"})
        .status_code
        for n, address in enumerate(addresses)
    ]


@pytest.mark.django_db
class TestSignUpsBehindAProxy:
    def test_a_forged_address_changes_nothing(self):
        assert attempts(f"203.0.113.{n}" for n in range(6)) == [302] * 5 + [429]

    def test_each_visitor_counts_alone_behind_a_trusted_proxy(self, settings):
        settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
        assert attempts(f"203.0.113.{n}" for n in range(6)) == [302] * 6

    def test_what_a_visitor_adds_before_the_proxy_changes_nothing(self, settings):
        settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
        assert attempts(f"198.51.100.{n}, 203.0.113.1" for n in range(6)) == [302] * 5 + [429]
