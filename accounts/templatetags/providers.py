from typing import Any

from django import template

from accounts.confirming import provider_of_sign_up
from accounts.providers.configuration import Provider
from accounts.providers.listing import configured, connections_of

register = template.Library()


@register.simple_tag
def providers() -> tuple[Provider, ...]:
    """Those one can sign in with: `{% providers as others %}`."""
    return configured()


# The provider that a mail or page names: `{% provider_of_sign_up user as provider %}`.
register.simple_tag(provider_of_sign_up)


@register.inclusion_tag("accounts/providers/_connections.html", takes_context=True)
def connections(context: dict[str, Any]) -> dict[str, Any]:
    """The list of what opens the account besides its password, with buttons to connect and disconnect."""
    listed = connections_of(context["user"])
    connected = {one.provider for one in listed}
    return {
        "connections": listed,
        "others": [one for one in configured() if one.id not in connected],
        "csrf_token": context.get("csrf_token"),
    }
