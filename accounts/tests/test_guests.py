import re
import uuid
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from threading import Barrier

import pytest
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import IntegrityError, connection, transaction
from django.test import Client, RequestFactory
from django.utils import timezone, translation

from accounts import guests, merging
from accounts.guests import NotYours, claim, sign_in_guest
from accounts.merging import Gone, lock_learner, merge
from accounts.models import MergedGuest, User
from billing.models import Grant

NOW = timezone.now()


def ask(user=None):
    """A POST by `user`, with a session of its own."""
    request = RequestFactory().post("/sessions/")
    request.user = user or AnonymousUser()
    request.session = import_module(settings.SESSION_ENGINE).SessionStore()
    return request


class TestClaim:
    def test_own_ticket_costs_no_query(self, anna, django_assert_num_queries):
        with django_assert_num_queries(0):
            assert claim(ask(anna), learner_id=anna.pk, minted=False, now=NOW) == anna

    def test_minted_ticket_of_a_stranger_makes_a_guest_to_be_signed_in(self, db):
        guest_id, request = uuid.uuid4(), ask()
        with translation.override("ru"):
            guest = claim(request, learner_id=guest_id, minted=True, now=NOW)
        assert guest.pk == guest_id and guest.is_guest and guest.language == "ru"
        assert not request.user.is_authenticated
        sign_in_guest(request, guest)
        assert request.user == guest and request.session["_auth_user_id"] == str(guest_id)

    def test_a_retry_whose_answer_was_lost_signs_in_as_the_same_guest(self, guest):
        request = ask()
        assert claim(request, learner_id=guest.pk, minted=True, now=NOW) == guest
        sign_in_guest(request, guest)
        assert request.user == guest

    def test_minted_ticket_of_what_is_an_account_now(self, anna):
        with pytest.raises(NotYours):
            claim(ask(), learner_id=anna.pk, minted=True, now=NOW)

    def test_minted_ticket_of_a_guest_merged_since_does_not_bring_the_guest_back(self, guest, anna):
        merge(guest, anna, now=NOW)
        with pytest.raises(NotYours):
            claim(ask(), learner_id=guest.pk, minted=True, now=NOW)
        assert not User.objects.filter(pk=guest.pk).exists()

    def test_minted_ticket_posted_after_signing_in(self, anna):
        assert claim(ask(anna), learner_id=uuid.uuid4(), minted=True, now=NOW) == anna
        assert User.objects.count() == 1

    def test_minted_ticket_of_another_guest_is_merged_into_the_requester(self, guest, anna):
        assert claim(ask(anna), learner_id=guest.pk, minted=True, now=NOW) == anna
        assert MergedGuest.objects.get().into == anna
        assert claim(ask(anna), learner_id=guest.pk, minted=True, now=NOW) == anna

    def test_minted_ticket_of_a_guest_who_went_into_another_account(self, guest, anna, boris):
        merge(guest, boris, now=NOW)
        with pytest.raises(NotYours):
            claim(ask(anna), learner_id=guest.pk, minted=True, now=NOW)

    def test_minted_ticket_of_another_account(self, anna, boris):
        with pytest.raises(NotYours):
            claim(ask(anna), learner_id=boris.pk, minted=True, now=NOW)
        assert User.objects.count() == 2

    def test_a_guests_ticket_after_the_guest_signed_in(self, guest, anna, boris):
        merge(guest, anna, now=NOW)
        assert claim(ask(anna), learner_id=guest.pk, minted=False, now=NOW) == anna
        for other in (boris, None):
            with pytest.raises(NotYours):
                claim(ask(other), learner_id=guest.pk, minted=False, now=NOW)

    @pytest.mark.parametrize("signed_in", [True, False])
    def test_another_learners_ticket(self, anna, boris, signed_in):
        with pytest.raises(NotYours):
            claim(ask(boris if signed_in else None), learner_id=anna.pk, minted=False, now=NOW)

    def test_a_guest_may_not_use_an_accounts_ticket(self, guest, anna):
        with pytest.raises(NotYours):
            claim(ask(guest), learner_id=anna.pk, minted=True, now=NOW)


