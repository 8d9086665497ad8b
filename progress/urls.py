from django.urls import path

from . import views

app_name = "progress"
urlpatterns = [
    path("dashboard/", views.board, name="dashboard"),
    path("history/", views.history, name="history"),
    path("learn/<slug:course>/", views.course, name="course"),
    path("practice/<slug:course>/<int:number>/", views.practice, name="practice"),
    path("practice/<slug:course>/<int:number>/trial/", views.trial, name="trial"),
    path("tests/", views.tests, name="tests"),
    path("tests/<slug:language>/<int:minutes>/", views.test, name="test"),
    path("sessions/", views.record, name="record"),
    path("sessions/<uuid:pk>/", views.session, name="session"),
    path("sessions/<uuid:pk>/delete/", views.delete, name="delete"),
    path("sessions/<uuid:pk>/keys/", views.keys, name="keys"),
]
