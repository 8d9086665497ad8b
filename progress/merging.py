from accounts.models import User

from .models import LessonProgress, TypingSession
from .rebuilding import rebuild


def move(guest: User, into: User) -> None:
    """Give a guest's sessions to an account and count them there."""
    TypingSession.objects.filter(user=guest).update(user=into)
    LessonProgress.objects.filter(user=guest).delete()
    rebuild(into.pk)
