"""Links in weekly reports that were sent before all mails had one to stop them."""

import pytest
from django.test import Client

from accounts.notifications import by_mail
from accounts.notifications.wanted import wanted_by
from progress import mailing
from progress.tests.test_mailing import make_reader, reader  # noqa: F401 (fixture)


class TestOldLinks:
    def link(self, user) -> str:
        return f"/reports/unsubscribe/{mailing.SIGNER.sign(str(user.pk))}/"

    def test_asking_changes_nothing_and_one_click_stops(self, reader):  # noqa: F811
        boris = make_reader("boris@example.com")
        mail_program = Client(enforce_csrf_checks=True)
        assert b'<form method="post" class="actions"' in mail_program.get(self.link(reader)).content
        assert wanted_by(reader)
        answer = mail_program.post(self.link(reader), {"List-Unsubscribe": "One-Click"})
        assert answer.status_code == 200 and not wanted_by(reader) and wanted_by(boris)

    @pytest.mark.parametrize("signed", ["x", "x:y", "{0}", "{0}:", "{0}:AAAA", "{1}", "%00", "{2}"])
    def test_what_we_did_not_sign(self, reader, client, signed):  # noqa: F811
        other = mailing.SIGNER.sign("00000000-0000-0000-0000-000000000000")
        signed = signed.format(reader.pk, other, by_mail.SIGNER.sign(str(reader.pk)))
        for method in (client.get, client.post):
            assert method(f"/reports/unsubscribe/{signed}/").status_code == 404
        assert wanted_by(reader)

    def test_wrong_method(self, reader, client):  # noqa: F811
        assert client.put(self.link(reader)).status_code == 405
