"""A recorded session, as its result shows it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from django.db.models import Q

from progress.honours.achievements import earned_codes
from progress.keystrokes.passing import Runs
from progress.keystrokes.replay import Replay
from progress.keystrokes.skill import Skill
from progress.models import SkillProfile, TypingSession
from progress.recording.playing import replay_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """A session in the database, with what its result needs to know.

    `played`: its keystrokes played again, None without them; `previous_cpm`: the speed of the learner's session of the
    lesson before it; `earned`: the codes of the achievements it brought; `skill`: her statistics on its layout; `runs`:
    what she did in every lesson, where that was at hand.
    """

    session: TypingSession
    played: Replay | None
    previous_cpm: float | None
    earned: Collection[str]
    skill: Skill
    runs: Mapping[int, Runs] | None = None

    @classmethod
    def of(cls, session: TypingSession) -> "Recorded":
        """Of a session that was recorded earlier and comes with its text; four queries."""
        before = Q(started_at__lt=session.started_at) | Q(recorded_at__lt=session.recorded_at)
        previous = TypingSession.objects.filter(
            before, user=session.user_id, lesson=session.lesson_id, started_at__lte=session.started_at
        )
        speeds = previous.order_by("-started_at", "-recorded_at").values_list("cpm", flat=True)
        return cls(
            session=session,
            played=replay_of(session),
            previous_cpm=speeds.first() if session.lesson_id else None,
            earned=earned_codes(session),
            skill=SkillProfile.skill_of(session.user_id, session.layout),
        )
