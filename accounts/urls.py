from django.urls import path

from . import views
from .consents.pages import consents_page
from .personal_data import pages

app_name = "accounts"
urlpatterns = [
    path("settings/", views.preferences, name="preferences"),
    path("settings/tokens/", views.tokens, name="tokens"),
    path("settings/tokens/<int:pk>/revoke/", views.revoke_token, name="revoke_token"),
    path("settings/data/", pages.data, name="data"),
    path("settings/data/export/", pages.begin_export, name="begin_export"),
    path("settings/data/export/progress/", pages.export_progress, name="export_progress"),
    path("settings/data/export/<str:signed>/", pages.download_export, name="download_export"),
    path("settings/data/delete/", pages.delete_account, name="delete_account"),
    path("settings/data/deleted/", pages.deleted, name="deleted"),
    path("settings/data/undo/<str:signed>/", pages.undo_deletion, name="undo_deletion"),
    path("settings/consents/", consents_page, name="consents"),
    path("language/", views.set_language, name="set_language"),
]
