from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class BillingConfig(AppConfig):
    name = "billing"
    verbose_name = _("Premium")

    def ready(self) -> None:
        from accounts import merging
        from accounts.notifications.kinds import add_kind

        from . import mailing, personal_data, stripe_api
        from .merging import move

        merging.register(move)
        add_kind(mailing.KIND)
        personal_data.register()
        stripe_api.configure()
