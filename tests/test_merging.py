"""Whatever a guest has survives her signing in: every model that points to a learner is moved, or is no guest's."""

import uuid
from datetime import timedelta

import pytest
from django.apps import apps
from django.db import connection
from django.utils import timezone

from accounts.merging import merge
from accounts.models import DataExport, MergedGuest, TokenFamily, User
from accounts.personal_data import exports
from outbox.models import OutboxEvent
from progress.models import CountedLearner
from tests.anna import make_anna
from tests.factories import make_learner
from tests.test_personal_data import with_everything

pytestmark = pytest.mark.django_db

NEVER_OF_A_GUEST = {
    "accounts.ApiToken.user": "made for accounts only",
    "accounts.Consent.user": "asked of accounts only",
    "accounts.Notification.user": "nobody is told without having chosen to be",
    "accounts.NotificationChoice.user": "chosen by accounts only",
    "accounts.PhoneNumber.user": "added by accounts only",
    "accounts.PushSubscription.user": "added by accounts only",
    "accounts.ReminderTime.user": "chosen by accounts only",
    "accounts.User_groups.user": "roles are of staff, who have accounts",
    "accounts.User_user_permissions.user": "rights are of staff, who have accounts",
    "admin.LogEntry.user": "what staff did, who have accounts",
    "billing.GiftCode.made_by": "made by staff, who have accounts",
    "billing.Grant.granted_by": "granted by staff, who have accounts",
    "coaching.ModelSpending.user": "a language model is asked for accounts only",
    "mfa.Authenticator.user": "set up by accounts only",
    "progress.BoardEntry.user": "of who has a name on the leaderboards, as only accounts have",
    "progress.Certificate.user": "made out to accounts only",
}
"""Why a merge need not move these: the pages and the API turn guests away, as their own tests prove."""
GO_WITH_THE_GUEST = {
    "account.EmailAddress.user": "of a sign-up that nobody confirmed",
    "socialaccount.SocialAccount.user": "of a sign-up that nobody confirmed",
    "accounts.TokenFamily.user": "a guest's sign-in does not open the account",
}
LEFT_TO_EXPIRE = {"accounts.BrowserSession.user": "without a constraint, as a request under way may save it"}
POINTING = {
    f"{model._meta.label}.{column.name}": (model, column.name)
    for model in apps.get_models(include_auto_created=True)
    for column in model._meta.concrete_fields
    if column.related_model is User
}


def rows_of(user: User) -> dict[str, int]:
    """How many rows point to a learner, by model and column."""
    return {
        pointer: model._base_manager.filter(**{name: user.pk}).count()
        for pointer, (model, name) in POINTING.items()
        if pointer not in LEFT_TO_EXPIRE
    }


def guest_with_everything() -> User:
    """A learner with something of everything, but for what a guest never has."""
    anna = make_anna()
    with_everything(anna)
    user, now = anna.user, timezone.now()
    MergedGuest.objects.create(guest_id=uuid.uuid4(), into=user, merged_at=now)
    TokenFamily.objects.create(user=user, created_at=now, expires_at=now)
    CountedLearner.objects.create(user=user)
    for pointer in NEVER_OF_A_GUEST:
        model, name = POINTING[pointer]
        model._base_manager.filter(**{name: user.pk}).delete()
    User.objects.filter(pk=user.pk).update(email=None)
    return User.objects.get(pk=user.pk)


def test_every_row_of_a_guest_is_moved():
    guest, account = guest_with_everything(), make_learner("account@example.org")
    before = rows_of(guest)
    missing = {pointer for pointer, many in before.items() if not many} - set(NEVER_OF_A_GUEST)
    assert not missing, f"make a row of it above and a mover for it, or say why no guest has one: {missing}"
    assert merge(guest, account, now=timezone.now())
    connection.check_constraints()
    assert not any(rows_of(guest).values())
    lost = {pointer for pointer, many in rows_of(account).items() if before[pointer] and not many}
    assert lost == set(GO_WITH_THE_GUEST)


class TestCopiesOfAGuestsData:
    @pytest.fixture
    def guest(self):
        return User.objects.create_guest(uuid.uuid4(), now=timezone.now())

    def asked(self, user, state="waiting", **more):
        return DataExport.objects.create(
            user=user, language="en", asked_at=timezone.now(), state=state, **more
        )

    def test_one_that_is_ready_is_fetched_by_the_account(self, guest):
        account, now = make_learner(), timezone.now()
        ready = self.asked(guest, "ready", file="a.zip", expires_at=now + timedelta(hours=1))
        assert merge(guest, account, now=now)
        assert exports.fetched(account, exports.sign_download(ready), now=now) == ready

    def test_one_under_way_is_begun_anew(self, guest):
        account, now = make_learner(), timezone.now()
        export = self.asked(guest, "building", lease=guest.pk, beat_at=now, tries=1)
        assert merge(guest, account, now=now)
        export.refresh_from_db()
        assert (export.user, export.state, export.lease) == (account, "waiting", None)
        assert OutboxEvent.objects.get(task=exports.TASK).payload == {"export_id": str(export.pk)}

    def test_one_under_way_yields_to_the_accounts_own(self, guest):
        account, now = make_learner(), timezone.now()
        self.asked(guest)
        own = self.asked(account)
        assert merge(guest, account, now=now)
        assert DataExport.objects.get() == own
