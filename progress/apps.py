from django.apps import AppConfig


class ProgressConfig(AppConfig):
    name = "progress"

    def ready(self) -> None:
        from accounts.merging import register
        from billing.offers import tell_free
        from progress.business.counting import merge_days
        from progress.figures.free_lessons import free_lessons
        from progress.recording.merging import move_sessions

        register(move_sessions)
        register(merge_days)
        tell_free(free_lessons)
