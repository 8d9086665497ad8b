"""Settings of notifications that make no sense are refused at start; the keys are as the command prints them."""

import os
import subprocess
import sys
from io import StringIO

import pytest
from django.core.management import call_command

from accounts.notifications import push_subscriptions
from typingtrainer.run import configuration
from typingtrainer.run.configuration import BadConfiguration

KEY = push_subscriptions.new_private_key()


def test_the_command_prints_a_key_that_works(settings):
    out, note = StringIO(), StringIO()
    call_command("make_vapid_keys", stdout=out, stderr=note)
    printed = dict(line.split("=", 1) for line in out.getvalue().splitlines())
    settings.VAPID_PRIVATE_KEY = printed["VAPID_PRIVATE_KEY"]
    assert len(push_subscriptions.public_key()) == 87 and push_subscriptions.public_key().startswith("B")
    assert printed["VAPID_SUBJECT"].startswith("mailto:") and "keep the key" in note.getvalue()


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"VAPID_PRIVATE_KEY": "x"}, "VAPID_PRIVATE_KEY must be a key"),
        ({"VAPID_PRIVATE_KEY": KEY}, "VAPID_SUBJECT must tell"),
        ({"VAPID_PRIVATE_KEY": KEY, "VAPID_SUBJECT": "me"}, "VAPID_SUBJECT must tell"),
        ({"PUSH_FAKE": "http://127.0.0.1:1", "DEMO": "0"}, "PUSH_FAKE"),
        ({"SMS_ACCOUNT": "AC1"}, "SMS_ACCOUNT needs SMS_TOKEN"),
        ({"SMS_API_HOST": "api.twilio.com"}, "SMS_API_HOST must begin"),
        ({"SMS_PER_DAY": "1"}, "SMS_PER_DAY must be 2 or more"),
        ({"SMS_COUNTRIES": "7,+44"}, "SMS_COUNTRIES must be calling codes"),
        ({"SMS_COUNTRIES": "7,,1"}, "SMS_COUNTRIES must be calling codes"),
    ],
)
def test_what_makes_no_sense_is_refused_at_start(given, said):
    command = [sys.executable, "-c", "import typingtrainer.settings"]
    done = subprocess.run(command, env=os.environ | given, capture_output=True, text=True, check=False)
    assert done.returncode and said in done.stderr


@pytest.mark.parametrize(
    "given",
    [
        {"PUSH": "fake", "DEMO": "0"},
        {"PUSH": "fake", "VAPID_PRIVATE_KEY": KEY},
        {"SMS": "fake", "SMS_ACCOUNT": "AC1"},
        {"SMS": "yes"},
    ],
)
def test_fakes_that_cannot_be_meant_are_refused(given):
    with pytest.raises(BadConfiguration):
        configuration.read(given)
