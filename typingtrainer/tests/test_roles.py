import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.models import Group, Permission
from django.core.management import CommandError, call_command

from accounts.models import User


def codenames(group):
    return set(Group.objects.get(name=group).permissions.values_list("codename", flat=True))


@pytest.fixture
def roles(db):
    call_command("setup_roles")


def test_who_may_do_what(roles):
    assert codenames("editor") == {
        *[
            f"{verb}_{what}"
            for verb in ("add", "change", "delete", "view")
            for what in ("course", "block", "lesson")
        ],
        "add_typingtext",
        "view_typingtext",
    }
    assert codenames("support") == {
        "view_user",
        *["add_grant", "change_grant", "add_giftcode", "change_giftcode"],
        *["change_stripecustomer", "change_stripesubscription"],
        *["view_plan", "view_checkout", "view_grant", "view_giftcode", "view_notice", "view_webhookevent"],
        *["view_stripecustomer", "view_stripesubscription", "view_stripeinvoice"],
        *["view_typingsession", "change_typingsession", "view_boardentry", "change_boardentry"],
    }
    assert codenames("admin") == set(Permission.objects.values_list("codename", flat=True))


def test_a_second_run_repairs(roles):
    Group.objects.get(name="support").permissions.set(Permission.objects.all())
    call_command("setup_roles")
    assert "delete_user" not in codenames("support") and Group.objects.count() == 3


class TestDemoAccounts:
    def test_only_in_the_demo(self, roles, settings):
        settings.DEMO = False
        with pytest.raises(CommandError):
            call_command("demo_accounts")
        assert not User.objects.exists()

    def test_they_can_sign_in_and_a_second_run_changes_nothing(self, roles, settings, client):
        settings.DEMO = True
        for _ in range(2):
            call_command("demo_accounts")
        assert User.objects.count() == EmailAddress.objects.filter(verified=True).count() == 2
        editor = User.objects.get(email="editor@example.com")
        assert editor.is_staff and editor.has_perms(["lessons.change_lesson", "billing.add_grant"])
        assert not editor.is_superuser and not editor.has_perm("lessons.delete_typingtext")
        learner = {"login": "learner@example.com", "password": settings.DEMO_LEARNER_PASSWORD}
        assert client.post("/accounts/login/", learner).url == "/"

    def test_a_second_run_keeps_a_session(self, roles, settings, client):
        settings.DEMO = True
        call_command("demo_accounts")
        client.force_login(User.objects.get(name="Анна"), "django.contrib.auth.backends.ModelBackend")
        call_command("demo_accounts")
        assert client.get("/settings/").wsgi_request.user.is_authenticated
