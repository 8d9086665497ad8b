from django.urls import path

from . import views

app_name = "progress"
urlpatterns = [
    path("learn/<slug:course>/", views.course, name="course"),
    path("practice/<slug:course>/<int:number>/", views.practice, name="practice"),
    path("sessions/", views.record, name="record"),
    path("sessions/<uuid:pk>/", views.session, name="session"),
]
