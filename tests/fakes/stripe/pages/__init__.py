"""Pages for people: Checkout, the portal, invoices, confirming a card, and the fake's own home page."""
