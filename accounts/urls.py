from django.urls import path

from . import views
from .consents.pages import consents_page
from .providers import views as providers

app_name = "accounts"
urlpatterns = [
    path("settings/", views.preferences, name="preferences"),
    path("settings/tokens/", views.tokens, name="tokens"),
    path("settings/tokens/<int:pk>/revoke/", views.revoke_token, name="revoke_token"),
    path("settings/connections/", providers.connections, name="connections"),
    path("settings/connections/<slug:provider>/connect/", providers.connect, name="connect"),
    path("settings/connections/<int:pk>/disconnect/", providers.disconnect, name="disconnect"),
    path("accounts/tell-email/", providers.tell_email, name="tell_email"),
    path("accounts/with/<slug:provider>/", providers.sign_in, name="sign_in_with"),
    path("accounts/reauthenticate/with/", providers.confirm_with, name="confirm_with"),
    path("settings/consents/", consents_page, name="consents"),
    path("language/", views.set_language, name="set_language"),
]
