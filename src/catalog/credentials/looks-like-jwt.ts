/** Whether a text has the form of a signed JSON Web Token, as access tokens of many vendors have and their keys have not. */
export function looksLikeJwt(text: string): boolean {
  return /^eyJ[\w-]+\.[\w-]+\.[\w-]+$/.test(text)
}
