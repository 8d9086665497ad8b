import io
from uuid import uuid4

import pytest
from django.test import Client
from django.utils.translation import override
from pypdf import PdfReader

from accounts.models import User
from progress.exercises import forms
from progress.models import Certificate, TypingSession
from progress.tests.pdf import text_of
from tests.factories import HOLDER, NOW, make_certificate, make_gold_test


def browser(user=None, language="en") -> Client:
    client = Client(headers={"Accept-Language": language})
    if user:
        client.force_login(user)
    return client


def url(session) -> str:
    return f"/sessions/{session.pk}/certificate/"


class TestIssueCertificate:
    def test_it_works_and_again_leads_to_the_same(self, anna):
        session, client = make_gold_test(anna), browser(anna)
        response = client.post(url(session), {"name": f" {HOLDER} "})
        made = Certificate.objects.get()
        assert (made.name, made.user, made.session) == (HOLDER, anna, session)
        assert response.status_code == 302 and response.url == f"/certificates/{made.code}/"
        for again in (client.post(url(session), {"name": HOLDER}), client.get(url(session))):
            assert again.url == response.url
        assert "stays" not in client.get(response.url).content.decode()
        page = client.post(url(session), {"name": "Another"}, follow=True).content.decode()
        assert "the name on it stays" in page and HOLDER in page and "Another" not in page
        assert Certificate.objects.count() == 1

    def test_the_form_stands_alone_too(self, anna):
        page = browser(anna).get(url(make_gold_test(anna))).content.decode()
        assert 'value="Anna"' in page and 'name="name"' in page

    @pytest.mark.parametrize("name", ["", "x" * 61, "a\0b", "a\u202eb", "李明"])
    def test_a_bad_name_is_explained(self, anna, name):
        response = browser(anna).post(url(make_gold_test(anna)), {"name": name})
        assert response.status_code == 200 and "errorlist" in response.content.decode()
        assert not Certificate.objects.exists()

    def test_without_a_name_field_it_asks(self, anna):
        assert "errorlist" in browser(anna).post(url(make_gold_test(anna))).content.decode()

    def test_an_ineligible_test_says_what_is_wanted(self, anna):
        session = make_gold_test(anna, cpm=110)
        response = browser(anna).post(url(session), {"name": HOLDER})
        assert "A bronze certificate needs 25\u00a0WPM and an accuracy of 85%." in response.content.decode()
        assert not Certificate.objects.exists()

    def test_what_is_no_test_is_404(self, anna):
        session = make_gold_test(anna, kind="drill", minutes=None)
        assert browser(anna).post(url(session), {"name": HOLDER}).status_code == 404

    def test_only_its_owner(self, anna, boris):
        session = make_gold_test(anna)
        for method in ("get", "post"):
            assert getattr(browser(boris), method)(url(session), {"name": HOLDER}).status_code == 404
        assert not Certificate.objects.exists()

    def test_strangers_and_guests_are_asked_to_sign_in_or_up(self, db, anna):
        assert browser().post(url(make_gold_test(anna)), {"name": HOLDER}).url.startswith("/accounts/login/")
        guest = User.objects.create_guest(uuid4(), now=NOW)
        session = make_gold_test(guest)
        response = browser(guest).post(url(session), {"name": HOLDER})
        assert response.url == f"/accounts/signup/?next={url(session)}"
        assert not Certificate.objects.exists()

    @pytest.mark.parametrize("method", ["put", "patch", "delete"])
    def test_wrong_method(self, anna, method):
        assert getattr(browser(anna), method)(url(make_gold_test(anna))).status_code == 405

    def test_the_token_is_wanted(self, anna):
        client = Client(enforce_csrf_checks=True)
        client.force_login(anna)
        assert client.post(url(make_gold_test(anna)), {"name": HOLDER}).status_code == 403


