from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = _("Accounts")

    def ready(self) -> None:
        from .merging import register
        from .notifications import security
        from .notifications.kinds import add_kind
        from .personal_data import exports, own

        register(exports.move)
        add_kind(security.KIND)
        own.register_own()
