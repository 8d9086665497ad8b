"""Forms as a browser finds them on pages, so that fields added later are filled in, too."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urljoin

ROOMY = 500
"""Characters put into a field that names no limit."""
TYPED = {"text", "search", "email", "url", "tel", "textarea", "hidden"}


@dataclass
class Form:
    """A form: where it goes, and what its fields hold; `kinds` are their types by name."""

    action: str
    method: str
    values: dict[str, str] = field(default_factory=dict)
    kinds: dict[str, str] = field(default_factory=dict)
    room: int = ROOMY
    """Characters that the shortest field takes that is typed in."""
    current_password: str = ""
    """The field that asks for the password one has, if one does."""

    def filled(self, text: str, password: str) -> dict[str, str]:
        """All that a person types is `text`; what is chosen stays, and passwords are right."""
        return {
            name: text
            if self.kinds[name] in TYPED - {"hidden"}
            else password
            if self.kinds[name] == "password"
            else value
            for name, value in self.values.items()
        }


class _Finder(HTMLParser):
    def __init__(self, path: str) -> None:
        super().__init__()
        self.path = path
        self.forms: list[Form] = []
        self.chosen = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said: dict[str, Any] = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append(
                Form(urljoin(self.path, said.get("action", "")), said.get("method", "get").lower())
            )
        elif self.forms and tag in ("input", "textarea", "select", "button") and said.get("name"):
            kind = {"textarea": "textarea", "select": "select", "button": "submit"}.get(
                tag, said.get("type", "text")
            )
            is_set = kind not in ("checkbox", "radio") or "checked" in said
            form, name = self.forms[-1], said["name"]
            form.kinds.setdefault(name, kind)
            if is_set:
                form.values.setdefault(name, said.get("value", ""))
            if kind in TYPED and said.get("maxlength"):
                form.room = min(form.room, int(said["maxlength"]))
            if kind == "password" and said.get("autocomplete") == "current-password":
                form.current_password = name
            self.chosen = name if tag == "select" else self.chosen
        elif self.forms and tag == "option" and "selected" in said:
            self.forms[-1].values[self.chosen] = said.get("value", "")


def forms_on(page: str, path: str) -> list[Form]:
    """The forms of a page that is at a path."""
    finder = _Finder(path)
    finder.feed(page)
    return finder.forms
