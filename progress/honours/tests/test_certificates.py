import io
import re
from datetime import timedelta
from threading import Barrier, Thread
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader

from accounts.models import User
from progress.honours.certificate_pdf import FONT, draw_certificate, printable
from progress.honours.certificates import (
    ALPHABET,
    LIMITS,
    Level,
    NotEligible,
    as_code,
    certify,
    eligible,
    level_earned,
    level_of,
    new_code,
    next_limit,
)
from progress.honours.forms import CertificateForm
from progress.models import Certificate, TypingSession
from progress.recording.deleting import delete_session
from tests.factories import HOLDER, NOW, make_certificate, make_gold_test, make_learner


@pytest.fixture(autouse=True)
def in_english():
    """A request leaves its language active."""
    with translation.override("en"):
        yield


def browser(user=None, language="en") -> Client:
    client = Client(headers={"Accept-Language": language})
    if user:
        client.force_login(user)
    return client


def url(session) -> str:
    return f"/sessions/{session.pk}/certificate/"


def text_of(pdf: bytes) -> str:
    return PdfReader(io.BytesIO(pdf)).pages[0].extract_text().replace("\u00a0", " ")


class TestLevels:
    @pytest.mark.parametrize(
        ("cpm", "accuracy", "level"),
        [
            (125, 85, Level.BRONZE),
            (124.99, 100, None),
            (900, 84.99, None),
            (200, 90, Level.SILVER),
            (199.99, 90, Level.BRONZE),
            (200, 89.99, Level.BRONZE),
            (300, 93, Level.GOLD),
            (300, 92.99, Level.SILVER),
            (400, 96, Level.PLATINUM),
            (399.99, 96, Level.GOLD),
            (900, 100, Level.PLATINUM),
            (0, 0, None),
        ],
    )
    def test_at_the_borders(self, cpm, accuracy, level):
        assert level_of(cpm, accuracy) == level

    @given(cpm=st.floats(0, 1500), accuracy=st.floats(0, 100))
    def test_the_highest_whose_limits_are_met(self, cpm, accuracy):
        wants = {
            Level.BRONZE: (25, 85),
            Level.SILVER: (40, 90),
            Level.GOLD: (60, 93),
            Level.PLATINUM: (80, 96),
        }
        met = [level for level, (wpm, least) in wants.items() if cpm / 5 >= wpm and accuracy >= least]
        assert level_of(cpm, accuracy) == (met[-1] if met else None)
        following = next_limit(cpm, accuracy)
        assert (
            [limit.level for limit in LIMITS].index(following.level) == len(met)
            if following
            else len(met) == 4
        )


class TestEligible:
    def test_a_ranked_test_of_an_account(self, anna):
        assert eligible(make_gold_test(anna)) and eligible(make_gold_test(anna, minutes=1, difficulty="hard"))

    @pytest.mark.parametrize(
        "fields",
        [
            {"ranked": False},
            {"difficulty": "easy"},
            {"difficulty": ""},
            {"minutes": 0},
            {"cpm": 124},
            {"accuracy": 84},
            {"kind": "drill", "minutes": None},
        ],
    )
    def test_nothing_less(self, anna, fields):
        session = make_gold_test(anna, **fields)
        assert not eligible(session) and level_earned(session) is None
        with pytest.raises(NotEligible):
            certify(session=session, name=HOLDER, now=NOW)
        assert not Certificate.objects.exists()

    def test_a_guest_has_earned_it_but_signs_up_first(self, db):
        session = make_gold_test(User.objects.create_guest(uuid4(), now=NOW))
        assert level_earned(session) == Level.GOLD and not eligible(session)
        with pytest.raises(NotEligible):
            certify(session=session, name=HOLDER, now=NOW)


class TestIssuing:
    def test_once_a_session_and_the_first_name_stays(self, anna):
        session = make_gold_test(anna)
        first = certify(session=session, name=HOLDER, now=NOW)
        again = certify(session=session, name="Somebody Else", now=NOW + timedelta(days=1))
        assert (again.pk, again.name, again.issued_at) == (first.pk, HOLDER, NOW)
        assert (first.level, first.user, first.session) == (Level.GOLD, anna, session)
        assert Certificate.objects.count() == 1

    @pytest.mark.django_db(transaction=True)
    def test_once_when_asked_at_once(self):
        session, together, seen = make_gold_test(make_learner()), Barrier(4), []

        def ask(name):
            together.wait()
            seen.append(certify(session=session, name=name, now=NOW).pk)
            connection.close()

        threads = [Thread(target=ask, args=[name]) for name in "abcd"]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(seen) == 4 and len(set(seen)) == Certificate.objects.count() == 1

    def test_what_the_database_says_now_decides(self, anna):
        session = make_gold_test(anna)
        TypingSession.objects.update(ranked=False)
        with pytest.raises(NotEligible):
            certify(session=session, name=HOLDER, now=NOW)
        TypingSession.objects.all().delete()
        with pytest.raises(TypingSession.DoesNotExist):
            certify(session=session, name=HOLDER, now=NOW)

    def test_it_goes_with_its_session(self, anna):
        made = make_certificate(anna)
        delete_session(session_id=made.session_id, learner=anna, now=NOW)
        assert not Certificate.objects.exists()
        assert browser().get(f"/certificates/{made.code}/").status_code == 404

    def test_it_goes_with_its_account(self, anna):
        make_certificate(anna)
        anna.delete()
        assert not Certificate.objects.exists()


