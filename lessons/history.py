"""What an editor changed, field by field, in the admin's own log."""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from django import forms
from django.apps import apps
from django.contrib.admin.models import ADDITION, CHANGE, LogEntry
from django.contrib.admin.options import ModelAdmin
from django.contrib.contenttypes.models import ContentType
from django.db.models import Model
from django.utils.translation import gettext as _

from .models import Block

TEXT = "typed_text"
Values = dict[str, tuple[object, object]]
"""Old and new by field name."""


@dataclass(frozen=True)
class Piece:
    """Words in a row of a text that stayed ("same"), went ("gone") or came ("new")."""

    state: str
    text: str


@dataclass(frozen=True)
class Change:
    """One field's old and new value as shown; `pieces` instead for a typed text."""

    label: str
    old: str
    new: str
    pieces: tuple[Piece, ...] = ()


def changed_values(form: forms.BaseForm) -> Values:
    """What a valid form changes."""
    values = {}
    for name in form.changed_data:
        old, new = form.initial.get(name, ""), form.cleaned_data.get(name)
        if isinstance(new, Model):
            old = type(new)._default_manager.filter(pk=old).first()
        if old != new:
            values[name] = old, new
    return values


def message(row: Model, values: Values) -> list[dict[str, Any]]:
    """A change message for `log_change`; the admin reads the first part, `changes_in` the second."""
    return [{"changed": {"fields": _labels(row, values)}}, entry(row, values)]


def entry(row: Model, values: Values, *, of: str = "") -> dict[str, Any]:
    """The part of a change message with the values; `of` names the row where it is not the logged one."""
    plain = {name: [_plain(old), _plain(new)] for name, (old, new) in values.items()}
    return {"values": plain, "model": row._meta.label_lower, "of": of}


def log_rows(user_id: Any, rows: Iterable[tuple[Model, Values | None]]) -> None:
    """One log entry for each row with what changed, None for a new row; all in one query.

    Blocks, which have no page of their own, are logged with their course.
    """
    new: set[Model] = set()
    parts: dict[Model, list[dict[str, Any]]] = {}
    for row, values in rows:
        if isinstance(row, Block):
            parts.setdefault(row.course, []).extend(_part(row, values))
        elif values is None:
            new.add(row)
            parts.setdefault(row, []).append({"added": {}})
        else:
            parts.setdefault(row, []).extend(message(row, values))
    LogEntry.objects.bulk_create(
        LogEntry(
            user_id=user_id,
            content_type_id=ContentType.objects.get_for_model(row).pk,
            object_id=str(row.pk),
            object_repr=str(row)[:200],
            action_flag=ADDITION if row in new else CHANGE,
            change_message=json.dumps(said, ensure_ascii=False),
        )
        for row, said in parts.items()
    )


def _part(block: Block, values: Values | None) -> list[dict[str, Any]]:
    named = {"name": str(block._meta.verbose_name), "object": str(block)}
    if values is None:
        return [{"added": named}]
    return [{"changed": named | {"fields": _labels(block, values)}}, entry(block, values, of=str(block))]


def _labels(row: Model, values: Values) -> list[str]:
    return [label(type(row), name) for name in values]


def label(model: type[Model], name: str) -> str:
    """The field's name for people."""
    return (
        _("Typed text") if name == TEXT else str(getattr(model._meta.get_field(name), "verbose_name", name))
    )


def changes_in(logged: LogEntry) -> list[Change]:
    """The changes a log entry tells of, in the reader's language; none for an older or plainer entry."""
    try:
        parts = json.loads(logged.change_message)
    except ValueError:
        return []
    found = []
    for part in parts:
        for name, (old, new) in part.get("values", {}).items():
            said = label(apps.get_model(part["model"]), name)
            pieces = compare(str(old or ""), str(new or "")) if name == TEXT else ()
            found.append(
                Change(f"{part['of']}: {said}" if part["of"] else said, _shown(old), _shown(new), pieces)
            )
    return found


def compare(old: str, new: str) -> tuple[Piece, ...]:
    """Two texts as one, word by word, in the order of reading."""
    before, after = _words(old), _words(new)
    pieces = []
    for what, start, end, first, last in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if what == "equal":
            pieces.append(Piece("same", "".join(before[start:end])))
            continue
        if end > start:
            pieces.append(Piece("gone", "".join(before[start:end])))
        if last > first:
            pieces.append(Piece("new", "".join(after[first:last])))
    return tuple(pieces)


def _words(text: str) -> list[str]:
    return re.findall(r"\s+|\S+", text)


def _plain(value: object) -> Any:
    return value if isinstance(value, str | int | bool) or value is None else str(value)


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return "" if value is None else str(value)


class HistoryAdmin(ModelAdmin):
    """An admin whose log says what each field was and what it became."""

    def construct_change_message(
        self, request: Any, form: Any, formsets: Any, add: bool = False
    ) -> list[dict[str, Any]]:
        parts = super().construct_change_message(request, form, formsets, add)
        if add:
            return parts
        parts.append(entry(form.instance, changed_values(form)))
        for formset in formsets or ():
            changed = {id(row) for row, _ in formset.changed_objects}
            parts += [
                entry(part.instance, changed_values(part), of=str(part.instance))
                for part in formset.initial_forms
                if id(part.instance) in changed
            ]
        return parts
