from django.urls import path

from . import views

app_name = "accounts"
urlpatterns = [
    path("settings/", views.preferences, name="preferences"),
    path("language/", views.set_language, name="set_language"),
]