class TestCodes:
    def test_twelve_signs_that_no_one_confuses(self):
        codes = {new_code() for _ in range(500)}
        assert len(codes) == 500 and not set("01OI") & set(ALPHABET) and len(set(ALPHABET)) == 32
        assert all(re.fullmatch(rf"[{ALPHABET}]{{4}}(-[{ALPHABET}]{{4}}){{2}}", code) for code in codes)

    @given(st.lists(st.sampled_from(ALPHABET), min_size=12, max_size=12).map("".join), st.booleans())
    def test_typed_in_any_way(self, signs, low):
        code = f"{signs[:4]}-{signs[4:8]}-{signs[8:]}"
        typed = [signs, code, f" {signs[:6]} {signs[6:]}\n", code.replace("-", "—")]
        assert {as_code(way.lower() if low else way) for way in typed} == {code}

    def test_typed_on_a_russian_keyboard(self):
        assert as_code("авекмнрстухx") == "ABEK-MHPC-TYXX"

    @given(st.text(max_size=30))
    def test_anything_else_is_none_or_a_code(self, typed):
        code = as_code(typed)
        assert code is None or as_code(code) == code

    @pytest.mark.parametrize("typed", ["", "K7QF-2MXA-9TR", "K7QF-2MXA-9TR0", "K7QF-2MXA-9TRBB", "\0" * 12])
    def test_no_code(self, typed):
        assert as_code(typed) is None


class TestName:
    def clean(self, name) -> str:
        form = CertificateForm({"name": name})
        if not form.is_valid():
            raise ValidationError(form.errors["name"])
        return form.cleaned_data["name"]

    @pytest.mark.parametrize(
        ("typed", "name"),
        [
            (HOLDER, HOLDER),
            ("  Zoë   Łęcka ", "Zoë Łęcka"),
            ("Zoe\u0308", "Zoë"),
            ("O’Neill, 3rd", "O’Neill, 3rd"),
            ("Ґанна Їжак", "Ґанна Їжак"),
            ("Nguyễn Văn Ạnh", "Nguyễn Văn Ạnh"),
            ("x" * 60, "x" * 60),
        ],
    )
    def test_printed_as_typed(self, typed, name):
        assert self.clean(typed) == name

    @pytest.mark.parametrize(
        "typed", ["", "   ", "x" * 61, "a\0b", "a\nb", "a\x1bb", "a\u202eb", "a\u200bb", "a\u2028b"]
    )
    def test_refused(self, typed):
        with pytest.raises(ValidationError):
            self.clean(typed)

    def test_characters_the_font_lacks_are_named(self):
        with pytest.raises(ValidationError, match="明 李"):
            self.clean("Anna 李明")

    @given(st.text(max_size=70))
    def test_a_name_is_printable_or_refused(self, typed):
        try:
            name = self.clean(typed)
        except ValidationError:
            return
        assert 1 <= len(name) <= 60 and set(name) <= printable()


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
        assert "A bronze certificate wants 25 WPM and an accuracy of 85%." in response.content.decode()
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
            "<b>97.4</b>%",
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
            "<b>97,4</b> %",
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
            "97.4%",
            "3 minutes",
            "Russian text",
            "Nov. 20, 2026",
            "Nov. 21, 2026",
        ],
        "ru": [
            "Золото",
            "312 зн/мин",
            "62 WPM",
            "97,4 %",
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

    @pytest.mark.parametrize("level", Level)
    def test_every_level_by_its_word(self, anna, level):
        limit = next(limit for limit in LIMITS if limit.level == level)
        made = make_certificate(anna, cpm=limit.wpm * 5, accuracy=limit.accuracy)
        text = text_of(draw_certificate(made, url="https://typing.example.org/"))
        assert [other.label for other in Level if str(other.label) in text] == [level.label]

    def test_the_same_bytes_again(self, anna):
        made = make_certificate(anna)
        for language in ("en", "ru"):
            with translation.override(language):
                assert draw_certificate(made, url="https://x/") == draw_certificate(
                    Certificate.objects.get(), url="https://x/"
                )

    def test_any_name_is_drawn(self, anna):
        made = make_certificate(anna, name="李明 é ü ł 😀 " + "Щ" * 45)
        assert "□□ é ü ł □ Щ" in text_of(draw_certificate(made, url="https://typing.example.org/"))

    def test_the_font_has_what_is_printed(self):
        assert set("абвёЁ№ éüłßŁ–—«»“”’·0123456789%/:.,-□") <= printable()
        assert FONT.stat().st_size < 100_000


class TestOffer:
    def page(self, user, session, language="en") -> str:
        return browser(user, language).get(f"/sessions/{session.pk}/").content.decode().replace("\u00a0", " ")

    def test_a_form_with_the_learner_s_name(self, anna):
        session = make_gold_test(anna)
        page = self.page(anna, session)
        assert f'action="{url(session)}"' in page and 'value="Anna"' in page
        assert "A platinum certificate wants 80 WPM and an accuracy of 96%." in page
        assert "Для платинового сертификата: от 400 зн/мин и точность от 96 %." in self.page(
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
            ({"cpm": 124.9}, "A bronze certificate wants 25 WPM and an accuracy of 85%."),
            ({"difficulty": "easy"}, "Only ordinary and hard tests give a certificate."),
            (
                {"difficulty": "easy", "cpm": 600, "accuracy": 100},
                "Only ordinary and hard tests give a certificate.",
            ),
            ({"ranked": False, "flags": ["idle"]}, "Only ranked tests give a certificate."),
        ],
    )
    def test_what_others_want(self, anna, fields, sentence):
        page = self.page(anna, make_gold_test(anna, **fields))
        assert sentence in page and 'name="name"' not in page

    def test_nothing_on_what_is_no_test(self, anna):
        assert "ertificate" not in self.page(anna, make_gold_test(anna, kind="drill", minutes=None))
