import { crc32 } from 'node:zlib'

const digits = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'

/**
 * Tokens of GitHub and npm end in six base-62 digits of the CRC-32 of what stands before:
 * https://github.blog/engineering/platform-security/behind-githubs-new-authentication-token-formats/.
 * A wrong one is most likely a token with a slip in it, or made up: it lowers the score only.
 */
export function githubChecksum(token: string): number {
  return withBase62Crc(token) === token ? 1 : 0.8
}

/** The same token with the checksum that it must have. */
export function withBase62Crc(token: string): string {
  const start = token.lastIndexOf('_') + 1
  const body = token.slice(start, -6)
  let rest = crc32(body)
  let checksum = ''
  for (let index = 0; index < 6; index++) {
    checksum = `${digits[rest % 62] ?? '0'}${checksum}`
    rest = Math.floor(rest / 62)
  }
  return token.slice(0, start) + body + checksum
}
