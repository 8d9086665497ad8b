from django.urls import path

from . import views

app_name = "coaching"
urlpatterns = [
    path("sessions/<uuid:pk>/drill/", views.make_drill, name="make_drill"),
    path("drills/<str:sha256>/", views.drill, name="drill"),
]
