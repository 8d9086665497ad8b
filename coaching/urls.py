"""The pages of drills."""

from django.urls import path, re_path

from . import views

app_name = "coaching"
urlpatterns = [
    path("sessions/<uuid:pk>/drill/", views.make_drill, name="make_drill"),
    re_path(r"^drills/(?P<sha256>[0-9a-f]{64})/$", views.drill, name="drill"),
]
