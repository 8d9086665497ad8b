from django.apps import AppConfig


class TypingTrainerConfig(AppConfig):
    name = "typingtrainer"
