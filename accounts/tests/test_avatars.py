"""Pictures of learners: taken, seen by their learner alone, gone with the account."""

import re
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest
import time_machine
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, override_settings
from django.urls import reverse
from django.utils import timezone

from accounts import avatars, tasks, tokens
from accounts.avatars import pictures
from accounts.avatars.pictures import MOST_BYTES, SIZES
from accounts.models import User
from accounts.personal_data import deletion
from accounts.personal_data.archive import write_archive
from tests.factories import signed_in
from tests.fakes.s3.core import BUCKET, KEY, SECRET, FakeBucket
from typingtrainer.body_sizes import UPLOADS

from .test_pictures import bomb, opened, picture

PAGE = "/settings/avatar/"


@pytest.fixture(autouse=True)
def media(tmp_path):
    with override_settings(MEDIA_ROOT=tmp_path):
        yield tmp_path


def files(media: Path) -> list[str]:
    return sorted(str(file.relative_to(media)) for file in media.rglob("*") if file.is_file())


def upload(client, raw, name="me.png", kind="image/png"):
    return client.post(PAGE, {"picture": SimpleUploadedFile(name, raw, kind)}, follow=True)


class TestThePage:
    def test_a_picture_is_taken_shown_and_seen_by_her_alone(self, anna, boris, browser_of, media):
        client = browser_of(anna)
        assert '<span class="avatar"' in client.get("/settings/").content.decode()
        page = upload(client, picture()).content.decode()
        anna.refresh_from_db()
        address = f"/avatars/{anna.avatar}-256.webp"
        assert address in page and f"/avatars/{anna.avatar}-64.webp" in page
        assert "This is your picture now." in page
        shown = client.get(address)
        assert (shown["Content-Type"], shown["X-Content-Type-Options"]) == ("image/webp", "nosniff")
        assert shown["Cache-Control"] == "private, max-age=31536000, immutable"
        assert "default-src 'none'" in shown["Content-Security-Policy"]
        assert opened(shown.content).size == (256, 256)
        for other in (browser_of(boris), Client()):
            assert other.get(address).status_code == 404
        assert client.get(f"/avatars/{anna.avatar}-65.webp").status_code == 404
        assert client.get("/avatars/-256.webp").status_code == 404
        assert "avatar" not in client.get("/tests/en/25-words/").content.decode()

    def test_another_picture_has_another_name_and_the_old_files_go(
        self, anna, browser_of, media, django_capture_on_commit_callbacks
    ):
        client, names = browser_of(anna), set()
        for color in ("red", "blue"):
            with django_capture_on_commit_callbacks(execute=True):
                upload(client, picture(color=color))
            anna.refresh_from_db()
            names.add(anna.avatar)
        assert len(names) == 2
        assert files(media) == sorted(avatars.file_of(anna.avatar, size) for size in SIZES)
        with django_capture_on_commit_callbacks(execute=True):
            page = client.post(PAGE, {"remove": "1"}, follow=True).content.decode()
        assert "The picture is deleted." in page and not files(media)
        assert User.objects.get(pk=anna.pk).avatar == ""

    @pytest.mark.parametrize(
        ("raw", "says"),
        [
            (b"<svg/>", "cannot be read as a picture"),
            (bomb(12_000), "25 million pixels"),
            (picture() + b"\0" * MOST_BYTES, "5\u00a0MB at most"),
        ],
    )
    def test_what_is_refused_is_said_and_the_old_one_stays(self, anna, browser_of, media, raw, says):
        client = browser_of(anna)
        upload(client, picture())
        client.cookies["known"] = known_cookie(anna)
        page = upload(client, raw).content.decode()
        assert re.search(rf'role="alert" id="picture_error">[^<]*{says}', page) and page.count(says) <= 2
        assert len(files(media)) == 2 and User.objects.get(pk=anna.pk).avatar

    def test_nothing_chosen(self, anna, browser_of):
        assert "cannot be read" in browser_of(anna).post(PAGE, {}, follow=True).content.decode()

    def test_guests_strangers_and_other_methods(self, anna, guest, browser_of, media):
        for client in (Client(), browser_of(guest)):
            assert client.post(PAGE, {"picture": ContentFile(picture(), "a.png")}).status_code == 302
        assert browser_of(anna).get(PAGE).status_code == 405
        assert not files(media)

    def test_while_other_pictures_take_their_time(self, anna, browser_of, media, monkeypatch):
        """Nobody waits for long, at either door, and both say that the same will do in a moment."""
        monkeypatch.setattr(pictures, "MOST_WAIT", 0.01)
        token = tokens.start_family(anna, now=timezone.now()).access
        client = browser_of(anna)
        with pictures._ONE_AT_A_TIME:
            assert "does not work at the moment" in upload(client, picture()).content.decode()
            told = send_by_api(token, picture())
        assert (told.status_code, told.json()["error"]["code"], told["Retry-After"]) == (
            503,
            "unavailable",
            "2",
        )
        assert not files(media)
        assert "This is your picture now." in upload(client, picture()).content.decode()

    def test_ten_a_minute(self, anna, browser_of):
        client = browser_of(anna)
        assert [client.post(PAGE, {"remove": 1}).status_code for _ in range(11)] == [302] * 10 + [429]


