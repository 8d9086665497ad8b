from django.conf import settings
from django.contrib import admin
from django.urls import include, path
from django.views.i18n import set_language

from . import views

urlpatterns = [
    path("", views.home, name="home"),
    path("learn/", include("lessons.urls")),
    path("", include("progress.urls")),
    path("coach/", include("coaching.urls")),
    path("accounts/", include("allauth.account.urls")),
    path("", include("accounts.urls")),
    path("", include("billing.urls")),
    path("language/", set_language, name="set_language"),
    path("health/", views.health, name="health"),
    path("admin/", admin.site.urls),
]

if settings.DEMO:
    urlpatterns.append(path("dev/mail/", include("accounts.dev_mail")))

handler404 = "typingtrainer.views.not_found"
