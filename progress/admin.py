"""Sessions and leaderboards in the admin: looked at and judged, never written."""

from contextlib import suppress
from datetime import date
from statistics import median
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.views.main import ChangeList
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts import units
from accounts.merging import Gone
from lessons.languages import TYPED
from progress.figures.headings import names_of
from progress.honours.leaderboards import LESSON
from progress.keystrokes.plausibility import Flag
from progress.models import BoardEntry, BusinessDay, TypingSession
from progress.recording.judging import judge_session
from progress.recording.playing import replay_of
from progress.wording import clock, heading, unranked


class ReadOnly(admin.ModelAdmin):
    """What was typed is looked at and judged, never written here."""

    show_full_result_count = False
    view_on_site = False
    """A learner's page of it is hers alone."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False


class Figures:
    """The columns of speed and accuracy, as people read them."""

    @admin.display(description=_("characters per minute"), ordering="cpm")
    def speed(self, run: TypingSession | BoardEntry) -> str:
        return units.speed(run.cpm, "cpm")

    @admin.display(description=_("accuracy, %"), ordering="accuracy")
    def sureness(self, run: TypingSession | BoardEntry) -> str:
        return units.accuracy(run.accuracy)


class FlagFilter(admin.SimpleListFilter):
    title = _("why it is not ranked")
    parameter_name = "flag"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(flag.value, unranked(TypingSession(ranked=False, flags=[flag]))) for flag in Flag]

    def queryset(self, request: HttpRequest, queryset: QuerySet[TypingSession]) -> QuerySet[TypingSession]:
        return queryset.filter(flags__contains=[self.value()]) if self.value() in set(Flag) else queryset


class NamedSessions(ChangeList):
    """A page of sessions, those of exercises made for a learner called by their names."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        names = names_of(self.result_list)
        for session in self.result_list:
            session.called = heading(session, names)


