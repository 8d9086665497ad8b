import pytest
from django.core.mail import get_connection, send_mail
from django.urls import include, path

from accounts import dev_mail
from typingtrainer.urls import urlpatterns as product_urls

urlpatterns = [*product_urls, path("letters/", include("accounts.dev_mail"))]


@pytest.fixture
def letters(tmp_path, settings):
    settings.EMAIL_FILE_PATH = tmp_path
    files = get_connection("django.core.mail.backends.filebased.EmailBackend", file_path=tmp_path)
    send_mail("Первое", "<b>Раз</b>", "tt@example.com", ["a@example.com"], connection=files)
    send_mail("Второе", "http://testserver/x/?a=1&b=2", "tt@example.com", ["b@example.com"], connection=files)


def test_letters_are_readable_with_links(db, client, letters, settings):
    settings.ROOT_URLCONF = __name__
    page = client.get("/letters/").content.decode()
    assert "Первое" in page and "Второе" in page and "b@example.com" in page
    assert "&lt;b&gt;Раз&lt;/b&gt;" in page
    assert '<a href="http://testserver/x/?a=1&amp;b=2"' in page


def test_two_letters_of_one_connection(letters, tmp_path):
    assert [mail.subject for mail in dev_mail._mails(tmp_path)] == ["Первое", "Второе"]


def test_no_letters_yet(db, client, tmp_path, settings):
    settings.ROOT_URLCONF = __name__
    settings.EMAIL_FILE_PATH = tmp_path / "nothing"
    assert client.get("/letters/").status_code == 200
    assert client.post("/letters/").status_code == 405
