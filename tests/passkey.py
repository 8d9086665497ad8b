"""A passkey made of software: answers as an authenticator does that checks its user, for tests without a browser."""

import json
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from fido2.cose import ES256
from fido2.utils import sha256, websafe_encode
from fido2.webauthn import (
    Aaguid,
    AttestationObject,
    AttestedCredentialData,
    AuthenticatorData,
    CollectedClientData,
)

FLAGS = AuthenticatorData.FLAG.UP | AuthenticatorData.FLAG.UV


@dataclass
class Passkey:
    """Belongs to one account at one host; `user_handle` is how the host calls that account."""

    host: str = "testserver"
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    id: bytes = b"a passkey of software"
    user_handle: str = ""

    @property
    def origin(self) -> str:
        return f"https://{self.host}"

    def create(self, options: dict[str, Any]) -> str:
        """The answer to `navigator.credentials.create`, as JSON."""
        asked = options["publicKey"]
        self.user_handle = asked["user"]["id"]
        public = ES256.from_cryptography_key(self.key.public_key())
        data = AuthenticatorData.create(
            sha256(self.host.encode()),
            FLAGS | AuthenticatorData.FLAG.AT,
            1,
            AttestedCredentialData.create(Aaguid(bytes(16)), self.id, public),
        )
        client = self._client("webauthn.create", asked["challenge"])
        return self._json(
            {"clientDataJSON": client, "attestationObject": AttestationObject.create("none", data, {})}
        )

    def get(self, options: dict[str, Any]) -> str:
        """The answer to `navigator.credentials.get`, as JSON."""
        data = AuthenticatorData.create(sha256(self.host.encode()), FLAGS, 2)
        client = self._client("webauthn.get", options["publicKey"]["challenge"])
        signature = self.key.sign(data + client.hash, ec.ECDSA(SHA256()))
        return self._json(
            {"clientDataJSON": client, "authenticatorData": data, "signature": signature},
            userHandle=self.user_handle,
        )

    def _client(self, kind: str, challenge: str) -> CollectedClientData:
        return CollectedClientData.create(kind, challenge, self.origin)

    def _json(self, parts: dict[str, bytes], **texts: str) -> str:
        own = websafe_encode(self.id)
        response = {name: websafe_encode(part) for name, part in parts.items()} | texts
        return json.dumps({"id": own, "rawId": own, "type": "public-key", "response": response})
