from django.apps import AppConfig


class ProgressConfig(AppConfig):
    name = "progress"

    def ready(self) -> None:
        from accounts.merging import register
        from progress.recording.merging import move_sessions

        register(move_sessions)
