"""What learners do, as parts of the page of business figures, each with the definitions to count it anew by."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from accounts.guests import GUEST_DAYS
from progress.business.figures import MOST_WEEKS, Cohort, Report, retention_of
from progress.business.shown import (
    Measure,
    Section,
    Tile,
    Timeline,
    average,
    count,
    day_name,
    difference,
    draw_chart,
    points,
    relative,
    row,
    seconds,
    section,
    share,
)
from progress.keystrokes.passing import ACCURATE, ACCURATE_RUNS_TO_PASS, STARS_TO_PASS
from progress.keystrokes.scoring import LEAST_CHARACTERS
from progress.models.business import STEP_MS, STEPS


def learning(report: Report, cohorts: Sequence[Cohort]) -> list[Section]:
    """The parts for a period; none where no day of it is over."""
    if report.now is None:
        return []
    timeline = Timeline(report.now, report.before, {day_name(step.start): step for step in report.steps})
    return [_active(timeline), _sessions(timeline), _lessons(timeline), _retention(cohorts)]


def _active(timeline: Timeline) -> Section:
    on_a_day = Measure(_("A day"), lambda of: of.daily, average, relative)
    in_a_week = Measure(_("In 7 days"), lambda of: of.week, count, relative)
    in_a_month = Measure(_("In 30 days"), lambda of: of.month, count, relative)
    stickiness = Measure(_("Stickiness"), lambda of: of.stickiness, share, points)
    new = Measure(_("New learners"), lambda of: of.newcomers, count, relative)
    return section(
        timeline,
        [on_a_day, in_a_week, in_a_month, stickiness, new],
        drawn=[[in_a_month, in_a_week, on_a_day]],
        slug="active",
        title=_("Active learners"),
        file="days",
        definitions=[
            (
                on_a_day.name,
                _(
                    "Learners, guests included, who typed %(least)s characters or more in the sessions that began on "
                    "that day (UTC). The first character of each session has no time and does not count. For several "
                    "days: their mean."
                )
                % {"least": LEAST_CHARACTERS},
            ),
            (
                f"{in_a_week.name}, {in_a_month.name}",
                _(
                    "Learners who were active on at least one of the 7 or 30\u00a0days that end with the day, each "
                    "counted once. For several days: the value of the last one."
                ),
            ),
            (
                stickiness.name,
                _(
                    "Learners active on a day, divided by those active in the 30\u00a0days that end with it. For "
                    "several days: the sum of the former, divided by the sum of the latter."
                ),
            ),
            (
                new.name,
                _(
                    "Learners whose first active day it is. A guest who comes back after %(days)s days, or in another "
                    "browser, is new again; one who signs in is the same as the account."
                )
                % {"days": GUEST_DAYS},
            ),
        ],
    )


def _sessions(timeline: Timeline) -> Section:
    number = Measure(_("Sessions"), lambda of: of.sessions, count, relative)
    median = Measure(_("Median duration"), lambda of: of.median_s, seconds, difference)
    mean = Measure(_("Mean duration"), lambda of: of.mean_s, seconds, difference)
    return section(
        timeline,
        [number, median, mean],
        drawn=[[number], [median, mean]],
        slug="sessions",
        title=_("Sessions and how long they last"),
        file="days",
        definitions=[
            (
                number.name,
                _(
                    "Finished runs of lessons, tests and drills that began on that day (UTC), ranked or not. A run "
                    "that was begun and abandoned is not a session."
                ),
            ),
            (
                mean.name,
                _(
                    "The time from the first to the last key of a session, summed and divided by their number."
                ),
            ),
            (
                median.name,
                _(
                    "The middle of these times in order, the shorter of two; each is cut to whole %(step)s seconds "
                    "before, and to %(most)s minutes at most."
                )
                % {"step": STEP_MS // 1000, "most": STEP_MS * STEPS // 60_000},
            ),
        ],
    )


def _lessons(timeline: Timeline) -> Section:
    completion = Measure(_("Completion rate"), lambda of: of.completion, share, points)
    typed = Measure(_("Lessons typed"), lambda of: of.lessons, count, relative)
    passed = Measure(_("Passed the same day"), lambda of: of.passed, count, relative)
    return section(
        timeline,
        [completion, typed, passed],
        drawn=[[completion]],
        slug="lessons",
        title=_("Lessons passed"),
        file="days",
        definitions=[
            (
                typed.name,
                _(
                    "Lessons of which a learner finished at least one run on that day (UTC), once for each learner, "
                    "lesson and day. Opening a lesson leaves no trace, so what was begun and abandoned is not known."
                ),
            ),
            (
                passed.name,
                _(
                    "Those of them that the runs of that day alone pass: one with %(stars)s stars or more, or "
                    "%(runs)s with an accuracy of %(accuracy)s%% or more."
                )
                % {"stars": STARS_TO_PASS, "runs": ACCURATE_RUNS_TO_PASS, "accuracy": f"{ACCURATE:g}"},
            ),
            (completion.name, _("Lessons passed the same day, divided by lessons typed.")),
        ],
    )


def _retention(cohorts: Sequence[Cohort]) -> Section:
    kept = retention_of(cohorts)
    weeks = [_("Week %(number)s") % {"number": n} for n in range(len(kept))]
    return Section(
        slug="retention",
        title=_("Who comes back"),
        file="retention",
        definitions=[
            (
                _("Cohort"),
                _(
                    "Learners, guests included, whose first active day falls in a week, Monday to Sunday (UTC)."
                ),
            ),
            (
                _("Retention"),
                _(
                    "The share of a cohort that was active on at least one day of the week so many weeks later. Shown "
                    "are completed weeks, up to week %(most)s; all cohorts together: all who were active, divided by "
                    "the sizes of the cohorts for which that week is complete."
                )
                % {"most": MOST_WEEKS},
            ),
        ],
        tiles=[
            Tile(_("After week %(number)s") % {"number": n}, share(kept[n]))
            for n in (1, 4, 8, 12)
            if n < len(kept)
        ],
        charts=[draw_chart(weeks, share, [(_("All cohorts together"), kept)])] if len(kept) > 1 else [],
        head=[_("Learners"), *(str(n) for n in range(1, len(kept)))] if kept else [],
        rows=[
            row(
                day_name(one.monday),
                [count(one.active[0]), *(f"{100 * part:.0f}" for part in one.shares[1:])],
            )
            for one in cohorts
        ],
    )
