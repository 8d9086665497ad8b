"""What plans are made of has its names, and fits the rows in which it is kept."""

import pytest
from django.utils.translation import override

from coaching.advice.difficulty import Level
from coaching.models import Drill, Plan
from coaching.plans.composition import Method, Step, compose
from coaching.wording import method_name, method_sentence, step_aim, step_name
from lessons.models import TypingText


@pytest.mark.parametrize("step", Step)
@pytest.mark.parametrize("richest", ["sentences", "words", "groups"])
def test_every_step_is_a_kind_of_exercise_and_says_what_it_is(step, richest):
    assert step in Drill.Kind.values
    assert step_name(step, richest)
    assert step_aim(step, [], richest) or step is Step.GROUPS


@pytest.mark.parametrize("method", Method)
def test_every_method_says_how_to_practise_and_makes_a_plan(method):
    assert method_name(method) and method_sentence(method)
    assert compose({}, Level.SAME, method)


@pytest.mark.parametrize(
    ("field", "values"),
    [
        (Plan._meta.get_field("method"), Method),
        (Plan._meta.get_field("level"), Level),
        (Drill._meta.get_field("kind"), Step),
    ],
)
def test_their_values_fit_the_columns(field, values):
    assert max(len(value) for value in values) <= field.max_length


@pytest.mark.parametrize(
    ("body", "name"),
    [
        ("аоа оао\nао", "Groups of letters"),
        ("который потом делать", "Words"),
        ("Она была. Он ждёт.", "Prose"),
    ],
)
def test_the_last_exercise_is_called_what_it_is(db, body, name):
    drill = Drill(text=TypingText.of(body), layout="ru-jcuken", kind=Drill.Kind.PROSE)
    with override("en"):
        assert drill.name == name
