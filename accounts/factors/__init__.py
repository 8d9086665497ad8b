"""What a sign-in may need beside the password: passkeys, codes of an authenticator app, recovery codes."""
