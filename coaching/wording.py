"""What the coach says, in the language that is active; for its page, the result, chat and API."""

from collections.abc import Sequence
from datetime import date
from typing import Final

from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.units import SpeedUnit, accuracy, as_wanted, in_unit, nearest, percent_sign, speed, unit_label
from coaching.advice.difficulty import SAFE, Difficulty, Level, difficulty
from coaching.advice.standing import Standing
from coaching.forecast.learning_curve import Forecast
from coaching.models import Advice, Drill
from coaching.models.exercises import without_sentences
from coaching.plans.composition import Method, Step
from coaching.plans.practised import Practised
from lessons.text_maker import Richest
from progress.figures.keys import Named, Noticed
from progress.keystrokes.costs import WEAK_COST, Weakness, are_known
from progress.wording import arrow, visible

LEAST_GAIN: Final = 0.05
"""A smaller change of a cost, in s per 1,000 characters, is told as none."""


def item_name(item: str) -> str:
    """A key, or a pair of keys as they follow each other."""
    return arrow(item) if len(item) == 2 else visible(item)


def joined(*sentences: str) -> str:
    """Those that say something, one after the other."""
    return " ".join(filter(None, sentences))


def seconds(cost: float) -> str:
    """A cost in s per 1,000 characters."""
    return number_format(nearest(cost, 1), 1)


def hundredths(cost: float) -> str:
    """A small cost or gain in s per 1,000 characters."""
    return number_format(nearest(cost, 2), 2)


def rounded(value: float) -> str:
    """A figure to the nearest whole number."""
    return number_format(nearest(value), 0)


def share(rate: float) -> str:
    """A share, 0 to 1, in per cent."""
    return rounded(100 * rate) + percent_sign()


def headline(standing: Standing) -> str:
    """The one thing that matters most now."""
    asked = difficulty(standing.runs, standing.usual_cpm)
    if asked.level.is_accuracy_first:
        return _("Accuracy first: speed comes by itself, once the fingers stop missing.")
    if standing.is_plateau:
        return _("Your speed has almost stopped growing: it is time to practice differently.")
    if standing.worst:
        return dearest(standing.worst)
    if are_known(standing.keys.skill) and asked.accuracy < SAFE:
        return _("No single key holds you back: the mistakes are spread over all of them.")
    if are_known(standing.keys.skill):
        return _("Nothing holds you back in particular: all your keys are about equally fast and sure.")
    return _("It is too early to tell what holds you back: a few more exercises, and the coach will know.")


def dearest(worst: Sequence[Weakness]) -> str:
    """What the costliest keys and pairs cost together."""
    values = {"items": _together([quoted(one.item) for one in worst])}
    if worst[0].cost is None:
        return (
            ngettext("%(items)s holds you back most.", "%(items)s hold you back most.", len(worst)) % values
        )
    values["seconds"] = seconds(sum(one.cost or 0.0 for one in worst))
    return (
        ngettext(
            "You lose the most time on %(items)s, %(seconds)s\u00a0seconds per 1,000\u00a0characters.",
            "You lose the most time on %(items)s: together %(seconds)s\u00a0seconds per 1,000\u00a0characters.",
            len(worst),
        )
        % values
    )


def quoted(item: str) -> str:
    return _("“%(item)s”") % {"item": item_name(item)}


def _together(parts: Sequence[str]) -> str:
    """A list as it is said: "a", "a and b", "a, b and c"."""
    *first, last = parts
    return _("%(first)s and %(last)s") % {"first": ", ".join(first), "last": last} if first else last


def weakness_sentence(weakness: Weakness) -> str:
    """What a weak key or pair costs; where that is not known yet, how it is weak."""
    values = {"item": item_name(weakness.item)}
    if weakness.cost is not None:
        values["seconds"] = seconds(weakness.cost)
        if weakness.is_pair:
            return (
                _("The pair “%(item)s” costs you %(seconds)s\u00a0seconds per 1,000\u00a0characters.")
                % values
            )
        return _("The key “%(item)s” costs you %(seconds)s\u00a0seconds per 1,000\u00a0characters.") % values
    if weakness.is_missed:
        values["share"] = share(weakness.error_rate)
        return _("You miss the key “%(item)s” %(share)s of the time.") % values
    values["ms"] = rounded(weakness.ms)
    return _("It takes you %(ms)s\u00a0ms to press “%(item)s”.") % values


def weakness_reason(weakness: Weakness) -> str:
    """Whether it is slow or missed, by how much, and what that is measured by: all that makes up its cost."""
    reasons = []
    if weakness.is_slow or (weakness.cost or 0.0) - (weakness.cost_of_misses or 0.0) >= WEAK_COST:
        values = {"ms": rounded(weakness.ms), "usual": rounded(weakness.usual_ms)}
        if weakness.cost is None:
            reasons.append(_("%(ms)s\u00a0ms before it; you usually take %(usual)s") % values)
        elif weakness.is_pair:
            reasons.append(
                _("%(ms)s\u00a0ms from one to the other; similar pairs take you %(usual)s") % values
            )
        else:
            reasons.append(_("%(ms)s\u00a0ms before it; similar keys take you %(usual)s") % values)
    if weakness.is_missed or (weakness.cost_of_misses or 0.0) >= WEAK_COST:
        values = {"share": share(weakness.error_rate), "usual": share(weakness.usual_error_rate)}
        reasons.append(_("missed %(share)s of the time; you usually miss %(usual)s") % values)
    return ", ".join(reasons)


