from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ProgressConfig(AppConfig):
    name = "progress"
    verbose_name = _("Practice")

    def ready(self) -> None:
        from accounts.merging import register
        from accounts.notifications.kinds import add_kind
        from billing.offers import tell_free
        from progress import mailing, personal_data, reminding
        from progress.business.counting import merge_days
        from progress.figures.free_lessons import free_lessons
        from progress.recording.merging import move_sessions

        register(move_sessions)
        register(merge_days)
        tell_free(free_lessons)
        for kind in (reminding.REMINDER, reminding.STREAK, mailing.KIND):
            add_kind(kind)
        personal_data.register()
