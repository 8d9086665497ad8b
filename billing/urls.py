from django.urls import path

from . import views

app_name = "billing"
urlpatterns = [
    path("pricing/", views.pricing, name="pricing"),
    path("premium/", views.subscription, name="subscription"),
    path("premium/buy/", views.buy, name="buy"),
    path("premium/bought/", views.bought, name="bought"),
    path("premium/cancel/", views.cancel, name="cancel"),
    path("premium/resume/", views.resume, name="resume"),
    path("premium/change/", views.change, name="change"),
    path("premium/portal/", views.portal, name="portal"),
    path("gift/", views.gift, name="gift"),
    path("stripe/webhook/", views.webhook, name="webhook"),
]