def cost_sentence(weakness: Weakness) -> str:
    """What a weak key or pair costs, in a few words; where that is not known yet, how slow or how often missed it
    is."""
    if weakness.cost is None:
        return weakness_reason(weakness)
    return _("%(cost)s\u00a0s per 1,000\u00a0characters") % {"cost": hundredths(weakness.cost)}


def noticed_sentence(noticed: Noticed, usual_ms: float | None) -> str:
    """What one run was like: facts of it, which blame nothing."""
    told = []
    if noticed.missed:
        keys = [
            _("“%(item)s” %(missed)s of %(tries)s")
            % {"item": item_name(item), "missed": number_format(missed), "tries": number_format(tries)}
            for item, missed, tries in noticed.missed
        ]
        told.append(_("Missed most often in this text: %(keys)s.") % {"keys": ", ".join(keys)})
    if noticed.slow and usual_ms:
        keys = [
            _("“%(item)s” %(ms)s\u00a0ms") % {"item": item_name(item), "ms": rounded(ms)}
            for item, ms in noticed.slow
        ]
        values = {"keys": ", ".join(keys), "usual": rounded(usual_ms)}
        told.append(_("Slowest in this text: %(keys)s; you usually take %(usual)s.") % values)
    return " ".join(told)


def run_sentence(named: Named) -> str:
    """How a key or pair went in the run just typed."""
    parts = []
    if named.ms is not None:
        parts.append(_("%(ms)s\u00a0ms per keystroke here") % {"ms": rounded(named.ms)})
    if named.missed:
        values = {"missed": number_format(named.missed), "tries": number_format(named.tries)}
        parts.append(_("missed %(missed)s of %(tries)s") % values)
    return ", ".join(parts)


def strengths_sentence(items: Sequence[str]) -> str:
    """What the learner types better than the rest."""
    return _("Already fast and sure: %(items)s.") % {"items": in_a_row(items)}


def in_a_row(items: Sequence[str]) -> str:
    """Keys and pairs one after the other, quoted: a comma among them reads as one."""
    return ", ".join(quoted(item) for item in items)


def method_name(method: str) -> str:
    return {
        Method.USUAL: _("As usual"),
        Method.EXACT: _("Slow and exact"),
        Method.BURSTS: _("Short bursts"),
        Method.READING: _("Only prose"),
    }[Method(method)]


def method_sentence(method: str) -> str:
    """How to practice by a method, and why."""
    return {
        Method.USUAL: _("A warm-up, two exercises on what costs you time, and prose to finish."),
        Method.EXACT: _(
            "Type slower than you can, and without a single mistake: mistakes are what keep you from getting faster."
        ),
        Method.BURSTS: _(
            "Lines of frequent words, each as fast as you can and with a rest after it; mistakes do not matter there. "
            "Fingers learn a new pace only by going beyond the old one."
        ),
        Method.READING: _(
            "Only whole sentences today, in an even rhythm and with the eyes a word ahead: your keys are fast enough, "
            "what is left is the flow."
        ),
    }[Method(method)]


def level_sentence(difficulty: Difficulty, target_cpm: float, unit: SpeedUnit) -> str:
    """What the last keystrokes changed: the target, or how much weak material there is."""
    values = {
        "accuracy": accuracy(difficulty.accuracy) + percent_sign(),
        "target": target(target_cpm, unit),
        "safe": number_format(SAFE, 0) + percent_sign(),
    }
    return {
        Level.MORE: _("Accuracy %(accuracy)s at full speed: the target rises to %(target)s."),
        Level.SAME: _("Aim for %(target)s.")
        if difficulty.accuracy >= SAFE
        else _("Aim for %(target)s, but for %(safe)s accuracy first."),
        Level.LESS: _(
            "Accuracy has been %(accuracy)s lately, so less of what is hard this time. Slow down until you hardly "
            "ever miss."
        ),
        Level.TWO_KEYS: _(
            "The last two runs had too many mistakes: two keys at a time now, as slowly as it takes to hit them."
        ),
    }[difficulty.level] % values


def step_name(step: str, richest: Richest = "sentences") -> str:
    """What an exercise made for a learner is called; `richest` is what her letters allow."""
    if step == Step.PROSE and richest != "sentences":
        return without_sentences(richest)
    return str(Drill.Kind(step).label)


