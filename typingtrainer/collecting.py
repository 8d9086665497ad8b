"""Collects the messages in our code and templates into the catalogues. For developers: needs Babel."""

from collections.abc import Iterable, Iterator
from io import BytesIO
from pathlib import Path

import polib
from babel.messages.extract import extract_python
from django.utils.translation.template import templatize

FUNCTIONS = dict.fromkeys(
    [
        "_",
        "gettext",
        "gettext_lazy",
        "gettext_noop",
        "ngettext",
        "ngettext_lazy",
        "pgettext",
        "pgettext_lazy",
        "npgettext",
        "npgettext_lazy",
    ]
)
APPS = ("accounts", "billing", "coaching", "lessons", "outbox", "progress", "templates", "typingtrainer")
PLURALS = {
    "ru": "nplurals=3; plural=(n%10==1 && n%100!=11 ? 0 : n%10>=2 && n%10<=4 && (n%100<12 || n%100>14) ? 1 : 2);"
}


def collect(root: Path) -> polib.POFile:
    """Every message in the product's code and templates, untranslated, with the files that hold it."""
    messages: dict[tuple[str | None, str], polib.POEntry] = {}
    for path in _sources(root):
        for message in _messages(path):
            entry = messages.setdefault((message.msgctxt, message.msgid), message)
            entry.msgid_plural = entry.msgid_plural or message.msgid_plural
            entry.occurrences = sorted({*entry.occurrences, (path.relative_to(root).as_posix(), "")})
    catalogue = polib.POFile(wrapwidth=110)
    catalogue.extend(messages[key] for key in sorted(messages, key=lambda key: (key[1], key[0] or "")))
    return catalogue


def translate(catalogue: polib.POFile, language: str, sources: Iterable[polib.POFile]) -> None:
    """Give each message its translation from the last of `sources` that has one."""
    plurals = PLURALS[language]
    catalogue.metadata = {
        "Language": language,
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": plurals,
    }
    ours = {(entry.msgctxt, entry.msgid): entry for entry in catalogue}
    for entry in ours.values():
        if entry.msgid_plural:
            entry.msgstr_plural = dict.fromkeys(range(int(plurals[len("nplurals=")])), "")
    for source in sources:
        for translated in source.translated_entries():
            key = (translated.msgctxt, translated.msgid)
            if key in ours and bool(ours[key].msgid_plural) == bool(translated.msgid_plural):
                ours[key].msgstr, ours[key].msgstr_plural = translated.msgstr, translated.msgstr_plural


def _sources(root: Path) -> Iterator[Path]:
    for app in APPS:
        for path in sorted((root / app).rglob("*")):
            is_ours = path.suffix == ".py" or ("templates" in path.parts and path.suffix in (".html", ".txt"))
            if is_ours and not {"tests", "migrations"} & set(path.parts):
                yield path


def _messages(path: Path) -> Iterator[polib.POEntry]:
    code = path.read_text("utf-8")
    if path.suffix != ".py":
        # What is left of a template has no indentation that Python would accept.
        code = "\n".join(line.lstrip() for line in templatize(code, origin=str(path)).splitlines())
    for _line, name, found, _comments in extract_python(BytesIO(code.encode()), FUNCTIONS, [], {}):
        has_context, is_plural = "pgettext" in str(name), str(name).startswith("n")
        arguments = list(found if isinstance(found, tuple) else [found])[: 1 + has_context + is_plural]
        if None in arguments:
            continue
        context = arguments.pop(0) if has_context else None
        yield polib.POEntry(
            msgctxt=context,
            msgid=arguments[0],
            msgid_plural=arguments[1] if is_plural else "",
            flags=["python-format"] if "%(" in arguments[0] else [],
        )
