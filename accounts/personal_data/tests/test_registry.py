"""Every model is exported, or left out for a reason; what is exported misses no column without one."""

from pathlib import Path

import pytest
from django.apps import apps
from django.db.models import ForeignKey, Model

from accounts.models import User
from accounts.personal_data.registry import PARTS, excluded, exported_parts
from tests.factories import make_learner

ROOT = Path(__file__).resolve().parents[3]
PRIVACY = (ROOT / "docs/privacy.md").read_text("utf-8")
MODELS = [model for model in apps.get_models(include_auto_created=True) if not model._meta.proxy]
PARTS_OF_LEARNERS = [part for part in PARTS.values() if part.owner]


def leads_to_users(model: type[Model], seen: frozenset[type[Model]] = frozenset()) -> bool:
    """Whether rows of a model belong to a learner by a column that is always set, directly or through others."""
    if model is User:
        return True
    keys = [one for one in model._meta.concrete_fields if isinstance(one, ForeignKey)]
    return any(
        one.related_model is User or (not one.null and leads_to_users(one.related_model, seen | {model}))
        for one in keys
        if one.related_model not in seen
    )


def test_every_model_is_registered():
    new = sorted(model._meta.label for model in MODELS if model not in PARTS)
    assert not new, f"register as exported or excluded, in the personal_data module of their app: {new}"
    assert set(PARTS) <= set(MODELS)


def test_what_leads_to_a_learner_is_hers():
    nobodys = [
        name
        for model in MODELS
        if leads_to_users(model) and not PARTS[model].owner
        for name in [model._meta.label]
    ]
    assert not nobodys, f"say by which lookup rows are a learner's: {nobodys}"


@pytest.mark.django_db
def test_the_lookups_lead_to_the_learner():
    user = make_learner()
    for part in PARTS_OF_LEARNERS:
        found = list(part.model._default_manager.filter(**{part.owner: user.pk}))
        assert found == ([user] if part.model is User else [])


def test_each_says_what_it_is_or_why_not():
    for part in PARTS.values():
        assert bool(part.name) != bool(part.reason), part
        assert not part.name or (part.about and part.owner), part


def test_no_column_is_left_out_without_a_reason():
    for part in exported_parts():
        own = {column.attname for column in part.model._meta.concrete_fields}
        assert set(part.without) <= own, f"{part.name}: a column that is not there any more"
        assert all(len(reason) > 10 for reason in part.without.values()), part.name
        assert set(part.columns) | set(part.without) >= own, part.name
        secret = {
            name for name in part.columns if any(word in name for word in ("password", "sha256", "secret"))
        }
        assert not secret, part.name


def test_files_have_names_of_their_own():
    names = [part.name for part in exported_parts()]
    assert len(names) == len(set(names))


def test_the_page_about_privacy_names_all_that_is_a_learners():
    missing = [
        part.model._meta.label
        for part in PARTS_OF_LEARNERS
        if part.model._meta.app_label != "djstripe"
        and f"`{part.model._meta.label}`" not in PRIVACY
        and f"`{part.model.__name__}`" not in PRIVACY
    ]
    assert not missing, f"docs/privacy.md has no line for {missing}"
    assert "dj-stripe's tables" in PRIVACY


def test_one_model_has_one_answer():
    with pytest.raises(ValueError, match="already"):
        excluded("another reason", User)
    assert PARTS[User].name == "account"
