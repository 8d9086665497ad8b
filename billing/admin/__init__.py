"""Billing in Django's admin: what was bought, granted and given, what Stripe says of it, and what staff may do."""

from django.apps import apps
from django.contrib import admin

from . import at_stripe, gift_codes, grants, plans, records

__all__ = ["at_stripe", "gift_codes", "grants", "plans", "records"]

# dj-stripe shows sixty tables of its own, all of Stripe in English; what staff need of them is shown here.
for model in apps.get_app_config("djstripe").get_models():
    if admin.site.is_registered(model):
        admin.site.unregister(model)
