from django.apps import AppConfig


class CoachingConfig(AppConfig):
    name = "coaching"

    def ready(self) -> None:
        from accounts.merging import register
        from progress.figures.results import add_section

        from .drills import move_drills
        from .sections import weak_keys_section

        register(move_drills)
        add_section(weak_keys_section)
