import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import Http404
from django.utils import timezone

from accounts.access import owned_or_404
from billing.models import Grant


@pytest.fixture
def row(anna):
    return Grant.objects.create(user=anna, starts_at=timezone.now(), reason="A prize")


def test_the_owner_gets_it(row, anna):
    assert owned_or_404(Grant.objects.filter(pk=row.pk), anna) == row


def test_anyone_else_finds_nothing(row, boris, guest):
    for other in (boris, guest, AnonymousUser()):
        with pytest.raises(Http404):
            owned_or_404(Grant.objects.filter(pk=row.pk), other)
