"""The fake's own page `/`: what it was asked last, and a button for every way to fail."""

import html
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

if TYPE_CHECKING:
    from tests.fakes.llm.core import FakeModel

STYLE = """:root{color-scheme:light dark;font:16px/1.5 system-ui,sans-serif}
body{max-width:48rem;margin:0 auto;padding:1rem 1rem 4rem}
button{font:inherit;padding:.3rem .8rem;margin:.15rem .3rem .15rem 0;cursor:pointer}
textarea{font:inherit;width:100%;box-sizing:border-box}
pre{white-space:pre-wrap;border-left:3px solid #8886;padding-left:1rem}"""


def act(fake: "FakeModel", body: bytes) -> None:
    """What a button says; one it does not know does nothing."""
    form = {name: values[0] for name, values in parse_qs(body.decode("utf-8", "replace")).items()}
    if form.get("do") == "reset":
        fake.reset()
    elif form.get("do") == "fail":
        try:
            fake.fail(form.get("kind", ""), 0 if form.get("always") else 1, form.get("text", ""))
        except ValueError:
            return


def page(fake: "FakeModel") -> bytes:
    from tests.fakes.llm.core import FAULTS, MODEL

    buttons = "".join(
        f'<li><button name="kind" value="{kind}">{kind}</button>{html.escape(what)}</li>'
        for kind, what in FAULTS.items()
    )
    waiting = ", ".join(fault.kind for fault in fake.faults) or "nothing"
    always = f"; always: {fake.always.kind}" if fake.always else ""
    asked = "".join(
        f"<pre>{html.escape(message['role'])}: {html.escape(str(message['content']))}</pre>"
        for message in (fake.asked[-1]["messages"] if fake.asked else ())
    )
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>A fake language model</title>'
        f'<meta name="viewport" content="width=device-width"><style>{STYLE}</style><h1>A fake language model</h1>'
        f"<p>It answers at <code>{fake.url}/v1/</code> as <code>{MODEL}</code>. <code>/_fake/</code> is its door for "
        f"programs. It was asked {len(fake.asked)} times; going wrong next: {waiting}{always}.</p>"
        f'<form method="post"><button name="do" value="reset">As at the start</button></form>'
        f'<form method="post"><input type="hidden" name="do" value="fail">'
        f'<p><label><input type="checkbox" name="always" value="1"> from now on, not only once</label></p>'
        f'<p><label>The text you give<textarea name="text" rows="2"></textarea></label></p><ul>{buttons}</ul></form>'
        f"<h2>The last question</h2>{asked or '<p>None yet.</p>'}</html>"
    ).encode()
