from django.urls import include, path

from . import security, views
from .avatars.pages import change_avatar, show_avatar
from .consents.pages import consents_page
from .personal_data import pages
from .providers import views as providers
from .staff.pages import end_impersonation

app_name = "accounts"
urlpatterns = [
    path("settings/", views.preferences, name="preferences"),
    path("settings/security/", security.security, name="security"),
    path("settings/security/sign-out/", security.sign_out_elsewhere, name="sign_out_elsewhere"),
    path("settings/security/sign-out/<slug:browser>/", security.sign_out_browser, name="sign_out_browser"),
    path("settings/view/", views.view, name="view"),
    path("settings/view/choose/", views.choose_view, name="choose_view"),
    path("settings/tokens/", views.tokens, name="tokens"),
    path("settings/tokens/<int:pk>/revoke/", views.revoke_token, name="revoke_token"),
    path("avatars/<slug:name>-<int:size>.webp", show_avatar, name="avatar"),
    path("settings/avatar/", change_avatar, name="change_avatar"),
    path("settings/connections/<slug:provider>/connect/", providers.connect, name="connect"),
    path("settings/connections/<int:pk>/disconnect/", providers.disconnect, name="disconnect"),
    path("accounts/tell-email/", providers.tell_email, name="tell_email"),
    path("accounts/with/<slug:provider>/", providers.sign_in, name="sign_in_with"),
    path("accounts/reauthenticate/with/", providers.confirm_with, name="confirm_with"),
    path("", include("accounts.notifications.urls")),
    path("settings/data/", pages.data, name="data"),
    path("settings/data/export/", pages.begin_export, name="begin_export"),
    path("settings/data/export/progress/", pages.export_progress, name="export_progress"),
    path("settings/data/export/<str:signed>/", pages.download_export, name="download_export"),
    path("settings/data/delete/", pages.delete_account, name="delete_account"),
    path("settings/data/deleted/", pages.deleted, name="deleted"),
    path("settings/data/undo/<str:signed>/", pages.undo_deletion, name="undo_deletion"),
    path("settings/consents/", consents_page, name="consents"),
    path("impersonation/end/", end_impersonation, name="end_impersonation"),
    path("language/", views.set_language, name="set_language"),
]
