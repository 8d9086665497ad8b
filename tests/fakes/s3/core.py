import hashlib
import threading
from datetime import UTC, datetime
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import parse_qs, unquote, urlsplit
from xml.sax.saxutils import escape

BUCKET = "typing"
KEY = "fake-key"
SECRET = "fake-secret"
NAMESPACE = 'xmlns="http://s3.amazonaws.com/doc/2006-03-01/"'


class FakeBucket:
    """Listens on a port of this machine; 0 takes a free one."""

    def __init__(self, port: int = 0) -> None:
        self.objects: dict[str, tuple[bytes, datetime]] = {}
        self.is_away = False
        handler = type("Handler", (Handler,), {"fake": self})
        self._http = ThreadingHTTPServer(("127.0.0.1", port), handler)
        self._http.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._http.server_address[1]}"

    def __enter__(self) -> Self:
        threading.Thread(target=self._http.serve_forever, args=(0.05,), name="fake-s3", daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._http.shutdown()
        self._http.server_close()

    def answer(self, method: str, path: str, query: dict[str, Any], body: bytes) -> tuple[int, bytes, dict]:
        """Status, body and headers, as the documentation of S3 has them."""
        bucket, _, name = path.strip("/").partition("/")
        if bucket != BUCKET:
            return 404, error("NoSuchBucket"), {}
        if not name:
            return 200, self._list(query.get("prefix", [""])[0]), {}
        if method == "PUT":
            self.objects[name] = (body, datetime.now(UTC))
            return 200, b"", {"ETag": etag(body)}
        if method == "DELETE":
            self.objects.pop(name, None)
            return 204, b"", {}
        if name not in self.objects:
            return 404, error("NoSuchKey"), {}
        kept, at = self.objects[name]
        return (
            200,
            kept,
            {"ETag": etag(kept), "Last-Modified": format_datetime(at.replace(microsecond=0), usegmt=True)},
        )

    def _list(self, prefix: str) -> bytes:
        found = "".join(
            f"<Contents><Key>{escape(name)}</Key><LastModified>{at:%Y-%m-%dT%H:%M:%S.000Z}</LastModified>"
            f"<ETag>{etag(kept)}</ETag><Size>{len(kept)}</Size></Contents>"
            for name, (kept, at) in sorted(self.objects.items())
            if name.startswith(prefix)
        )
        head = f"<Name>{BUCKET}</Name><Prefix>{escape(prefix)}</Prefix><IsTruncated>false</IsTruncated>"
        return f"<ListBucketResult {NAMESPACE}>{head}{found}</ListBucketResult>".encode()


class Handler(BaseHTTPRequestHandler):
    """One request; `fake` is set by the server."""

    fake: FakeBucket
    protocol_version = "HTTP/1.1"
    timeout = 30

    def log_message(self, *_: object) -> None:
        """Says nothing: answers hold no news for a log."""

    def answer(self) -> None:
        asked = urlsplit(self.path)
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if asked.path.startswith("/_fake/"):
            self.fake.is_away = asked.path.endswith("away") and not self.fake.is_away
            self.send(200, f'{{"objects": {len(self.fake.objects)}}}'.encode(), {})
        elif self.fake.is_away:
            self.send(503, error("ServiceUnavailable"), {})
        elif f"Credential={KEY}/" not in self.headers.get("Authorization", ""):
            self.send(403, error("AccessDenied"), {})
        else:
            query = parse_qs(asked.query)
            self.send(*self.fake.answer(self.command, unquote(asked.path), query, body))

    do_GET = do_HEAD = do_PUT = do_DELETE = do_POST = answer  # noqa: N815

    def send(self, status: int, body: bytes, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)


def etag(body: bytes) -> str:
    return f'"{hashlib.md5(body, usedforsecurity=False).hexdigest()}"'


def error(code: str) -> bytes:
    return f"<Error><Code>{code}</Code><Message>{code}</Message></Error>".encode()
