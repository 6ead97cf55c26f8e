import { hash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { canonicalRequest, signedHeaders } from './aws-signature.ts'

const credential = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' }
const scope = { region: 'us-east-1', service: 'service' }
const now = new Date('2015-08-30T12:36:00Z')

/**
 * Cases of AWS's own test suite `aws-sig-v4-test-suite`:
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-troubleshooting.html, and the copies in its SDKs.
 */
const vectors: readonly (readonly [
  name: string,
  request: { method?: string; path?: string; headers?: Record<string, string>; body?: string; token?: string },
  signed: string,
  signature: string,
])[] = [
  ['get-vanilla', {}, 'host;x-amz-date', '5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31'],
  [
    'get-unreserved',
    { path: '/-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz' },
    'host;x-amz-date',
    '07ef7494c76fa4850883e2b006601f940f8a34d404d0cfa977f52a65bbf5f24f',
  ],
  [
    'get-slashes',
    { path: '//example//' },
    'host;x-amz-date',
    '9a624bd73a37c9a373b5312afbebe7a714a789de108f0bdfe846570885f57e84',
  ],
  [
    'get-vanilla-query-order-key-case',
    { path: '/?Param2=value2&Param1=value1' },
    'host;x-amz-date',
    'b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500',
  ],
  [
    'get-vanilla-query-order-value',
    { path: '/?Param1=value2&Param1=value1' },
    'host;x-amz-date',
    '5772eed61e12b33fae39ee5e7012498b51d56abc0abb7c60486157bd471c4694',
  ],
  [
    'get-vanilla-utf8-query',
    { path: '/?\u1234=bar' },
    'host;x-amz-date',
    '2cdec8eed098649ff3a119c94853b13c643bcf08f8b0a1d91e12c9027818dd04',
  ],
  [
    'get-header-key-duplicate',
    { headers: { 'my-header1': 'value2,value2,value1' } },
    'host;my-header1;x-amz-date',
    'c9d5ea9f3f72853aea855b47ea873832890dbdd183b4468f858259531a5138ea',
  ],
  [
    'get-header-value-trim',
    { headers: { 'my-header1': ' value1', 'my-header2': '"a   b   c"' } },
    'host;my-header1;my-header2;x-amz-date',
    'acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736',
  ],
  [
    'post-x-www-form-urlencoded',
    { method: 'POST', headers: { 'content-type': 'application/x-www-form-urlencoded' }, body: 'Param1=value1' },
    'content-type;host;x-amz-date',
    'ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a',
  ],
  [
    'get-vanilla-with-session-token',
    { token: '6e86291e8372ff2a2260956d9b8aae1d763fbf315fa00fa31553b73ebf194267' },
    'host;x-amz-date;x-amz-security-token',
    '07ec1639c89043aa0e3e2de82b96708f198cceab042d4a97044c66dd9f74e7f8',
  ],
]

describe('a signature of AWS', () => {
  it.each(vectors)('is as in %s', (_name, request, signed, signature) => {
    const { method = 'GET', path = '/', headers = {}, body = '', token } = request
    const all = { host: 'example.amazonaws.com', ...headers }
    const sessionToken = token === undefined ? {} : { sessionToken: token }
    const payloadHash = hash('sha256', body, 'hex')
    expect(
      signedHeaders({ method, path, headers: all }, payloadHash, { ...credential, ...sessionToken }, scope, now),
    ).toEqual({
      'x-amz-date': '20150830T123600Z',
      ...(token === undefined ? {} : { 'x-amz-security-token': token }),
      authorization: `AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, SignedHeaders=${signed}, Signature=${signature}`,
    })
  })

  it.each([
    ['an encoded slash stays inside its segment', '/a%2Fb', '/a%252Fb'],
    ['an ARN', '/model/arn%3Aaws%3Abedrock/converse', '/model/arn%253Aaws%253Abedrock/converse'],
    ['dots', '/a/./b/../c', '/a/c'],
    ['dots above the root', '/../../a', '/a'],
    ['nothing but dots', '/..', '/'],
  ])('covers the path: %s', (_name, path, canonical) => {
    expect(canonicalRequest({ method: 'GET', path, headers: {}, payloadHash: '' }).split('\n')[1]).toBe(canonical)
  })
})
