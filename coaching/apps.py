from django.apps import AppConfig


class CoachingConfig(AppConfig):
    name = "coaching"

    def ready(self) -> None:
        from accounts.merging import register
        from coaching import personal_data
        from coaching.chat.conversation import move_messages
        from coaching.pages.beginnings import beginning_section
        from coaching.pages.board import board_section
        from coaching.pages.sections import coach_section, name_drills
        from coaching.plans.drills import move_rows
        from coaching.plans.lessons import lesson_text
        from progress.exercises.exercise import add_lesson_writer
        from progress.figures.dashboard import add_to_dashboard
        from progress.figures.headings import add_names
        from progress.figures.results import add_section

        register(move_rows)
        register(move_messages)
        add_section(beginning_section)
        add_section(coach_section)
        add_to_dashboard(board_section)
        add_names(name_drills)
        add_lesson_writer(lesson_text)
        personal_data.register()
