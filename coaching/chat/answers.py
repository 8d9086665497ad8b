"""What the coach answers from the learner's own statistics, without a language model: a function for each intent."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.units import CPM_PER_WPM, SpeedUnit, accuracy, percent_sign, speed, unit_label
from coaching.advice.standing import FASTEST, SLOWEST
from coaching.chat.fingers import hands, weakest_finger
from coaching.chat.general import WITHOUT_FIGURES
from coaching.chat.intents import Asked, Intent, understand
from coaching.chat.keys import how_to_type
from coaching.chat.knowledge import Knowledge, Span
from coaching.chat.suggestions import suggested_after
from coaching.chat.terms import meaning
from coaching.plans.composition import Method, Planned
from coaching.plans.plans import Proposal
from coaching.wording import (
    forecast_sentence,
    headline,
    joined,
    quoted,
    seconds,
    share,
    step_name,
    weakness_reason,
)
from lessons.text_maker import Richest
from progress.figures.keys import MOST_NAMED
from progress.keystrokes.costs import Weakness
from progress.wording import visible

AVERAGE_CPM: Final = 52 * CPM_PER_WPM
USUAL_CPM: Final = (32 * CPM_PER_WPM, 72 * CPM_PER_WPM)
"""The mean of Dhakal and others (2018), and a standard deviation to both sides: two of three people."""


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer, and the questions offered after it."""

    text: str
    suggested: Sequence[str]


def answer(question: str, known: Knowledge) -> Reply:
    """What the statistics say to a question, in the language that is active."""
    asked = understand(question)
    return Reply(text_for(asked, known), suggested_after(asked.intent))


def text_for(asked: Asked, known: Knowledge) -> str:
    """The answer to what was asked."""
    if asked.intent == Intent.HOW_TO_TYPE:
        return how_to_type(asked.about, known.layout)
    if asked.intent == Intent.TERM:
        return meaning(asked.about)
    if asked.intent in WITHOUT_FIGURES:
        return WITHOUT_FIGURES[asked.intent]()
    if asked.intent == Intent.GOOD_SPEED:
        return _good_speed(asked, known)
    if known.latest is None:
        return _nothing_typed()
    if asked.intent == Intent.GOAL:
        return _goal(asked, known)
    return FROM_FIGURES[asked.intent](known, known.latest)


def told_at_large(known: Knowledge) -> str:
    """What holds a learner back and what to do about it."""
    if known.latest is None:
        return _nothing_typed()
    return joined(_slow(known, known.latest), _ready(known))


