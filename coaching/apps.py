from django.apps import AppConfig


class CoachingConfig(AppConfig):
    name = "coaching"

    def ready(self) -> None:
        from accounts.merging import register
        from coaching.chat.conversation import move_messages
        from coaching.pages.sections import weak_keys_section
        from coaching.plans.drills import move_drills
        from progress.figures.results import add_section

        register(move_drills)
        register(move_messages)
        add_section(weak_keys_section)
