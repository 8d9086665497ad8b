"""The addresses that the proofs ask for lead to the routes they are meant for."""

from django.urls import resolve

from tests.safety.routes import ROUTES_THERE


def test_every_sample_leads_to_its_route():
    astray = {str(route): route.path for route in ROUTES_THERE if resolve(route.path).func is not route.view}
    assert not astray
