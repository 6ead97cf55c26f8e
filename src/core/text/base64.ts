/** Whether a text is Base64 (RFC 4648, section 4) and nothing else. */
export function isBase64(text: string): boolean {
  return /^[A-Za-z0-9+/]*={0,2}$/.test(text)
}
