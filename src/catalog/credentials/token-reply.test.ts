import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { GatewayError } from '../../core/errors.ts'
import { readTokenReply } from './token-reply.ts'

const now = 1_000_000
const read = (body: unknown, status = 200) =>
  readTokenReply({ status, body: typeof body === 'string' ? body : JSON.stringify(body) }, now)

function faultOf(body: unknown, status: number): GatewayError {
  try {
    read(body, status)
  } catch (fault) {
    if (fault instanceof GatewayError) return fault
  }
  throw new Error('Nothing was refused.')
}

describe('a token', () => {
  it.each([
    [3600, 3600],
    ['3600', 3600],
    // RFC 6749 does not ask for it.
    [undefined, 300],
    [null, 300],
    [1e9, 86_400],
  ])('lives as long as it says, within bounds: %j', (given, seconds) => {
    expect(read({ access_token: 'a', expires_in: given })).toEqual({ secret: 'a', expiresAtMs: now + seconds * 1000 })
  })

  it.each([
    {},
    { access_token: '' },
    { access_token: 7 },
    { access_token: 'a', expires_in: 'x' },
    [],
    null,
    'text',
    '',
  ])('is not found in %j', (body) => {
    expect(faultOf(body, 200).code).toBe('upstream_invalid_reply')
  })
})

describe('a refusal', () => {
  it.each([
    [{ error: 'invalid_grant' }, 400, /\(400, invalid_grant\)/],
    [{ error: 'x', error_description: 'AADSTS700016: no such application' }, 400, /\(400, AADSTS700016\)/],
    [{ errorCode: 'BXNIM0415E', errorMessage: 'Provided API key could not be found.' }, 400, /\(400, BXNIM0415E\)/],
    ['nonsense', 403, /\(403\)/],
  ])('is told by its codes: %j', (body, status, says) => {
    expect(faultOf(body, status)).toMatchObject({ code: 'upstream_unauthorized' })
    expect(faultOf(body, status).message).toMatch(says)
  })

  it('never repeats what was sent, wherever it stands', () => {
    const secret = 'the-secret-that-was-sent'
    const places = fc.constantFrom('error', 'error_description', 'errorCode', 'errorMessage', 'access_token')
    const value = fc.oneof(fc.constant(secret), fc.constant(`AADSTS7000215: ${secret}`), fc.constant([secret]))
    fc.assert(
      fc.property(
        fc.dictionary(places, value),
        fc.constantFrom(300, 302, 400, 401, 403, 404, 429, 500),
        (body, status) => {
          const { message, cause } = faultOf(body, status)
          expect(message).not.toContain(secret)
          expect(cause).toBeUndefined()
        },
      ),
    )
  })
})
