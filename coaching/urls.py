from django.urls import path

from . import views

app_name = "coaching"
urlpatterns = [
    path("drill/", views.make_drill, name="make_drill"),
    path("drill/<str:sha256>/", views.drill, name="drill"),
]
