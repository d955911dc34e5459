/** Whether a text is the secret, in a time that tells nothing of either: both are hashed, and the hashes compared. */
export async function isSecret(text: string, secret: string): Promise<boolean> {
  const [a, b] = await Promise.all([text, secret].map((value) => crypto.subtle.digest("SHA-256", encode(value))));
  return crypto.subtle.timingSafeEqual(a as ArrayBuffer, b as ArrayBuffer);
}

const encode = (text: string) => new TextEncoder().encode(text);