def step_aim(step: str, items: Sequence[str], richest: Richest = "sentences") -> str:
    """What an exercise of a plan is about; `items` are the weak keys and pairs in it."""
    if items:
        return in_a_row(items)
    if step == Step.PROSE and richest == "sentences":
        return _("ordinary text in all the letters you know")
    if richest == "groups":
        return _("groups of the letters you know")
    return {
        Step.WARM_UP: _("frequent words, without haste"),
        Step.TARGETED: _("words of the keys and pairs that take you longest"),
        Step.BURST: _("lines of frequent words"),
        Step.PROSE: _("words of all the letters you know"),
    }.get(Step(step), "")


def exercise_goal(drill: Drill, unit: SpeedUnit) -> str:
    """What an exercise made for a learner is for, and how to type it."""
    parts = []
    if drill.practised:
        parts.append(
            _("Practices %(items)s.") % {"items": _together([quoted(item) for item in drill.practised])}
        )
    if drill.kind == Step.BURST:
        parts.append(_("Each line as fast as you can, with a rest after it: mistakes do not matter here."))
    elif drill.plan and Level(drill.plan.level).is_accuracy_first:
        parts.append(_("Slowly, until you hardly ever miss."))
    elif drill.plan and drill.plan.method == Method.EXACT:
        parts.append(_("Slowly, and without a single mistake."))
    elif drill.plan and drill.kind == Step.TARGETED:
        parts.append(_("Target: %(target)s.") % {"target": target(drill.plan.target_cpm, unit)})
    return " ".join(parts)


def target(cpm: float, unit: SpeedUnit) -> str:
    """A speed to aim at, in whole numbers."""
    return f"{number_format(as_wanted(in_unit(cpm, unit)), 0)} {unit_label(unit)}"


def practised_sentence(one: Practised) -> str:
    """How a weak key or pair was before a drill, and in it."""
    parts = []
    if one.after_ms is not None:
        values = {"before": rounded(one.before_ms), "after": rounded(one.after_ms)}
        parts.append(_("%(before)s → %(after)s\u00a0ms") % values)
    if one.tries and (one.missed or one.before_error_rate):
        values = {"before": share(one.before_error_rate), "after": share(one.missed / one.tries)}
        parts.append(_("missed %(before)s → %(after)s") % values)
    elif one.tries:
        parts.append(_("never missed"))
    return ", ".join(parts)


def achieved(advice: Advice) -> str:
    """What a plan did to one key or pair; what practice should take off is told beside it."""
    after = advice.cost if advice.cost_after is None else advice.cost_after
    values = {
        "item": item_name(advice.item),
        "before": hundredths(advice.cost),
        "after": hundredths(after),
        "gain": number_format(nearest(advice.cost, 2) - nearest(after, 2)),
        "hoped": hundredths(advice.predicted_gain),
    }
    gain = round(advice.cost - after, 9)
    if gain >= LEAST_GAIN:
        return (
            _(
                "“%(item)s”: from %(before)s to %(after)s\u00a0s; %(gain)s\u00a0s saved, %(hoped)s\u00a0s expected."
            )
            % values
        )
    if -gain >= LEAST_GAIN:
        return _("“%(item)s”: from %(before)s to %(after)s\u00a0s; it did not get better this time.") % values
    return (
        _(
            "“%(item)s”: %(before)s\u00a0s before, %(after)s\u00a0s now, hardly a change yet. One plan should save "
            "%(hoped)s\u00a0s; a few of them will show."
        )
        % values
    )


def day(value: date) -> str:
    """A day of any year, as it stands in a sentence, on one line: "March 9, 2027"."""
    # Translators: a day, its month and year as Django's date format.
    return date_format(value, _("F j, Y")).replace(" ", "\u00a0")


def forecast_sentence(told: Forecast, unit: SpeedUnit) -> str:
    """When the goal will be reached at the present pace."""
    values: dict[str, object] = {"goal": f"{speed(told.goal_cpm, unit)} {unit_label(unit)}"}
    if told.is_reached:
        return _("You already type %(goal)s: choose a higher goal.") % values
    early, middle, late = told.early, told.middle, told.late
    minutes = max(round(told.minutes_a_day), 1)
    pace = ngettext("%(count)s minute a day", "%(count)s minutes a day", minutes) % {
        "count": number_format(minutes)
    }
    values["pace"] = pace
    if not told.minutes_a_day:
        return _("%(goal)s is still far off: you have not practiced in the last four weeks.") % values
    if middle is None:
        return (
            _(
                "At this pace (%(pace)s), %(goal)s is still far off: practice more often, or choose a closer goal."
            )
            % values
        )
    values |= {"early": day(early or middle), "middle": day(middle), "late": day(late or middle)}
    if late is None:
        return (
            _(
                "%(goal)s: most likely by %(middle)s, at %(pace)s; %(early)s if all goes well. It may also take "
                "years."
            )
            % values
        )
    return (
        _("%(goal)s: most likely by %(middle)s, at %(pace)s; %(early)s at best, %(late)s at worst.") % values
    )