@admin.register(TypingSession)
class FlaggedSessionAdmin(Figures, ReadOnly):
    """Sessions that look untyped. A program only keeps them out of rankings; people decide."""

    list_display = ["recorded_at", "what", "speed", "sureness", "time", "why"]
    list_filter = [FlagFilter]
    ordering = ["-recorded_at"]
    actions = ["rank", "reject"]
    fields = ["recorded_at", "what", "speed", "sureness", "evenness", "time", "why", "rhythm_in_words"]
    readonly_fields = [
        "recorded_at",
        "what",
        "speed",
        "sureness",
        "evenness",
        "time",
        "why",
        "rhythm_in_words",
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[TypingSession]:
        """The flagged ones, and any other by its id."""
        sessions = super().get_queryset(request).select_related("lesson__course", "text")
        match = request.resolver_match
        return sessions if match and "object_id" in match.kwargs else sessions.exclude(flags=[])

    def get_changelist(self, request: HttpRequest, **options: Any) -> type[ChangeList]:
        return NamedSessions

    @admin.display(description=_("exercise"))
    def what(self, session: TypingSession) -> str:
        return getattr(session, "called", None) or heading(session, names_of([session]))

    @admin.display(description=_("evenness, %"))
    def evenness(self, session: TypingSession) -> str:
        return "–" if session.consistency is None else units.wholes([session.consistency])[0]

    @admin.display(description=_("time"))
    def time(self, session: TypingSession) -> str:
        return clock(session.duration_ms)

    @admin.display(description=_("not ranked because"))
    def why(self, session: TypingSession) -> str:
        return unranked(session) or "–"

    @admin.display(description=_("rhythm"))
    def rhythm_in_words(self, session: TypingSession) -> str:
        played = replay_of(session)
        if played is None:
            return str(_("The keystrokes are no longer kept."))
        intervals = [stroke.latency for stroke in played.strokes if stroke.latency is not None]
        holds = [stroke.hold for stroke in played.strokes if stroke.hold is not None]
        told = ngettext(
            "%(count)s keystroke; between them %(interval)s\u00a0ms, held for %(hold)s\u00a0ms (medians); "
            "fastest %(fastest)s\u00a0ms",
            "%(count)s keystrokes; between them %(interval)s\u00a0ms, held for %(hold)s\u00a0ms (medians); "
            "fastest %(fastest)s\u00a0ms",
            len(played.strokes),
        )
        return told % {
            "count": len(played.strokes),
            "interval": round(median(intervals or [0])),
            "hold": round(median(holds or [0])),
            "fastest": min(intervals, default=0),
        }

    @admin.action(description=_("Rank after all"), permissions=["change"])
    def rank(self, request: HttpRequest, sessions: QuerySet[TypingSession]) -> None:
        judge_all(self, request, list(sessions), ())

    @admin.action(description=_("Keep out of the rankings"), permissions=["change"])
    def reject(self, request: HttpRequest, sessions: QuerySet[TypingSession]) -> None:
        judge_all(self, request, list(sessions), (Flag.REJECTED,))


class BoardFilter(admin.SimpleListFilter):
    title = _("leaderboard")
    parameter_name = "board"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [(one.code, one.tests) for one in TYPED.values()] + [("lessons", _("Lessons"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[BoardEntry]) -> QuerySet[BoardEntry]:
        if self.value() == "lessons":
            return queryset.filter(board__startswith=LESSON)
        return queryset.filter(board=self.value()) if self.value() in TYPED else queryset


@admin.register(BoardEntry)
class BoardEntryAdmin(Figures, ReadOnly):
    """The places on the leaderboards."""

    list_display = ["name", "board_in_words", "period", "first_day", "speed", "sureness"]
    list_filter = ["period", BoardFilter]
    list_select_related = ["user", "session__lesson__course"]
    search_fields = ["user__board_name"]
    ordering = ["-start", "board", "-cpm"]
    actions = ["reject"]
    fields = ["name", "board_in_words", "period", "first_day", "speed", "sureness"]
    readonly_fields = ["name", "board_in_words", "period", "first_day", "speed", "sureness"]

    @admin.display(description=_("name"))
    def name(self, entry: BoardEntry) -> str:
        return entry.user.board_name

    @admin.display(description=_("leaderboard"), ordering="board")
    def board_in_words(self, entry: BoardEntry) -> str:
        """Of a language its tests, of a lesson what it is called."""
        lesson = entry.session.lesson
        return f"{lesson.course} › {lesson}" if lesson else str(TYPED[entry.board].tests)

    @admin.display(description=_("first day"), ordering="start")
    def first_day(self, entry: BoardEntry) -> date | str:
        """None of all time."""
        return "–" if entry.period == BoardEntry.Period.EVER else entry.start

    @admin.action(description=_("Take the run out of the rankings"), permissions=["change"])
    def reject(self, request: HttpRequest, entries: QuerySet[BoardEntry]) -> None:
        runs = {entry.session_id: entry.session for entry in entries.select_related("session__lesson")}
        judge_all(self, request, list(runs.values()), (Flag.REJECTED,))


@admin.register(BusinessDay)
class BusinessDayAdmin(ReadOnly):
    """The way to the page of business figures, for who may see it."""

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        return redirect("business:metrics")

    def get_urls(self) -> list[URLPattern]:
        return super().get_urls()[:1]


def judge_all(
    model_admin: admin.ModelAdmin, request: HttpRequest, sessions: list[TypingSession], flags: tuple[str, ...]
) -> None:
    """Rank sessions or don't, and say in the log who did."""
    judged = 0
    for session in sessions:
        with suppress(Gone):
            if judge_session(session, now=timezone.now(), add=flags, by_hand=True):
                said = "Kept out of the rankings." if flags else "Ranked after all."
                model_admin.log_change(request, session, said)
                judged += 1
    done = ngettext("%(count)s result reviewed.", "%(count)s results reviewed.", judged)
    model_admin.message_user(request, done % {"count": judged}, messages.SUCCESS)
