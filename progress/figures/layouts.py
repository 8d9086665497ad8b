"""Which keyboard layouts a learner types on."""

from django.db.models import Max

from accounts.models import User
from progress.models import DailyStat, TypingSession


def last_layout(user: User) -> str | None:
    """The layout typed on last, None before anything was; one query by an index."""
    typed = TypingSession.objects.filter(user=user).order_by("-started_at", "-recorded_at")
    return typed.values_list("layout", flat=True).first()


def layouts_of(user: User) -> list[str]:
    """The layouts a learner has typed on, the last one first; two queries, however much she typed."""
    typed = DailyStat.objects.filter(user=user).values_list("layout").annotate(last=Max("date"))
    others = [layout for layout, _ in typed.order_by("-last", "layout")]
    last = last_layout(user)
    return list(dict.fromkeys([last, *others])) if last else others
