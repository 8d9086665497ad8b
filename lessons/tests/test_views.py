import pytest
from django.urls import reverse

from lessons.courses import load_course

CATALOGUE = reverse("lessons:catalogue")


def test_the_catalogue_lists_the_courses(client, course):
    page = client.get(CATALOGUE, headers={"accept-language": "en"}).content.decode()
    assert f'href="{reverse("progress:course", args=["mini"])}"' in page
    assert "Small course" in page and "QWERTY" in page
    assert "2 of 3 lessons are ready" in page and "2 free" in page


def test_the_catalogue_speaks_russian(client, course):
    page = client.get(CATALOGUE, headers={"accept-language": "ru"}).content.decode()
    assert "Малый курс" in page and "Уроков готово: 2 из 3" in page


def test_the_readers_own_language_comes_first(client, course, tmp_path):
    russian = tmp_path / "ru" / "course.toml"
    russian.parent.mkdir()
    text = (tmp_path / "course.toml").read_text("utf-8").replace('slug = "mini"', 'slug = "zh"', 1)
    russian.write_text(text.replace('language = "en"', 'language = "ru"', 1), "utf-8")
    load_course(russian)
    for language, slugs in {"ru": ["zh", "mini"], "en": ["mini", "zh"]}.items():
        courses = client.get(CATALOGUE, headers={"accept-language": language}).context["courses"]
        assert [course.slug for course in courses] == slugs


def test_an_empty_catalogue_says_so(client, db):
    assert (
        "There are no courses yet"
        in client.get(CATALOGUE, headers={"accept-language": "en"}).content.decode()
    )


def test_the_catalogue_shows_the_blocks(client, course):
    page = client.get(CATALOGUE, headers={"accept-language": "en"}).content.decode()
    for block, numbers in {"Home row": "1–2", "Further": "3"}.items():
        pk = course.blocks.get(title_en=block).pk
        assert f'{reverse("progress:course", args=["mini"])}#block-{pk}">{block}</a>' in page
        assert f"</span> {numbers}</span>" in page


def test_the_catalogue_takes_one_query(client, course, django_assert_num_queries):
    client.get(CATALOGUE)
    with django_assert_num_queries(1):
        client.get(CATALOGUE)


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_the_catalogue_is_only_read(client, db, method):
    assert getattr(client, method)(CATALOGUE).status_code == 405
