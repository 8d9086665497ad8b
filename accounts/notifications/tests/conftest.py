import pytest

from accounts.models import Channel, NotificationChoice
from accounts.notifications import push_subscriptions
from accounts.tests.conftest import anna, boris, browser_of, guest, no_limits_left_over  # noqa: F401 (fixtures)
from tests.fakes.push.core import FakePush
from tests.fakes.sms.core import ACCOUNT, SENDER, TOKEN, FakeSms


@pytest.fixture
def push(settings):
    with FakePush() as fake:
        settings.VAPID_PRIVATE_KEY = push_subscriptions.new_private_key()
        settings.VAPID_SUBJECT, settings.PUSH_FAKE = "mailto:site@example.com", fake.url
        yield fake


@pytest.fixture
def sms(settings):
    with FakeSms() as fake:
        settings.SMS_API_HOST, settings.SMS_FROM = fake.url, SENDER
        settings.SMS_ACCOUNT, settings.SMS_TOKEN = ACCOUNT, TOKEN
        yield fake


@pytest.fixture
def wants():
    def choose(user, kind="reminder", *channels):
        for channel in channels or Channel:
            NotificationChoice.objects.create(user=user, kind=kind, channel=channel)
        return user

    return choose
