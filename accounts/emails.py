"""The one form in which an email is stored, looked for and counted."""


def one_email(email: str) -> str:
    """An email in small letters, its domain as people read it: `a@домен.рф` for `A@XN--D1ACUFC.XN--P1AI`.

    Browsers disagree about which of the two they send for what was typed.
    """
    name, at, domain = email.strip().lower().rpartition("@")
    return name + at + ".".join(map(_readable, domain.split(".")))


def _readable(label: str) -> str:
    """A part of a domain in its own script, where both ways lead to the same."""
    if not label.startswith("xn--"):
        return label
    try:
        readable = label.encode().removeprefix(b"xn--").decode("punycode")
        return readable if readable.encode("idna").decode() == label else label
    except UnicodeError:
        return label
