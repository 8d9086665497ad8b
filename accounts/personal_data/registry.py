"""Which models hold what of a learner: each is exported, or left out for a reason. Apps register theirs when ready.

Every model there is has to be registered, so that nobody forgets a new one: a test fails until it is.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.core.files.storage import Storage
from django.db.models import Model
from django.utils.functional import Promise

from accounts.models import User

Row = dict[str, Any]
Step = Callable[[User, datetime], object]


@dataclass(frozen=True, slots=True)
class Part:
    """What is known of one model.

    `owner` is the lookup that leads from a row to its learner's id, "" for rows that are nobody's. An exported model
    has the `name` of its files in the archive and says what it is `about`; one that is left out has a `reason`. Of an
    exported one all columns go out but those `without`, each with its reason; `also` adds columns by their lookups,
    `shown` turns what JSON cannot say into what it can. `rows` makes the rows of some keys instead. `each` names a
    column that holds a list, of which the CSV file has a line each.
    """

    model: type[Model]
    owner: str
    name: str = ""
    about: Promise | str = ""
    reason: str = ""
    without: Mapping[str, str] = field(default_factory=dict)
    also: Mapping[str, str] = field(default_factory=dict)
    shown: Mapping[str, Callable[[Any], Any]] = field(default_factory=dict)
    order: Sequence[str] = ("pk",)
    rows: Callable[[list[Any]], Iterator[Row]] | None = None
    each: str = ""

    @property
    def columns(self) -> list[str]:
        """The exported columns, in the order of the model, then those added."""
        own = [column.attname for column in self.model._meta.concrete_fields]
        return [*(name for name in own if name not in self.without), *self.also]


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file of a learner: its `name` in the `storage`, and `shown_as` in the archive."""

    storage: Storage
    name: str
    shown_as: str


Files = Callable[[UUID], Iterable[StoredFile]]

PARTS: Final[dict[type[Model], Part]] = {}
FILES: Final[list[Files]] = []
ON_REQUEST: Final[list[Step]] = []
ON_ERASURE: Final[list[Step]] = []


def exported(model: type[Model], name: str, about: Promise | str, owner: str = "user", **how: Any) -> None:
    """Rows of `model` that lead to a learner by `owner` are hers, and in her archive; `how` as `Part` has it."""
    _register(Part(model, owner, name, about, **how))


def excluded(reason: str, *models: type[Model], owner: str = "") -> None:
    """Rows of `models` are in no archive; with an `owner`, they are a learner's and go with her all the same."""
    for model in models:
        _register(Part(model, owner, reason=reason))


def add_files(files: Files) -> None:
    """`files(user_id)` tells which files a learner has: they are put into her archive, and deleted with her."""
    if files not in FILES:
        FILES.append(files)


def when_requested(step: Step) -> None:
    """`step(user, now)` runs in the transaction in which a deletion is asked for."""
    if step not in ON_REQUEST:
        ON_REQUEST.append(step)


def when_erased(step: Step) -> None:
    """`step(user, now)` erases what does not go with the learner's row, while that is still there.

    Each step runs outside a transaction and again after whatever interrupted it, so it bears running twice; what it
    raises stops the erasure, which is tried again later.
    """
    if step not in ON_ERASURE:
        ON_ERASURE.append(step)


def exported_parts() -> list[Part]:
    """Those in the archive, by the names of their files."""
    return sorted((part for part in PARTS.values() if part.name), key=lambda part: part.name)


def _register(part: Part) -> None:
    known = PARTS.setdefault(part.model, part)
    if (known.name, known.reason) != (part.name, part.reason):
        raise ValueError(f"{part.model._meta.label} is registered already.")
