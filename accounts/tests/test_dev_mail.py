import re
from email.mime.image import MIMEImage

import pytest
import time_machine
from django.core.mail import EmailMultiAlternatives, send_mail
from django.urls import include, path

from typingtrainer.urls import urlpatterns as product_urls

urlpatterns = [*product_urls, path("letters/", include("accounts.dev_mail"))]


@pytest.fixture(autouse=True)
def folder(tmp_path, settings):
    """Mail goes where the demo keeps it; the demo's page stands at /letters/."""
    settings.EMAIL_BACKEND = "accounts.mail_files.EmailBackend"
    settings.EMAIL_FILE_PATH = tmp_path / "letters"
    settings.ROOT_URLCONF = __name__
    return settings.EMAIL_FILE_PATH


def send(subject, text="", to="a@example.com"):
    send_mail(subject, text, "tt@example.com", [to])


def test_letters_are_readable_with_links(db, client):
    send("Первое", "<b>Раз</b>")
    send("Второе", "http://testserver/x/?a=1&b=2", "b@example.com")
    page = client.get("/letters/").content.decode()
    assert "Первое" in page and "Второе" in page and "b@example.com" in page
    assert "&lt;b&gt;Раз&lt;/b&gt;" in page
    assert '<a href="http://testserver/x/?a=1&amp;b=2"' in page


@pytest.mark.parametrize("tick", [True, False])
def test_many_letters_of_one_second_are_each_there(db, client, tick):
    with time_machine.travel(1_795_000_000.25, tick=tick):
        for number in range(40):
            send(f"№ {number}", f"one\n{'-' * 79}\ntwo {number}.")
    page = client.get("/letters/").content.decode()
    shown = [int(number) for number in re.findall("<h2>№ (\\d+)</h2>", page)]
    assert sorted(shown) == list(range(40))
    assert tick is False or shown == sorted(shown, reverse=True)
    assert all(f"two {number}." in page for number in range(40))


def test_no_letters_yet(db, client, folder):
    assert not folder.exists()
    assert client.get("/letters/").status_code == 200
    assert client.post("/letters/").status_code == 405


def test_a_half_written_letter_is_not_shown(db, client, folder):
    send("Первое")
    (folder / "99990101-000000-000000-half.part").write_bytes(b"Subject: Half")
    page = client.get("/letters/").content.decode()
    assert page.count('<article class="mail">') == 1 and "Half" not in page


def test_a_mail_with_a_picture(db, client):
    send("Первое")
    mail = EmailMultiAlternatives("Третье", "Три", to=["c@example.com"])
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
    for nothing in ("/letters/none/", "/letters/..%2Fx/"):
        assert client.get(nothing).status_code == 404


def test_a_mail_without_html_has_no_other_view(db, client, folder):
    send("Первое")
    assert 'href="/letters/' not in client.get("/letters/").content.decode()
    [file] = folder.iterdir()
    assert client.get(f"/letters/{file.stem}/").status_code == 404
