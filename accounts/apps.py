from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = _("Learners and staff")

    def ready(self) -> None:
        from .merging import register
        from .notifications import account_news
        from .notifications.kinds import add_kind
        from .personal_data import exports, own

        register(exports.move)
        add_kind(account_news.KIND)
        own.register_own()
