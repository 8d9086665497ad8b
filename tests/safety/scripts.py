"""Scripts that somebody types where a name or a question is asked for, and what would become of them."""

from html.parser import HTMLParser
from typing import Final

CALL: Final = "ran()"
"""What each of them does if it is taken for more than text."""

SCRIPTS: Final = (
    "<script>ran()</script>",
    "<SCRIPT>ran()</SCRIPT>",
    "<script>ran()//",
    "</title><script>ran()</script>",
    "</textarea><script>ran()</script>",
    "</script><script>ran()</script>",
    "</option></select><script>ran()</script>",
    "</style><script>ran()</script>",
    "--><script>ran()</script>",
    "<!--><script>ran()</script>",
    "]]><script>ran()</script>",
    "<script/x>ran()</script>",
    "<scr<script>ipt>ran()</script>",
    "<script type=module>ran()</script>",
    "<<script>ran()</script>",
    "<svg><script>ran()</script></svg>",
    "<math><mtext><script>ran()</script>",
    "<img src=x onerror=ran()>",
    "<img src=x onerror='ran()'>",
    '<img src=x onerror="ran()">',
    "<IMG SRC=x ONERROR=ran()>",
    "<img/src=x/onerror=ran()>",
    "<img src=x\tonerror=ran()>",
    "<img src=x onerror=ran()//",
    "<svg onload=ran()>",
    "<svg/onload=ran()>",
    "<body onload=ran()>",
    "<video src=x onerror=ran()>",
    "<audio src=x onerror=ran()>",
    "<input autofocus onfocus=ran()>",
    "<select autofocus onfocus=ran()>",
    "<details open ontoggle=ran()>",
    "<marquee onstart=ran()>",
    "<iframe onload=ran()>",
    "<iframe src=javascript:ran()>",
    '<iframe srcdoc="<script>ran()</script>">',
    "<object data=javascript:ran()>",
    "<embed src=javascript:ran()>",
    "<a href=javascript:ran()>x</a>",
    "<form action=javascript:ran()>",
    "<button formaction=javascript:ran()>",
    "<base href=javascript:ran()//>",
    "<style onload=ran()>",
    "<link rel=stylesheet href=x onerror=ran()>",
    "<style>*{animation:x}</style><b onanimationend=ran()>",
    '" onfocus=ran() autofocus "',
    "' onfocus=ran() autofocus '",
    '"><script>ran()</script>',
    "'><script>ran()</script>",
    '"><img src=x onerror=ran()>',
    '" onmouseover=ran() "',
    "x onerror=ran() ",
    "`-ran()-`",
    "'-ran()-'",
    '"-ran()-"',
    "\\'-ran()//",
    "${ran()}",
    "{{ran()}}",
    "{% include 'ran()' %}",
    "javascript:ran()",
    "JaVaScRiPt:ran()",
    "&lt;script&gt;ran()&lt;/script&gt;",
    "&#60;script&#62;ran()&#60;/script&#62;",
    "\\u003cscript\\u003eran()\\u003c/script\\u003e",
    "%3Cscript%3Eran()%3C/script%3E",
    "jaVasCript:/*`/*\\`/*'/*\"/**/(/**/oNclick=ran())//</sCript><sVg/oNloAd=ran()//>",
)


def packed(room: int) -> list[str]:
    """All of them, several in a text of at most so many characters; what is longer by itself."""
    texts = [""]
    for script in SCRIPTS:
        if len(texts[-1]) + len(script) + 1 > room:
            texts.append("")
        texts[-1] = f"{texts[-1]} {script}".strip(" ")
    return [text for text in texts if text]


WITH_ADDRESSES: Final = {"href", "src", "action", "formaction", "data", "xlink:href", "srcdoc", "style"}
DATA: Final = {"application/json", "speculationrules"}


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = dict(attrs)
        if tag == "script" and not said.get("src") and said.get("type") not in DATA:
            self.found.append("<script>")
        for name, value in attrs:
            address = "".join((value or "").split()).lower()
            is_script = name in WITH_ADDRESSES and CALL in address and not address.startswith(("/", "?", "#"))
            if name.startswith("on") or CALL in name or is_script:
                self.found.append(f"<{tag} {name}={value!r}>")


def run_by(page: str) -> list[str]:
    """What of a page would run, or could: handlers, addresses that are scripts, scripts within the page."""
    reader = _Reader()
    reader.feed(page)
    reader.close()
    return reader.found
