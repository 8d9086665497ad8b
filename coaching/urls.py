"""The pages of drills."""

from django.urls import path, re_path

from coaching.pages import drills

app_name = "coaching"
urlpatterns = [
    path("sessions/<uuid:pk>/drill/", drills.make_drill, name="make_drill"),
    re_path(r"^drills/(?P<sha256>[0-9a-f]{64})/$", drills.drill, name="drill"),
]
