"""Signing in through others: Google, GitHub, Apple, and any OpenID Connect provider an operator names.

`configuration` reads who they are, `talking` asks them, `outcomes` decides what an answer leads to, `views` are the
pages.
"""
