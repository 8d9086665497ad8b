"""What the coach answers from the learner's own statistics, without a language model: a function for each intent."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.units import CPM_PER_WPM, accuracy, percent_sign, speed, unit_label
from coaching.advice.standing import FASTEST, SLOWEST
from coaching.chat.general import WITHOUT_FIGURES
from coaching.chat.intents import Intent, understand
from coaching.chat.keys import how_to_type
from coaching.chat.knowledge import Knowledge, Span
from coaching.chat.suggestions import suggested_after
from coaching.chat.terms import meaning
from coaching.plans.composition import Method, Planned
from coaching.plans.plans import Proposal
from coaching.wording import (
    forecast_sentence,
    headline,
    quoted,
    rounded,
    seconds,
    share,
    step_name,
    weakness_reason,
)
from lessons.text_maker import Richest
from progress.figures.keys import MOST_NAMED
from progress.keystrokes.costs import Weakness
from progress.templatetags.dashboards import finger_name
from progress.wording import visible

ENOUGH_MISSED: Final = 0.02
"""The share of a finger's keystrokes from which on its mistakes are worth a word."""


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer, and the questions offered after it."""

    text: str
    suggested: Sequence[str]


def answer(question: str, known: Knowledge) -> Reply:
    """What the statistics say to a question, in the language that is active."""
    asked = understand(question)
    if asked.intent == Intent.HOW_TO_TYPE:
        text = how_to_type(asked.about, known.layout)
    elif asked.intent == Intent.TERM:
        text = meaning(asked.about)
    elif asked.intent in WITHOUT_FIGURES:
        text = WITHOUT_FIGURES[asked.intent]()
    elif known.latest is None:
        text = _nothing_typed()
    elif asked.intent == Intent.GOAL:
        text = _goal(asked.about, known)
    else:
        text = FROM_FIGURES[asked.intent](known, known.latest)
    return Reply(text, suggested_after(asked.intent))


def told_at_large(known: Knowledge) -> str:
    """What holds a learner back and what to do about it."""
    if known.latest is None:
        return _nothing_typed()
    return _joined(_slow(known, known.latest), _ready(known))


def _slow(known: Knowledge, latest: Span) -> str:
    if known.coach and _is_exactness_first(known.coach.proposal):
        return _joined(
            _(
                "Above all, mistakes cost you time: your accuracy is %(accuracy)s, and every mistake breaks the rhythm."
            )
            % {"accuracy": accuracy(latest.accuracy) + percent_sign()},
            _("Slow down until hardly any are left; the speed comes back by itself within days."),
            _weakest(known),
        )
    return _weakest(known) or _(
        "No single key holds you back: your %(speed)s come evenly from all of them. Then what helps is regular "
        "practice, ten minutes a day, with eyes a few letters ahead of your fingers."
    ) % {"speed": _speed(latest, known)}


def _is_exactness_first(proposal: Proposal) -> bool:
    """By the rule of the plan: its level or its method says so."""
    return proposal.difficulty.level.is_accuracy_first or proposal.method == Method.EXACT


def _next(known: Knowledge, latest: Span) -> str:
    coach = known.coach
    if coach is None:
        return _nothing_typed()
    if coach.plan and coach.plan.next:
        return _ready(known)
    return _joined(headline(coach.standing, coach.proposal), _ready(known))


def _ready(known: Knowledge) -> str:
    """What lies ready to be typed: the plan begun, the lesson where too few letters are known, else ten minutes."""
    coach = known.coach
    if coach is None:
        return _nothing_typed()
    if coach.plan and coach.plan.next:
        return _(
            "Go on with the ten minutes you have begun: %(done)s of %(count)s exercises are behind you, next is "
            "“%(step)s”. You find them on the coach’s page."
        ) % {
            "done": number_format(coach.plan.done),
            "count": number_format(len(coach.plan.exercises)),
            "step": step_name(coach.plan.next.kind, coach.richest),
        }
    if coach.is_lesson_first and coach.next_lesson:
        sentence = (
            _("Once more lesson %(number)s, “%(title)s”: when it goes well, new letters come.")
            if coach.is_once_more
            else _("Go on in the course: lesson %(number)s, “%(title)s”, brings new letters.")
        )
        return sentence % {
            "number": number_format(coach.next_lesson.number),
            "title": coach.next_lesson.title,
        }
    return _("On the coach’s page ten minutes are ready for you: %(steps)s.") % {
        "steps": "; ".join(_step(one, coach.richest) for one in coach.proposal.exercises)
    }


def _step(planned: Planned, richest: Richest) -> str:
    name = step_name(planned.step, richest)
    return f"{name} ({', '.join(quoted(item) for item in planned.weak)})" if planned.weak else name


def _goal(about: str, known: Knowledge) -> str:
    """When a speed is reached: that of the question, in the learner's unit, else her goal."""
    coach = known.coach
    if coach is None:
        return _nothing_typed()
    goal = float(coach.goal_cpm)
    if about:
        goal = float(about) * (CPM_PER_WPM if known.unit == "wpm" else 1)
    if not SLOWEST <= goal <= FASTEST:
        return _("I can tell of speeds from %(slowest)s to %(fastest)s.") % {
            "slowest": _in_unit(SLOWEST, known),
            "fastest": _in_unit(FASTEST, known),
        }
    told = coach.standing.forecast(goal)
    if told is None:
        return _(
            "It is too early for a forecast: it takes three days of practice and ten minutes in all. Ask again then."
        )
    return forecast_sentence(told, known.unit)