class TestCertificate:
    def test_anyone_sees_the_facts_and_no_more(self, anna, django_assert_max_num_queries):
        made = make_certificate(anna)
        with django_assert_max_num_queries(1):
            response = browser().get(f"/certificates/{made.code}/")
        page = response.content.decode().replace("\u00a0", " ")
        for fact in (
            HOLDER,
            "Gold",
            "<b>62</b> WPM",
            "312 CPM",
            "<b>97.3</b>%",
            "3 minutes",
            "Russian text",
            "Nov. 20, 2026",
        ):
            assert fact in page
        assert "noindex" in page and response["X-Robots-Tag"] == "noindex"
        for secret in (anna.email, str(anna.pk), str(made.session_id), anna.name):
            assert secret not in page

    def test_in_russian(self, anna):
        made = make_certificate(anna)
        page = (
            browser(language="ru").get(f"/certificates/{made.code}/").content.decode().replace("\u00a0", " ")
        )
        for fact in (
            HOLDER,
            "Золото",
            "<b>312</b> зн/мин",
            "62 WPM",
            "<b>97,3</b> %",
            "3 минуты",
            "20 ноября 2026",
        ):
            assert fact in page

    def test_its_owner_finds_back_to_the_test(self, anna, boris):
        made = make_certificate(anna)
        back = f'href="/sessions/{made.session_id}/"'
        for user, found in ((anna, True), (boris, False)):
            assert (back in browser(user).get(made.get_absolute_url()).content.decode()) is found

    def test_a_name_is_only_text(self, anna):
        made = make_certificate(anna, name="<b>Anna</b>")
        assert "<b>Anna</b>" not in browser().get(made.get_absolute_url()).content.decode()
        assert browser().get(f"/certificates/{made.code}.pdf").status_code == 200

    def test_the_code_in_any_case(self, anna):
        made = make_certificate(anna)
        for typed in (made.code.lower(), made.code.replace("-", "")):
            assert browser().get(f"/certificates/{typed}/").status_code == 200
            assert browser().get(f"/certificates/{typed}.pdf").status_code == 200

    def test_withdrawn(self, anna):
        made = make_certificate(anna)
        TypingSession.objects.update(ranked=False)
        response = browser().get(made.get_absolute_url())
        assert response.status_code == 200
        pdf = browser().get(f"/certificates/{made.code}.pdf")
        assert pdf.status_code == 410
        for page in (response.content.decode(), pdf.content.decode()):
            assert "This certificate has been withdrawn" in page and HOLDER not in page and "Gold" not in page

    @pytest.mark.parametrize(
        "path", ["K7QF-2MXA-9TRB/", "K7QF-2MXA-9TRB.pdf", "x/", "x.pdf", "%00/", "%F0%9F%98%80.pdf"]
    )
    def test_an_unknown_code_is_404(self, db, path):
        response = browser().get(f"/certificates/{path}")
        assert response.status_code == 404
        assert "There is no certificate with this code" in response.content.decode()

    @pytest.mark.parametrize("suffix", ["/", ".pdf"])
    @pytest.mark.parametrize("method", ["post", "put", "delete"])
    def test_wrong_method(self, anna, method, suffix):
        made = make_certificate(anna)
        assert getattr(browser(), method)(f"/certificates/{made.code}{suffix}").status_code == 405
        assert Certificate.objects.exists()


class TestVerify:
    def test_a_code_leads_to_its_certificate(self, anna):
        made = make_certificate(anna)
        assert 'name="code"' in browser().get("/certificates/").content.decode()
        response = browser().get("/certificates/", {"code": f" {made.code.lower().replace('-', '')} "})
        assert response.url == f"/certificates/{made.code}/"

    @pytest.mark.parametrize("typed", ["K7QF-2MXA-9TRB", "\0", "<script>", "x" * 5000])
    def test_an_unknown_code_is_said(self, db, typed):
        response = browser().get("/certificates/", {"code": typed})
        assert response.status_code == 404 and "There is no certificate" in response.content.decode()
        assert "<script>" not in response.content.decode()

    def test_wrong_method(self, db):
        assert browser().post("/certificates/", {"code": "x"}).status_code == 405


