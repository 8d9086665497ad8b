from django.conf import settings
from django.contrib import admin
from django.urls import include, path

from accounts.notifications.dev_browser import subscribe_pretended
from coaching.pages import home

from . import views

urlpatterns = [
    path("", home.home, name="home"),
    path("help/", views.help_page, name="help"),
    path("privacy/", views.privacy, name="privacy"),
    path("learn/", include("lessons.urls")),
    path("", include("progress.urls")),
    path("coach/", include("coaching.urls")),
    path("accounts/", include("accounts.allauth_urls")),
    path("", include("accounts.urls")),
    path("", include("accounts.factors.urls")),
    path("", include("billing.urls")),
    path("api/", include("typingtrainer.api_urls")),
    path("sw.js", views.service_worker, name="service_worker"),
    path("health/", views.health, name="health"),
    path("admin/metrics/", include("progress.business.urls")),
    path("admin/", admin.site.urls),
]

if settings.DEMO:
    urlpatterns.append(path("dev/mail/", include("accounts.dev_mail")))
    urlpatterns.append(path("dev/browser/", subscribe_pretended, name="dev_browser"))

handler400 = "typingtrainer.views.bad_request"
handler404 = "typingtrainer.views.not_found"
handler500 = "typingtrainer.views.failed"
