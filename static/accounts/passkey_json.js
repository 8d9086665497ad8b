// Questions to a passkey, and its answers, as JSON: what is bytes to the browser is base64url there.

export function toBytes(text) {
  return Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (sign) => sign.charCodeAt(0));
}

export function toText(bytes) {
  const signs = Array.from(new Uint8Array(bytes), (byte) => String.fromCharCode(byte)).join("");
  return btoa(signs).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/** What `navigator.credentials` takes, of what the server asks. */
export function question({ publicKey }) {
  const asked = { ...publicKey, challenge: toBytes(publicKey.challenge) };
  if (publicKey.user) asked.user = { ...publicKey.user, id: toBytes(publicKey.user.id) };
  for (const list of ["excludeCredentials", "allowCredentials"]) {
    if (publicKey[list]) asked[list] = publicKey[list].map((known) => ({ ...known, id: toBytes(known.id) }));
  }
  return { publicKey: asked };
}

/** What the server takes, of what a passkey answered. */
export function answer({ id, rawId, type, response }) {
  const texts = {};
  for (const part of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (response[part]) texts[part] = toText(response[part]);
  }
  return { id, rawId: toText(rawId), type, response: texts };
}