def _improving(known: Knowledge, latest: Span) -> str:
    recent, before = known.recent, known.before
    if recent is None:
        return _(
            "You have not practiced in the last seven days: there is nothing to compare. Ten minutes today?"
        )
    if before is None:
        return _(
            "It is too early to tell: there is only the last week so far, with %(speed)s. Ask in a week."
        ) % {"speed": _speed(recent, known)}
    return _joined(
        _verdict(recent, before),
        _(
            "Last seven days: %(now)s, accuracy %(now_accuracy)s. "
            "Four weeks before: %(before)s, accuracy %(before_accuracy)s."
        )
        % _two(recent, before, known),
        ""
        if recent.cpm > before.cpm
        else _("Speed comes in steps; several quiet weeks between them are normal."),
    )


def _compare(known: Knowledge, latest: Span) -> str:
    now, before = known.this_month, known.last_month
    if before is None:
        return _("There is nothing from last month to compare with: you did not practice here then.")
    if now is None:
        return _(
            "No practice this month yet. Last month it was %(speed)s with an accuracy of %(accuracy)s."
        ) % {
            "speed": _speed(before, known),
            "accuracy": accuracy(before.accuracy) + percent_sign(),
        }
    return _joined(
        _verdict(now, before),
        _(
            "This month: %(now)s, accuracy %(now_accuracy)s. Last month: %(before)s, accuracy %(before_accuracy)s."
        )
        % _two(now, before, known),
        _("Practice: %(now)s this month, %(before)s last month.")
        % {"now": _minutes(now.minutes), "before": _minutes(before.minutes)},
    )


def _finger(known: Knowledge, latest: Span) -> str:
    fingers = known.fingers
    if not fingers:
        return _(
            "There are too few timed keystrokes yet to judge a finger. A few more exercises, and I can tell."
        )
    load = fingers[0]
    told = _("It is the %(finger)s finger: %(ms)s ms a keystroke on average.") % {
        "finger": finger_name(load),
        "ms": rounded(load.ms or 0),
    }
    if load.error_rate >= ENOUGH_MISSED:
        told = _joined(told, _("It misses %(rate)s of its keys.") % {"rate": share(load.error_rate)})
    return _joined(
        told,
        _("Ring and little fingers are slower on every hand; they catch up most by exact, unhurried typing."),
    )


def _hand(known: Knowledge, latest: Span) -> str:
    """Which hand takes longer, of all keystrokes of its fingers."""
    pace: dict[str, float] = {}
    for hand in ("left", "right"):
        loads = [load for load in known.fingers if load.hand == hand]
        struck = sum(load.share for load in loads)
        if not struck:
            return _finger(known, latest)
        pace[hand] = sum(load.share * (load.ms or 0) for load in loads) / struck
    return _joined(
        _("Your left hand takes %(left)s ms a keystroke, your right one %(right)s ms.")
        % {"left": rounded(pace["left"]), "right": rounded(pace["right"])},
        _finger(known, latest),
    )


def _good_speed(known: Knowledge, latest: Span) -> str:
    return _joined(
        _(
            "In a large study (168,000 people, 2018) the average was 52 words a minute, which is 260 characters."
        ),
        _own_speed(known, latest),
    )


def _weak(known: Knowledge, latest: Span) -> str:
    return _weakest(known) or _("No key of yours stands out at present by more than chance.")


