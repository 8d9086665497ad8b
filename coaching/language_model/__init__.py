"""The language model, if there is one: asking it, what that may cost, and what of its answers is used."""
