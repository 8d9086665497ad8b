import re
from email.mime.image import MIMEImage

import pytest
from django.core.mail import EmailMultiAlternatives, get_connection, send_mail
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


def test_a_mail_with_a_picture(db, client, letters, settings, tmp_path):
    settings.ROOT_URLCONF = __name__
    files = get_connection("django.core.mail.backends.filebased.EmailBackend", file_path=tmp_path)
    mail = EmailMultiAlternatives("Третье", "Три", to=["c@example.com"], connection=files)
    mail.attach_alternative('<p style="color: red">Три <img src="cid:curve"></p>', "text/html")
    picture = MIMEImage(b"\x89PNG", "png")
    picture.add_header("Content-ID", "<curve>")
    mail.attach(picture)
    mail.send()
    page = client.get("/letters/").content.decode()
    [link] = re.findall(r'href="(/letters/[^"]+)"', page)
    shown = client.get(link)
    assert '<img src="data:image/png;base64,iVBORw==">' in shown.content.decode()
    assert set(shown["Content-Security-Policy"].split("; ")) == {
        "default-src 'none'",
        "style-src 'unsafe-inline'",
        "img-src data:",
    }
    assert client.post(link).status_code == 405
    for nothing in (link.replace("/0/", "/7/"), "/letters/none/0/", "/letters/..%2Fx/0/"):
        assert client.get(nothing).status_code == 404


def test_a_mail_without_html_has_no_other_view(db, client, letters, settings, tmp_path):
    settings.ROOT_URLCONF = __name__
    assert 'href="/letters/' not in client.get("/letters/").content.decode()
    [file] = {path.stem for path in tmp_path.iterdir()}
    assert client.get(f"/letters/{file}/0/").status_code == 404
