"""Everything that is counted of a learner's sessions, to hold one way of counting against another."""

from progress import models

ZONES = ("Asia/Vladivostok", "America/New_York", "UTC")


def aggregates(user) -> dict[str, list[tuple]]:
    """The rows of every aggregate by its name, but for their primary keys."""
    found = {}
    for model in models.AGGREGATES:
        names = [field.attname for field in model._meta.concrete_fields if not field.primary_key]
        rows = model._default_manager.filter(user=user).order_by(*model.KEY)
        found[model.__name__] = list(rows.values_list(*(name for name in names if name != "user_id")))
    return found