def known_cookie(user):
    """What a browser is given at sign-in."""
    client = Client()
    client.post("/accounts/login/", {"login": user.email, "password": "kettle-on-the-hob"})
    return client.cookies["known"].value


class TestLargeBodies:
    """Before anything is read, by what is signed."""

    def test_only_who_signed_in_here_may_send_more_than_others(self, anna, browser_of):
        large = picture() + b"\0" * 2_000_000
        client = browser_of(anna)
        assert upload(client, large).status_code == 413
        client.cookies["known"] = "forged"
        assert upload(client, large).status_code == 413
        client.cookies["known"] = known_cookie(anna)
        assert "This is your picture now." in upload(client, large).content.decode()
        assert client.post("/settings/", {"name": "x" * 2_000_000}).status_code == 413

    def test_it_is_about_the_routes_that_take_pictures(self):
        assert {reverse("accounts:change_avatar"), "/api/v1/users/me/avatar"} == UPLOADS

    def test_by_the_api_an_access_token_says_so(self, anna):
        large, access = picture() + b"\0" * 2_000_000, tokens.start_family(anna, now=timezone.now()).access
        personal = tokens.create_personal(anna, "x", {"write"}, now=timezone.now())
        with time_machine.travel(timezone.now() - timedelta(days=1)):
            stale = tokens.start_family(anna, now=timezone.now()).access
        for token, status in ((access, 200), (personal, 413), (stale, 413), ("x", 413)):
            assert send_by_api(token, large).status_code == status, status


def send_by_api(token, raw, **more):
    headers = {"Authorization": f"Bearer {token}", "Accept-Language": "en"}
    sent = {"picture": SimpleUploadedFile("a", raw)} | more
    return Client().post("/api/v1/users/me/avatar", sent, headers=headers)


class TestApi:
    def test_send_see_and_delete(self, anna, media):
        token = tokens.start_family(anna, now=timezone.now()).access
        headers = {"Authorization": f"Bearer {token}"}
        client, path = Client(), "/api/v1/users/me/avatar"
        assert client.get(path, headers=headers).status_code == 404
        assert send_by_api(token, picture()).json() == {"success": True, "data": None}
        shown = client.get(f"{path}?size=64", headers=headers)
        assert shown["Content-Type"] == "image/webp" and opened(shown.content).size == (64, 64)
        assert client.get(f"{path}?size=65", headers=headers).status_code == 400
        assert client.delete(path, headers=headers).status_code == 200
        assert User.objects.get(pk=anna.pk).avatar == ""

    @pytest.mark.parametrize(
        ("raw", "code"),
        [(b"", "not_a_picture"), (b"<svg/>", "not_a_picture"), (bomb(12_000), "too_many_pixels")],
    )
    def test_what_is_refused(self, anna, raw, code):
        token = tokens.start_family(anna, now=timezone.now()).access
        told = send_by_api(token, raw)
        assert told.status_code == 400
        assert told.json()["error"]["fields"]["picture"][0]["code"] == code

    def test_bodies_that_are_no_form(self, anna):
        token = tokens.start_family(anna, now=timezone.now()).access
        headers = {"Authorization": f"Bearer {token}", "Accept-Language": "en"}
        post = Client().post
        path = "/api/v1/users/me/avatar"
        assert post(path, b"{}", content_type="application/json", headers=headers).status_code == 415
        for kind in ("multipart/form-data", "multipart/form-data; boundary=x"):
            assert post(path, b"x", content_type=kind, headers=headers).status_code == 400
        told = post(path, {"picture": "text"}, headers=headers)
        assert told.status_code == 400 and "picture" in told.json()["error"]["fields"]

    def test_guests_and_strangers(self, guest):
        assert (
            send_by_api(tokens.start_family(guest, now=timezone.now()).access, picture()).status_code == 403
        )
        assert send_by_api("x", picture()).status_code == 401