class TestEnsure:
    def test_a_stranger_becomes_a_guest(self, db):
        request = ask()
        assert guests.ensure(request, now=NOW).is_guest and request.user.is_authenticated

    def test_a_page_open_in_another_tab_can_still_post(self, db):
        browser = Client(enforce_csrf_checks=True)
        token = re.search(r'csrfmiddlewaretoken" value="(\w+)"', browser.get("/settings/").content.decode())[
            1
        ]
        choices = {"timezone": "UTC", "csrfmiddlewaretoken": token}
        assert browser.post("/settings/", choices).status_code == 302
        assert browser.post("/settings/", choices).status_code == 302
        assert User.objects.count() == 1

    def test_a_learner_stays(self, anna):
        assert guests.ensure(ask(anna), now=NOW) == anna
        assert User.objects.count() == 1


class TestMerge:
    def test_everything_goes_over_and_the_guest_is_gone(self, guest, anna):
        Grant.objects.create(user=guest, starts_at=NOW, reason="A prize")
        assert merge(guest, anna, now=NOW)
        assert anna.grants.count() == 1
        assert not User.objects.filter(pk=guest.pk).exists()

    def test_twice(self, guest, anna, boris):
        assert merge(guest, anna, now=NOW)
        assert not merge(guest, boris, now=NOW)
        assert MergedGuest.objects.get().into == anna

    def test_an_account_is_never_merged(self, anna, boris):
        assert not merge(anna, boris, now=NOW)
        assert User.objects.count() == 2

    def test_a_guest_is_not_merged_into_itself(self, guest):
        assert not merge(guest, guest, now=NOW)
        assert User.objects.filter(pk=guest.pk).exists()

    def test_into_someone_gone(self, guest):
        with pytest.raises(Gone):
            merge(guest, User(), now=NOW)

    def test_a_chain_of_guests_ends_at_the_account(self, guest, anna):
        second = User.objects.create_guest(uuid.uuid4(), now=NOW)
        merge(guest, second, now=NOW)
        merge(second, anna, now=NOW)
        assert set(MergedGuest.objects.values_list("guest_id", "into")) == {
            (guest.pk, anna.pk),
            (second.pk, anna.pk),
        }

    @pytest.mark.django_db(transaction=True)
    def test_what_no_mover_takes_fails_the_merge_instead_of_vanishing(self, monkeypatch):
        guest = User.objects.create_guest(uuid.uuid4(), now=NOW)
        anna = User.objects.create_user("anna@example.com")
        Grant.objects.create(user=guest, starts_at=NOW, reason="A prize")
        monkeypatch.setattr(merging, "MOVERS", [])
        with pytest.raises(IntegrityError):
            merge(guest, anna, now=NOW)
        assert guest.grants.count() == 1 and not MergedGuest.objects.exists()

    def test_hold(self, guest, anna):
        lock_learner(guest.pk)
        merge(guest, anna, now=NOW)
        with pytest.raises(Gone):
            lock_learner(guest.pk)


def at_once(*jobs):
    """Run the jobs in threads that start together; returns what each returned or raised."""
    barrier = Barrier(len(jobs))

    def run(job):
        barrier.wait()
        try:
            return job()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(jobs)) as pool:
        futures = [pool.submit(run, job) for job in jobs]
    return [future.exception() or future.result() for future in futures]


@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    def test_parallel_posts_of_one_ticket_make_one_guest(self):
        guest_id = uuid.uuid4()
        answers = at_once(*[lambda: claim(ask(), learner_id=guest_id, minted=True, now=NOW)] * 4)
        assert [answer.pk for answer in answers] == [guest_id] * 4
        assert User.objects.count() == 1

    def test_two_sign_ins_merge_a_guest_once(self):
        guest = User.objects.create_guest(uuid.uuid4(), now=NOW)
        anna, boris = User.objects.create_user("a@example.com"), User.objects.create_user("b@example.com")
        Grant.objects.create(user=guest, starts_at=NOW, reason="A prize")
        answers = at_once(lambda: merge(guest, anna, now=NOW), lambda: merge(guest, boris, now=NOW))
        assert sorted(answers) == [False, True]
        assert Grant.objects.get().user == MergedGuest.objects.get().into

    def test_a_write_during_the_merge_is_moved_or_refused_never_lost(self):
        for _ in range(5):
            guest = User.objects.create_guest(uuid.uuid4(), now=NOW)
            anna = User.objects.create_user(f"{guest.pk}@example.com")

            def write(guest=guest):
                with transaction.atomic():
                    lock_learner(guest.pk)
                    return Grant.objects.create(user=guest, starts_at=NOW, reason="A prize")

            written, merged = at_once(write, lambda guest=guest, anna=anna: merge(guest, anna, now=NOW))
            assert merged is True
            assert anna.grants.count() == isinstance(written, Grant)
            assert isinstance(written, (Grant, Gone))
