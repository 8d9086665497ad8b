"""Where a browser goes when it is sent to an address: by the rules of the URL standard, not by Python's."""

import re
from typing import Final

HOST: Final = "testserver"
LEADING: Final = "".join(map(chr, range(0x21)))
"""Control characters and the space, which browsers drop at both ends."""

FOREIGN: Final = (
    "https://evil.example",
    "http://evil.example/",
    "//evil.example",
    "//evil.example/settings/",
    "///evil.example",
    "////evil.example",
    "/\\evil.example",
    "\\/evil.example",
    "\\\\evil.example",
    "/\\/evil.example",
    "https:evil.example",
    "https:/evil.example",
    "https:///evil.example",
    "http:\\\\evil.example",
    "HTTPS://EVIL.EXAMPLE",
    "https://evil.example#@testserver/",
    "https://evil.example?testserver",
    "https://evil.example\\@testserver/",
    "http://testserver@evil.example/",
    "http://testserver:80@evil.example/",
    "http://testserver.evil.example/",
    "http://testserver:pass@evil.example",
    "http://eviltestserver/",
    "//testserver@evil.example",
    "//testserver\t@evil.example",
    "/\t/evil.example",
    "/\n/evil.example",
    "\t//evil.example",
    " //evil.example",
    "\x00//evil.example",
    "\x01https://evil.example",
    "ht\ntps://evil.example",
    "https://evil。example/",
    "//evil%2eexample/",
    "//[::1]/",
    "//2130706433/",
    "javascript:alert(1)",
    " javascript:alert(1)",
    "java\nscript:alert(1)",
    "JaVaScRiPt:alert(1)//http://testserver/",
    "data:text/html,<script>alert(1)</script>",
    "vbscript:msgbox(1)",
    "ftp://testserver/",
    "//evil.example:80/%2f..",
    "/%09/evil.example",
)
"""Addresses that lead to another site, or that some browser or parser once took for one."""


def is_ours(address: str) -> bool:
    """Whether a browser that is sent to an address stays with us."""
    plain = re.sub("[\t\r\n]", "", address.strip(LEADING)).replace("\\", "/")
    scheme = re.match(r"([a-z][a-z0-9+.-]*):", plain, re.IGNORECASE)
    if scheme and scheme[1].lower() not in ("http", "https"):
        return False
    rest = plain[scheme.end() :] if scheme else plain
    if not scheme and not rest.startswith("//"):
        return True
    authority = re.split("[/?#]", rest.lstrip("/"), maxsplit=1)[0]
    return authority in (HOST, f"{HOST}:80") and rest.startswith("//")
