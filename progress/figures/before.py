"""What a learner had done of the like before a session: her last run, and her record."""

from dataclasses import dataclass

from django.db.models import FloatField, Max, Q, Subquery, Value

from progress.models import TypingSession


@dataclass(frozen=True, slots=True)
class Before:
    """`cpm` and `accuracy` of the last run before, `record` the highest speed of all of them; None without one."""

    cpm: float | None = None
    accuracy: float | None = None
    record: float | None = None


def before(session: TypingSession) -> Before:
    """Of the same lesson, of tests as long (in minutes or in words) and as hard on the same layout, or of drills on it,
    whose different texts have no record. One query."""
    alike = TypingSession.objects.filter(_alike(session), _earlier(session), user=session.user_id)
    last = alike.order_by("-started_at", "-recorded_at")
    if session.kind != TypingSession.Kind.DRILL:
        records = alike.records().order_by().values("user").annotate(best=Max("cpm"))
        last = last.annotate(record=Subquery(records.values("best")))
    else:
        last = last.annotate(record=Value(None, FloatField()))
    found = last.values_list("cpm", "accuracy", "record").first()
    return Before(*found) if found else Before()


def _alike(session: TypingSession) -> Q:
    if session.lesson_id:
        return Q(lesson=session.lesson_id)
    of_kind = Q(kind=session.kind, layout=session.layout)
    if session.kind == TypingSession.Kind.TEST:
        # Ranked ones are found by an index, however many other sessions there are.
        return of_kind & Q(
            minutes=session.minutes, words=session.words, difficulty=session.difficulty, ranked=True
        )
    return of_kind


def _earlier(session: TypingSession) -> Q:
    before = Q(started_at__lt=session.started_at) | Q(recorded_at__lt=session.recorded_at)
    return before & Q(started_at__lte=session.started_at)
