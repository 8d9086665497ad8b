from django.utils import timezone

from accounts.models import User
from progress.honours import leaderboards
from progress.models import Award, DailyStat, LessonProgress, OpenSession, SkillProfile, TypingSession
from progress.recording import counting
from progress.recording.rebuilding import with_logs
from progress.statements import run


def move(guest: User, into: User) -> None:
    """Give a guest's sessions to an account and count them there, after what is counted already."""
    sessions = TypingSession.objects.filter(user=guest).order_by("counted_at", "id")
    lessons = {row.lesson_id: row for row in LessonProgress.objects.filter(user=into)}
    profiles: dict[str, SkillProfile] = {}
    for session, played in with_logs(sessions.select_related("lesson", "text")):
        if session.layout not in profiles:
            profiles[session.layout] = counting.profile_of(into.pk, session.layout)
        profile = profiles[session.layout]
        session.user = into
        session.counted_at = counting.moment(session.counted_at, profile)
        session.save(update_fields=["user", "counted_at"])
        if session.lesson:
            row = lessons.setdefault(
                session.lesson.pk,
                LessonProgress(user=into, lesson=session.lesson, last_at=session.recorded_at),
            )
            row.add(session)
        if played:
            profile.add(session, played)
        run(counting.adding_day(session))
    for progress in lessons.values():
        progress.save()
    for profile in profiles.values():
        profile.save()
    for model in (LessonProgress, DailyStat, SkillProfile):
        model.objects.filter(user=guest).delete()
    Award.objects.filter(user=guest, code__in=Award.objects.filter(user=into).values("code")).delete()
    Award.objects.filter(user=guest).update(user=into)
    OpenSession.objects.filter(user=guest).update(user=into)
    leaderboards.rebuild_entries(into.pk, now=timezone.now())
