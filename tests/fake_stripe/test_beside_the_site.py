"""`make run STRIPE=fake`: the fake Stripe as one of the launcher's programs."""

import json
import socket
from pathlib import Path
from typing import Any

import psycopg
import pytest
import stripe

from tests.fakes.stripe import VERSION
from tests.launcher import Launcher, eventually
from typingtrainer.run.configuration import BadConfiguration, read
from typingtrainer.run.stripe import FakeStripe


def test_fake_stripe_is_for_demonstration_only() -> None:
    assert read({"STRIPE": "fake"}).fakes == {"STRIPE"}
    assert not read({"STRIPE": ""}).fakes
    with pytest.raises(BadConfiguration, match="give away"):
        read({"STRIPE": "fake", "DEMO": "0"})
    with pytest.raises(BadConfiguration, match="exclude each other"):
        read({"STRIPE": "fake", "STRIPE_SECRET_KEY": "sk_live_x"})


def test_fake_stripe_runs_beside_the_site_and_keeps_what_was_bought(with_stripe: Launcher) -> None:
    site = with_stripe
    lent = json.loads((site.var_dir / "environment.json").read_text())
    assert site.process.stdout.readline().startswith(f"Fake Stripe: {lent['STRIPE_API_HOST']} ")
    client = ask_stripe(lent)
    made = client.v1.customers.create({"name": "A"})
    (running,) = site.children("tests.fakes.stripe")
    assert lent["STRIPE_SECRET_KEY"] not in " ".join(running.cmdline())
    running.kill()
    eventually(lambda: site.children("tests.fakes.stripe") not in ([], [running]))
    eventually(lambda: FakeStripe(site.var_dir, int(lent["STRIPE_API_HOST"].split(":")[-1]), 0).answers())
    assert client.v1.customers.retrieve(made.id).name == "A"
    assert len(client.v1.events.list({"type": "price.created"}).data) == 4
    (endpoint,) = client.v1.webhook_endpoints.list().data
    assert endpoint.url == f"http://127.0.0.1:{site.port}/stripe/webhook/"
    for died in ("postgres", "valkey-server"):
        is_told_of_while_dying(site, client, lent["DATABASE_URL"], died)


def is_told_of_while_dying(site: Launcher, client: stripe.StripeClient, database: str, died: str) -> None:
    """A subscription begins and a service is killed: Stripe tells again, and it is applied and followed once."""
    ((learner, before),) = rows(
        database,
        "SELECT id, (SELECT count(*) FROM djstripe_subscription) FROM accounts_user WHERE email LIKE 'learner@%'",
    )
    made = client.v1.customers.create(
        {"payment_method": "pm_card_visa", "metadata": {"learner": str(learner)}}
    )
    (method,) = client.v1.payment_methods.list({"customer": made.id}).data
    client.v1.customers.update(made.id, {"invoice_settings": {"default_payment_method": method.id}})
    client.v1.subscriptions.create({"customer": made.id, "items": [{"price": "price_monthly"}]})
    site.master(died).kill()
    waiting = "SELECT count(*) FROM billing_webhookevent WHERE applied_at IS NULL"
    counted = f"SELECT (SELECT count(*) FROM djstripe_subscription), ({waiting})"
    eventually(lambda: rows(database, counted) == [(before + 1, 0)])
    told = "SELECT kind, count(*), count(sent_at) FROM billing_notice WHERE kind = 'started' GROUP BY kind"
    eventually(lambda: rows(database, told) == [("started", before + 1, before + 1)])


def rows(database: str, query: str) -> list[tuple[Any, ...]]:
    """What a query answers; nothing while the database is away."""
    try:
        with psycopg.connect(database, connect_timeout=3) as connection:
            return connection.execute(query).fetchall()
    except psycopg.OperationalError:
        return []


def test_fake_stripe_keeps_its_port_and_secrets(tmp_path: Path) -> None:
    first, second = FakeStripe.of(tmp_path, 8000), FakeStripe.of(tmp_path, 8000)
    assert (first, first.settings()) == (second, second.settings())
    assert (tmp_path / "stripe-webhook-secret").stat().st_mode & 0o077 == 0
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", first.port))
        taken.listen()
        assert FakeStripe.of(tmp_path, 8000).port != first.port


def ask_stripe(lent: dict[str, str]) -> stripe.StripeClient:
    where = {"api": lent["STRIPE_API_HOST"]}
    return stripe.StripeClient(lent["STRIPE_SECRET_KEY"], base_addresses=where, stripe_version=VERSION)