class TestDeleting:
    def test_it_is_in_her_archive_and_goes_with_all_else(self, anna, media):
        avatars.take(anna, picture())
        archive = BytesIO()
        write_archive(anna.pk, archive, language="en", now=timezone.now(), tell=lambda *_: None)
        with ZipFile(archive) as zipped:
            assert {"files/picture-256.webp", "files/picture-64.webp"} <= set(zipped.namelist())
        deletion.erase_learner(anna, now=timezone.now(), is_told=False)
        assert not files(media) and not User.objects.filter(pk=anna.pk).exists()

    def test_what_is_nobody_s_goes_in_the_night(self, anna, boris, media):
        avatars.take(anna, picture())
        avatars.take(boris, picture())
        User.objects.filter(pk=boris.pk).delete()
        tasks.prune()
        assert len(files(media)) == 4  # It may be of somebody who is uploading.
        with time_machine.travel(timezone.now() + timedelta(days=2)):
            tasks.prune()
        assert files(media) == sorted(avatars.file_of(anna.avatar, size) for size in SIZES)

    def test_without_a_folder_there_is_nothing_to_sweep(self, db):
        assert avatars.sweep_pictures(now=timezone.now()) == 0


class TestInABucket:
    @pytest.fixture
    def bucket(self):
        with FakeBucket() as fake:
            options = {
                "bucket_name": BUCKET,
                "endpoint_url": fake.url,
                "region_name": "eu",
                "access_key": KEY,
                "secret_key": SECRET,
            }
            storages = {"default": {"BACKEND": "storages.backends.s3.S3Storage", "OPTIONS": options}}
            from django.conf import settings as ours

            with override_settings(STORAGES=ours.STORAGES | storages):
                yield fake

    def test_taken_shown_replaced_and_swept(
        self, anna, browser_of, bucket, media, django_capture_on_commit_callbacks
    ):
        client = browser_of(anna)
        upload(client, picture())
        with django_capture_on_commit_callbacks(execute=True):
            upload(client, picture(color="blue"))
        anna.refresh_from_db()
        assert sorted(bucket.objects) == sorted(avatars.file_of(anna.avatar, size) for size in SIZES)
        assert not files(media)
        assert opened(client.get(f"/avatars/{anna.avatar}-64.webp").content).size == (64, 64)
        default_storage.save("avatars/lost-64.webp", ContentFile(b"x"))
        with time_machine.travel(timezone.now() + timedelta(days=2), tick=False):
            assert avatars.sweep_pictures(now=timezone.now()) == 1
        assert len(bucket.objects) == 2

    def test_while_it_is_away(self, anna, bucket):
        client = signed_in(anna)
        upload(client, picture())
        anna.refresh_from_db()
        bucket.is_away = True
        client.raise_request_exception = False
        assert upload(client, picture()).status_code == 503
        assert client.get(f"/avatars/{anna.avatar}-64.webp").status_code == 503
        assert client.get("/settings/").status_code == 200
        bucket.is_away = False
        bucket.objects.clear()
        assert client.get(f"/avatars/{anna.avatar}-64.webp").status_code == 404
