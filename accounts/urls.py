from django.urls import include, path

from . import views

app_name = "accounts"
urlpatterns = [
    path("settings/", views.preferences, name="preferences"),
    path("settings/tokens/", views.tokens, name="tokens"),
    path("settings/tokens/<int:pk>/revoke/", views.revoke_token, name="revoke_token"),
    path("", include("accounts.notifications.urls")),
    path("language/", views.set_language, name="set_language"),
]
