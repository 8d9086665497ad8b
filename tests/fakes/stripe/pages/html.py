"""How a page looks and how it is asked for: the frame, forms, sums, and the two languages."""

import html
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl

Thing = dict[str, Any]

STYLE = """
:root{color-scheme:light dark;font:16px/1.5 system-ui,sans-serif}
body{max-width:62rem;margin:0 auto;padding:1rem 1rem 4rem}
header{display:flex;justify-content:space-between;border-bottom:1px solid #8886;margin-bottom:1.5rem}
main.narrow{max-width:28rem;margin:0 auto}
label{display:block;margin:.75rem 0 .25rem}
input,select{font:inherit;width:100%;padding:.5rem;box-sizing:border-box}
button,.button{font:inherit;padding:.5rem 1rem;margin:.5rem .25rem .5rem 0;cursor:pointer}
table{border-collapse:collapse;width:100%;margin:.5rem 0 1.5rem}
td,th{text-align:left;padding:.3rem .6rem .3rem 0;border-bottom:1px solid #8884;vertical-align:top}
.error{border-left:4px solid #c22;padding:.25rem .75rem}.note{border-left:4px solid #288;padding:.25rem .75rem}
.inline{display:inline}.inline button{padding:.15rem .5rem;margin:.1rem .2rem .1rem 0}
.inline input{width:auto;padding:.1rem .3rem}.total{font-size:1.5rem}small{opacity:.75}
"""


@dataclass(frozen=True)
class Page:
    """An answer of a page; `location` sends the browser elsewhere."""

    body: str | bytes = ""
    status: int = 200
    location: str | None = None
    type: str = "text/html; charset=utf-8"


@dataclass(frozen=True)
class Asked:
    method: str
    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    form: Mapping[str, str] = field(default_factory=dict)
    languages: str = ""


def read_form(text: str) -> dict[str, str]:
    return dict(parse_qsl(text, keep_blank_values=True))


def language(asked: Asked, locale: str | None) -> str:
    """ru or en: what the session asks for, or else the browser."""
    if locale and locale != "auto":
        return "ru" if locale.startswith("ru") else "en"
    return "ru" if asked.languages.lower().startswith("ru") else "en"


def e(text: object) -> str:
    return html.escape("" if text is None else str(text))


def frame(title: str, body: str, lang: str = "en", *, narrow: bool = True, status: int = 200) -> Page:
    kind = ' class="narrow"' if narrow else ""
    badge = {"en": "Test mode: no money moves", "ru": "Тестовый режим: деньги не списываются"}[lang]
    return Page(
        f'<!doctype html><html lang="{lang}"><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width"><title>{e(title)}</title><style>{STYLE}</style>'
        f"<header><b>Stripe (fake)</b><small>{badge}</small></header>"
        f"<main{kind}><h1>{e(title)}</h1>{body}</main></html>",
        status,
    )


def money(cents: int, currency: str, lang: str = "en") -> str:
    sign = "-" if cents < 0 else ""
    whole, rest = divmod(abs(cents), 100)
    symbol = {"eur": "€", "usd": "$", "gbp": "£"}.get(currency, currency.upper() + " ")
    if lang == "ru":
        return f"{sign}{whole},{rest:02}\xa0{symbol.strip()}"
    return f"{sign}{symbol}{whole}.{rest:02}"


def date(at: int | None, lang: str = "en") -> str:
    if at is None:
        return ""
    return datetime.fromtimestamp(at, UTC).strftime("%d.%m.%Y" if lang == "ru" else "%d %b %Y")


def button(action: str, label: str, **fields: object) -> str:
    hidden = "".join(
        f'<input type="hidden" name="{name}" value="{e(value)}">' for name, value in fields.items()
    )
    return (
        f'<form class="inline" method="post" action="{e(action)}">{hidden}<button>{e(label)}</button></form>'
    )


def table(heads: list[str], rows: list[list[str]]) -> str:
    """Cells are HTML already."""
    head = "".join(f"<th>{e(title)}</th>" for title in heads)
    body = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def card_fields(lang: str) -> str:
    """A card's number, date and code. Filled in but for the number, so that one types as little as can be."""
    words = {
        "en": ("Card number", "Expires (MM / YY)", "Security code", "Name on the card"),
        "ru": ("Номер карты", "Действует до (ММ / ГГ)", "Код безопасности", "Имя на карте"),
    }[lang]
    return (
        f'<label for="cardNumber">{words[0]}</label>'
        '<input id="cardNumber" name="cardNumber" inputmode="numeric" autocomplete="off" required autofocus>'
        f'<label for="cardExpiry">{words[1]}</label><input id="cardExpiry" name="cardExpiry" value="12 / 40" required>'
        f'<label for="cardCvc">{words[2]}</label><input id="cardCvc" name="cardCvc" value="123" required>'
        f'<label for="billingName">{words[3]}</label><input id="billingName" name="billingName" value="Test Person">'
    )
