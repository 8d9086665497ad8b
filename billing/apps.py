from django.apps import AppConfig


class BillingConfig(AppConfig):
    name = "billing"

    def ready(self) -> None:
        from accounts import merging

        from . import entitlement

        merging.register(entitlement.move)