def _slow(known: Knowledge, latest: Span) -> str:
    if known.coach and _is_exactness_first(known.coach.proposal):
        return joined(
            _(
                "Mistakes cost you the most time: your accuracy is %(accuracy)s, and every mistake breaks the rhythm."
            )
            % {"accuracy": accuracy(latest.accuracy) + percent_sign()},
            _("Slow down until hardly any are left; the speed comes back by itself within days."),
            _weakest(known),
        )
    return _weakest(known) or _(
        "No single key holds you back: your speed of %(speed)s is even across all of them. What helps now is regular "
        "practice, ten minutes a day, with your eyes a few letters ahead of your fingers."
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
    return joined(headline(coach.standing), _ready(known))


def _ready(known: Knowledge) -> str:
    """What lies ready to be typed: the plan begun, the lesson where too few letters are known, else ten minutes."""
    coach = known.coach
    if coach is None:
        return _nothing_typed()
    if coach.plan and coach.plan.next:
        return _(
            "Continue your ten minutes: %(done)s of %(count)s exercises are done, “%(step)s” is next. You will find "
            "them on the coach’s page."
        ) % {
            "done": number_format(coach.plan.done),
            "count": number_format(len(coach.plan.exercises)),
            "step": step_name(coach.plan.next.kind, coach.richest),
        }
    if coach.is_lesson_first and coach.next_lesson:
        sentence = (
            _("Lesson %(number)s, “%(title)s”, once more: when it goes well, new letters come.")
            if coach.is_once_more
            else _("Continue the course: lesson %(number)s, “%(title)s”, brings new letters.")
        )
        return sentence % {
            "number": number_format(coach.next_lesson.number),
            "title": coach.next_lesson.title,
        }
    return _("Ten minutes are ready for you on the coach’s page: %(steps)s.") % {
        "steps": "; ".join(_step(one, coach.richest) for one in coach.proposal.exercises)
    }


def _step(planned: Planned, richest: Richest) -> str:
    name = step_name(planned.step, richest)
    return f"{name} ({', '.join(quoted(item) for item in planned.weak)})" if planned.weak else name


def _goal(asked: Asked, known: Knowledge) -> str:
    """When a speed is reached: that of the question, else her goal; in the unit of the question, else in hers."""
    coach = known.coach
    if coach is None:
        return _nothing_typed()
    goal, unit = _speed_asked(asked, known)
    if goal is None:
        goal = float(coach.goal_cpm)
    if not SLOWEST <= goal <= FASTEST:
        return _("I can make forecasts for speeds from %(slowest)s to %(fastest)s.") % {
            "slowest": _in_unit(SLOWEST, unit),
            "fastest": _in_unit(FASTEST, unit),
        }
    told = coach.standing.forecast(goal)
    if told is None:
        return _(
            "It is too early for a forecast: it takes three days of practice and ten minutes in all. Ask again then."
        )
    return forecast_sentence(told, unit)


def _speed_asked(asked: Asked, known: Knowledge) -> tuple[float | None, SpeedUnit]:
    """The speed in a question in CPM, None for none, and the unit it is told in."""
    unit: SpeedUnit = known.unit
    if asked.unit:
        unit = "wpm" if asked.unit == "wpm" else "cpm"
    if not asked.about:
        return None, unit
    return float(asked.about) * (CPM_PER_WPM if unit == "wpm" else 1), unit


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
    return joined(
        _verdict(recent, before),
        _(
            "Last seven days: %(now)s, accuracy %(now_accuracy)s. Four weeks before: %(before)s, accuracy "
            "%(before_accuracy)s."
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
    return joined(
        _verdict(now, before),
        _(
            "This month: %(now)s, accuracy %(now_accuracy)s. Last month: %(before)s, accuracy %(before_accuracy)s."
        )
        % _two(now, before, known),
        _("Practice: %(now)s this month, %(before)s last month.")
        % {"now": _minutes(now.minutes), "before": _minutes(before.minutes)},
    )


def _good_speed(asked: Asked, known: Knowledge) -> str:
    """What the speed of a question, and her own, is worth among people's."""
    told, (cpm, unit) = "", _speed_asked(asked, known)
    slow, fast = USUAL_CPM
    if cpm is not None:
        values = {"speed": _in_unit(cpm, unit), "slow": _in_unit(slow, unit), "fast": _in_unit(fast, unit)}
        if cpm < slow:
            told = _("%(speed)s is slow: five out of six people type faster.") % values
        elif cpm < AVERAGE_CPM:
            told = (
                _("%(speed)s is below average; two out of three people type %(slow)s to %(fast)s.") % values
            )
        elif cpm <= fast:
            told = _("%(speed)s is good: that is average or better.") % values
        else:
            told = _("%(speed)s is fast: five out of six people type slower.") % values
    return joined(
        told,
        _(
            "In a large study (168,000 people, 2018) the average was 52 words a minute, which is 260 characters."
        ),
        _own_speed(known, known.latest) if known.latest else "",
    )


def _weak(known: Knowledge, latest: Span) -> str:
    return _weakest(known) or _("None of your keys stands out right now by more than chance.")


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
        told = joined(told, _("You miss most often: %(listed)s.") % {"listed": listed})
    return joined(
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
    return joined(told, _("Your best run: %(speed)s.") % {"speed": _in_unit(best, known.unit)})


def _practice(known: Knowledge, latest: Span) -> str:
    recent = known.recent
    row = known.streak.days
    told = ngettext(
        "You have practiced %(count)s day in a row.", "You have practiced %(count)s days in a row.", row
    ) % {"count": number_format(row)}
    if recent is None:
        told = _("You have not practiced in the last seven days.")
    else:
        told = joined(told, _("In the last seven days: %(minutes)s.") % {"minutes": _minutes(recent.minutes)})
    return joined(told, _("Ten minutes a day do more than an hour once a week."))


def _nothing_typed() -> str:
    return _(
        "I know nothing about your typing yet. Type the first lesson of a course or a short test, and ask again."
    )


FROM_FIGURES: Final[dict[Intent, Callable[[Knowledge, Span], str]]] = {
    Intent.SLOW: _slow,
    Intent.NEXT: _next,
    Intent.IMPROVING: _improving,
    Intent.COMPARE: _compare,
    Intent.FINGER: weakest_finger,
    Intent.HAND: hands,
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
        why.append(_("%(cost)s\u00a0s lost per 1,000\u00a0characters") % {"cost": seconds(one.cost)})
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
            else _("A little slower lately.")
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
    return _in_unit(span.cpm, known.unit)


def _in_unit(cpm: float, unit: SpeedUnit) -> str:
    return f"{speed(cpm, unit)}\u00a0{unit_label(unit)}"


def _minutes(minutes: float) -> str:
    whole = max(1, int(minutes))
    return ngettext("%(count)s minute", "%(count)s minutes", whole) % {"count": number_format(whole)}
