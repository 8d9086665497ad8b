"""The business figures, in the admin's frame and behind its door."""

from django.contrib import admin
from django.urls import path

from progress.business import pages

app_name = "business"
urlpatterns = [
    path("", admin.site.admin_view(pages.metrics), name="metrics"),
    path("<slug:name>.csv", admin.site.admin_view(pages.metrics_csv), name="metrics_csv"),
]
