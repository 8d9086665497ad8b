"""A fake OpenID Connect provider on this machine, by OpenID Connect Core 1.0, Discovery 1.0 and PKCE (RFC 7636).

Its page asks who one wants to be; it lets anybody be anyone. What goes wrong next is told at its own page `/` or its
door `/_fake/`. `python -m tests.fakes.openid` starts it alone, `make run OPENID=fake` beside the site.
"""
