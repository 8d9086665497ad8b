"""What PostgreSQL computes of texts and lessons: the name of a text, and the words a lesson is found by."""

from typing import Any

from django.contrib.postgres.search import SearchVector, SearchVectorCombinable, SearchVectorField
from django.db import models
from django.db.models import Func


class BodyDigest(Func):
    """SHA-256 of a text in UTF-8, as PostgreSQL computes it."""

    template = "encode(sha256(convert_to(%(expressions)s, 'UTF8')), 'hex')"
    output_field = models.CharField()


class Folded(Func):
    """A text with е for ё, as it is searched."""

    template = "translate(%(expressions)s, 'Ёё', 'Ее')"
    output_field = models.TextField()


class Characters(SearchVectorCombinable, Func):
    """Each character of a text as a word, signs too."""

    template = "array_to_tsvector(string_to_array(lower(%(expressions)s), NULL))"
    output_field = SearchVectorField()
    config = None


def searched(ru: str, en: str, weight: str) -> Any:
    """The words of two fields, Russian and English, by their stems."""
    return SearchVector(Folded(ru), config="russian", weight=weight) + SearchVector(
        en, config="english", weight=weight
    )


def spelled(ru: str, en: str, weight: str) -> Any:
    """The words of two fields as they are written, the shortest too."""
    return SearchVector(Folded(ru), config="simple", weight=weight) + SearchVector(
        en, config="simple", weight=weight
    )
