"""The fake's pages: who one wants to be, and what shall go wrong."""

import html
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.fakes.openid.core import FakeProvider

STYLE = """:root{color-scheme:light dark;font:16px/1.5 system-ui,sans-serif}
body{max-width:34rem;margin:0 auto;padding:1rem 1rem 4rem}
label{display:block;margin:.6rem 0}
input:not([type=checkbox]){font:inherit;width:100%;box-sizing:border-box;padding:.4rem}
button{font:inherit;padding:.3rem .8rem;margin:.15rem .3rem .15rem 0;cursor:pointer}"""


def authorize(asked: dict[str, str]) -> str:
    """The form that says who one is; its address holds what the site asked."""
    return _page(
        "Sign in at Example School",
        "<p>This is a fake provider: be whoever you like.</p>"
        '<form method="post">'
        '<label>Email<input name="email" value="anna@school.example"></label>'
        '<label><input type="checkbox" name="verified" value="1" checked> The school vouches for this email</label>'
        '<label>Name<input name="name" value="Anna"></label>'
        '<label>Number at the school, by which it knows one<input name="sub" placeholder="the email"></label>'
        '<p><button name="do" value="allow">Sign in</button><button name="do" value="cancel">Cancel</button></p>'
        "</form>",
    )


def home(fake: "FakeProvider") -> str:
    from tests.fakes.openid.core import FAULTS

    buttons = "".join(
        f'<li><button name="kind" value="{kind}">{kind}</button>{html.escape(what)}</li>'
        for kind, what in FAULTS.items()
    )
    return _page(
        "A fake OpenID provider",
        f"<p>Its client is <code>{fake.client}</code>. Going wrong next: {fake.next_fault or 'nothing'}.</p>"
        '<form method="post"><button name="do" value="reset">As at the start</button></form>'
        '<form method="post"><label><input type="checkbox" name="always" value="1"> from now on, not only once</label>'
        f"<ul>{buttons}</ul></form>",
    )


def _page(title: str, content: str) -> str:
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><link rel="icon" href="data:,"><title>{title}</title>'
        f'<meta name="viewport" content="width=device-width"><style>{STYLE}</style><h1>{title}</h1>{content}</html>'
    )
