"""`make audit` says what is known, that nothing is, or that it could not ask; never the second for the third."""

import gzip
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import unquote

import pytest

from tests import audit
from tests.audit import SAID, Answer

ADVISORY = {
    "id": 1,
    "url": "https://example.org/1",
    "title": "bad",
    "severity": "high",
    "vulnerable_versions": "*",
    "cwe": [],
    "cvss": {"score": 9, "vectorString": None},
}


class Registry:
    """Answers as OSV does for uv and npm's registry for npm; `known` names the packages something is known of."""

    def __init__(self):
        self.known: set[str] = set()
        self.status = 200
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                if self.path.endswith("/querybatch"):
                    asked = json.loads(body)["queries"]
                    names = [query["package"]["name"] for query in asked]
                    found = [{"id": "X-1", "modified": "2026-01-01T00:00:00Z"}]
                    self.tell(
                        {"results": [{"vulns": found} if name in outer.known else {} for name in names]}
                    )
                else:
                    asked = json.loads(gzip.decompress(body))
                    self.tell({name: [ADVISORY] for name in outer.known & set(asked)})

            def do_GET(self):
                package = {"name": unquote(self.path.strip("/")), "versions": {}, "dist-tags": {}}
                told = {"id": "X-1", "modified": "2026-01-01T00:00:00Z", "summary": "bad", "affected": []}
                self.tell(told if "/vulns/" in self.path else package)

            def tell(self, answer):
                raw = json.dumps(answer).encode()
                self.send_response(outer.status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(raw)))
                self.end_headers()
                self.wfile.write(raw)

            def log_message(self, *arguments):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/"


@pytest.fixture
def registry(monkeypatch):
    made = Registry()
    thread = threading.Thread(target=made.server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    monkeypatch.setenv("npm_config_registry", made.url)
    for name in ("npm_config_proxy", "npm_config_https_proxy", "HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    yield made
    made.server.shutdown()
    thread.join()
    made.server.server_close()


@pytest.mark.parametrize(
    ("known", "status", "code"),
    [
        ([], 200, Answer.NOTHING_KNOWN),
        (["django"], 200, Answer.KNOWN),
        (["eslint"], 200, Answer.KNOWN),
        ([], 405, Answer.NOT_ASKED),
    ],
)
def test_what_is_said(registry, capsys, known, status, code):
    registry.known, registry.status = set(known), status
    assert audit.main([f"--service-url={registry.url}"]) == code
    said = capsys.readouterr().out
    if code == Answer.KNOWN:
        assert said.count(SAID[code]) == said.count(SAID[Answer.NOTHING_KNOWN]) == 1
    else:
        assert said.count(SAID[code]) == 2


def test_nobody_there(monkeypatch, capsys):
    monkeypatch.setenv("npm_config_registry", "http://127.0.0.1:1/")
    monkeypatch.setenv("UV_HTTP_RETRIES", "0")
    assert audit.main(["--service-url=http://127.0.0.1:1/"]) == Answer.NOT_ASKED
    assert capsys.readouterr().out.count(SAID[Answer.NOT_ASKED]) == 2
