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
from progress.tests.pdf import text_of
from tests.factories import HOLDER, NOW, make_certificate, make_gold_test, make_learner


@pytest.fixture(autouse=True)
def in_english():
    """A request leaves its language active."""
    with translation.override("en"):
        yield


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
        assert Client().get(f"/certificates/{made.code}/").status_code == 404

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
            ("Анна‑Мария", "Анна‑Мария"),
            ("Мар\u02bcяна", "Мар\u02bcяна"),
            ("x" * 60, "x" * 60),
        ],
    )
    def test_printed_as_typed(self, typed, name):
        assert self.clean(typed) == name

    @pytest.mark.parametrize(
        "typed",
        ["", "   ", "x" * 61, "a\0b", "a\nb", "a\x1bb", "a\u202eb", "a\u200bb", "a\u2028b", "Aнна", "ﷺ" * 4],
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


class TestPdf:
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
