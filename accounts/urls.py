from django.urls import path

from . import security, views

app_name = "accounts"
urlpatterns = [
    path("settings/", views.preferences, name="preferences"),
    path("settings/security/", security.security, name="security"),
    path("settings/security/sign-out/", security.sign_out_elsewhere, name="sign_out_elsewhere"),
    path("settings/security/sign-out/<slug:browser>/", security.sign_out_browser, name="sign_out_browser"),
    path("settings/tokens/", views.tokens, name="tokens"),
    path("settings/tokens/<int:pk>/revoke/", views.revoke_token, name="revoke_token"),
    path("language/", views.set_language, name="set_language"),
]
