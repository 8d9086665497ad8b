from django.urls import include, path

from . import views
from .consents.pages import consents_page

app_name = "accounts"
urlpatterns = [
    path("settings/", views.preferences, name="preferences"),
    path("settings/tokens/", views.tokens, name="tokens"),
    path("settings/tokens/<int:pk>/revoke/", views.revoke_token, name="revoke_token"),
    path("", include("accounts.notifications.urls")),
    path("settings/consents/", consents_page, name="consents"),
    path("language/", views.set_language, name="set_language"),
]