class TestPdf:
    FACTS = {
        "en": [
            "Gold",
            "62 WPM",
            "312 CPM",
            "97.3%",
            "3 minutes",
            "Russian text",
            "Nov. 20, 2026",
            "Nov. 21, 2026",
        ],
        "ru": [
            "Золото",
            "312 зн/мин",
            "62 WPM",
            "97,3 %",
            "3 минуты",
            "русский текст",
            "20 ноября 2026",
            "21 ноября 2026",
        ],
    }

    @pytest.mark.parametrize("language", ["en", "ru"])
    def test_it_holds_the_facts(self, anna, language):
        made = make_certificate(anna)
        response = browser(language=language).get(f"/certificates/{made.code}.pdf")
        assert response.status_code == 200 and response["Content-Type"] == "application/pdf"
        assert response["X-Robots-Tag"] == "noindex" and made.code in response["Content-Disposition"]
        document = PdfReader(io.BytesIO(response.content))
        assert len(document.pages) == 1 and document.metadata.title.endswith(HOLDER)
        assert document.root_object["/Lang"] == language and document.metadata.creation_date == NOW
        assert [round(side) for side in document.pages[0].mediabox[2:]] == [842, 595]
        text = text_of(response.content)
        checked_at = f"http://testserver/certificates/{made.code}/"
        for fact in (*self.FACTS[language], HOLDER, made.code, checked_at):
            assert fact in text
        assert document.pages[0]["/Annots"][0]["/A"]["/URI"] == checked_at
        assert anna.email not in text and str(made.session_id) not in text


class TestOffer:
    def page(self, user, session, language="en") -> str:
        return browser(user, language).get(f"/sessions/{session.pk}/").content.decode().replace("\u00a0", " ")

    def test_a_form_with_the_learner_s_name(self, anna):
        session = make_gold_test(anna)
        page = self.page(anna, session)
        assert f'action="{url(session)}"' in page and 'value="Anna"' in page
        assert "A platinum certificate needs 80 WPM and an accuracy of 96%." in page
        assert "Для платинового сертификата нужны скорость от 400 зн/мин и точность от 96 %." in self.page(
            anna, session, "ru"
        )

    def test_a_link_once_it_is_issued(self, anna):
        made = make_certificate(anna)
        page = self.page(anna, made.session)
        assert f'href="{made.get_absolute_url()}"' in page and 'name="name"' not in page

    def test_withdrawn(self, anna):
        made = make_certificate(anna)
        TypingSession.objects.update(ranked=False)
        page = self.page(anna, made.session)
        assert "has been withdrawn" in page and made.code not in page

    def test_a_guest_is_told_to_sign_up(self, db):
        guest = User.objects.create_guest(uuid4(), now=NOW)
        session = make_gold_test(guest)
        page = self.page(guest, session)
        assert f'href="/accounts/signup/?next={url(session)}"' in page and 'name="name"' not in page

    @pytest.mark.parametrize(
        ("fields", "sentence"),
        [
            ({"cpm": 124.9}, "A bronze certificate needs 25 WPM and an accuracy of 85%."),
            ({"difficulty": "easy"}, "For a certificate choose “ordinary: running prose”"),
            (
                {"difficulty": "easy", "cpm": 600, "accuracy": 100},
                "For a certificate choose “ordinary: running prose”",
            ),
            ({"minutes": None, "words": 100}, "Certificates are given for tests of a minute or longer."),
            ({"ranked": False, "flags": ["idle"]}, "Only ranked tests give a certificate."),
        ],
    )
    def test_what_others_want(self, anna, fields, sentence):
        page = self.page(anna, make_gold_test(anna, **fields))
        assert sentence in page and 'name="name"' not in page

    @pytest.mark.parametrize("language", ["ru", "en"])
    def test_easy_ones_learn_what_to_choose_in_the_words_of_the_form(self, anna, language):
        User.objects.filter(pk=anna.pk).update(language=language)
        anna.refresh_from_db()
        page = self.page(anna, make_gold_test(anna, difficulty="easy"))
        with override(language):
            fields = forms.TestForm().fields
            words = (
                dict(fields["text"].choices)[forms.PROSE],
                fields["punctuation"].label,
                fields["digits"].label,
            )
            quoted = [str(one) for one in words]
        assert all(f"«{one}»" in page or f"“{one}”" in page for one in quoted)

    def test_nothing_on_what_is_no_test(self, anna):
        assert "ertificate" not in self.page(anna, make_gold_test(anna, kind="drill", minutes=None))