def _mistakes(known: Knowledge, latest: Span) -> str:
    missed = sorted((key for key in known.keys.weak if key.is_missed), key=lambda key: -key.error_rate)[
        :MOST_NAMED
    ]
    told = _("Your accuracy is %(accuracy)s.") % {"accuracy": accuracy(latest.accuracy) + percent_sign()}
    if missed:
        listed = ", ".join(
            _("“%(key)s” in %(rate)s of cases") % {"key": visible(key.item), "rate": share(key.error_rate)}
            for key in missed
        )
        told = _joined(told, _("You miss most often: %(listed)s.") % {"listed": listed})
    return _joined(
        told,
        _(
            "Type a little slower than you can, and correct at once: hands remember what they do often, mistakes too."
        ),
    )


def _own_speed(known: Knowledge, latest: Span) -> str:
    told = _("On average of your last days: %(speed)s with an accuracy of %(accuracy)s.") % {
        "speed": _speed(latest, known),
        "accuracy": accuracy(latest.accuracy) + percent_sign(),
    }
    best = max((day.best_cpm for day in known.days), default=0.0)
    if not best:
        return told
    return _joined(told, _("Your best run: %(speed)s.") % {"speed": _in_unit(best, known)})


def _practice(known: Knowledge, latest: Span) -> str:
    recent = known.recent
    row = known.streak.days
    told = ngettext(
        "You have practiced %(count)s day in a row.", "You have practiced %(count)s days in a row.", row
    ) % {"count": number_format(row)}
    if recent is None:
        told = _("You have not practiced in the last seven days.")
    else:
        told = _joined(
            told, _("In the last seven days: %(minutes)s.") % {"minutes": _minutes(recent.minutes)}
        )
    return _joined(told, _("Ten minutes a day do more than an hour once a week."))


def _nothing_typed() -> str:
    return _(
        "I know nothing of your typing yet. Type the first lesson of a course or a short test, and ask again."
    )


FROM_FIGURES: Final[dict[Intent, Callable[[Knowledge, Span], str]]] = {
    Intent.SLOW: _slow,
    Intent.NEXT: _next,
    Intent.IMPROVING: _improving,
    Intent.COMPARE: _compare,
    Intent.FINGER: _finger,
    Intent.HAND: _hand,
    Intent.GOOD_SPEED: _good_speed,
    Intent.WEAK: _weak,
    Intent.MISTAKES: _mistakes,
    Intent.SPEED: _own_speed,
    Intent.PRACTICE: _practice,
}


def _weakest(known: Knowledge) -> str:
    """The costliest keys and pairs in a sentence; "" for none."""
    worst = known.keys.weaknesses[:MOST_NAMED]
    if not worst:
        return ""
    return _("You lose the most time on %(listed)s.") % {"listed": "; ".join(_item(one) for one in worst)}


def _item(one: Weakness) -> str:
    why = [weakness_reason(one)]
    if one.cost is not None:
        why.append(_("%(cost)s s lost per 1,000 characters") % {"cost": seconds(one.cost)})
    return f"{quoted(one.item)} ({', '.join(filter(None, why))})"


def _verdict(now: Span, before: Span) -> str:
    """What changed, in a sentence: by less than a hundredth is not at all."""
    if now.cpm > 1.01 * before.cpm:
        return (
            _("You have become faster and more accurate.")
            if now.accuracy > before.accuracy
            else _("You have become faster.")
        )
    if now.cpm < 0.99 * before.cpm:
        return (
            _("Slower, but more accurate.")
            if now.accuracy > before.accuracy
            else _("A little slower at present.")
        )
    return _("As fast, and more accurate.") if now.accuracy > before.accuracy else _("About the same.")


def _two(now: Span, before: Span, known: Knowledge) -> dict[str, str]:
    return {
        "now": _speed(now, known),
        "now_accuracy": accuracy(now.accuracy) + percent_sign(),
        "before": _speed(before, known),
        "before_accuracy": accuracy(before.accuracy) + percent_sign(),
    }


def _speed(span: Span, known: Knowledge) -> str:
    return _in_unit(span.cpm, known)


def _in_unit(cpm: float, known: Knowledge) -> str:
    return f"{speed(cpm, known.unit)}\u00a0{unit_label(known.unit)}"


def _minutes(minutes: float) -> str:
    whole = max(1, int(minutes))
    return ngettext("%(count)s minute", "%(count)s minutes", whole) % {"count": number_format(whole)}


def _joined(*sentences: str) -> str:
    return " ".join(filter(None, sentences))
