import { expect, it } from 'vitest'
import { compileConfig } from '../src/server/config/compile.ts'

const faultsOf = (receiver: string, more = ''): string => {
  const read = compileConfig(`audit:\n  checkpoints:\n    receivers:\n      - ${receiver}\n${more}`, [], {})
  return read.faults.map(({ message }) => message).join('\n')
}
const s3 = (fields: string) =>
  `{ id: a, s3: { bucket: proofs, region: eu-central-1, accessKeyId: AKIA, secretAccessKey: s, ${fields} } }`

it.each([
  ['{ id: a, webhook: { url: "http://169.254.169.254/latest" } }', /https/],
  ['{ id: a, webhook: { url: "https://169.254.169.254/" }, allowPrivateNetwork: true }', /metadata|link-local/],
  ['{ id: a, webhook: { url: "https://10.0.0.1/hook" } }', /private/],
  [s3('endpoint: "http://store.example.com"'), /https/],
  [s3('endpoint: "https://127.0.0.1:9000"'), /loopback/],
  [s3('endpoint: "https://store.example.com/?x=1"'), /query/],
  [s3('endpoint: "https://user:word@store.example.com"'), /user name or password/],
  [s3('prefix: "../../other"'), /names between slashes/],
  [s3('prefix: "a//b"'), /names between slashes/],
  ['{ id: a, file: { path: relative/file } }', /begins with a slash/],
  ['{ id: a, webhook: { url: "env:not a name" } }', /names no environment variable/],
  ['{ id: a }', /one of `file`, `webhook` and `s3`/],
  ['{ id: a, file: { path: /x } }\n      - { id: a, file: { path: /y } }', /Two receivers/],
])('refuses the receiver %s', (receiver, sentence) => {
  expect(faultsOf(receiver)).toMatch(sentence)
})

it('a receiver of alerts and one of checkpoints have different names, as deliveries are told apart by them', () => {
  const alerts = 'alerts:\n  receivers:\n    - { id: a, webhook: { url: "https://ops.example.com" } }\n'
  expect(faultsOf('{ id: a, file: { path: /x } }', alerts)).toMatch(/Two receivers/)
  expect(faultsOf('{ id: b, file: { path: /x } }', alerts)).toBe('')
})

it('checkpoints are no kind that a receiver of alerts may ask for', () => {
  const alerts =
    'alerts:\n  receivers:\n    - { id: a, kinds: [audit-checkpoint], webhook: { url: "https://ops.example.com" } }\n'
  expect(faultsOf('{ id: b, file: { path: /x } }', alerts)).toMatch(/No kind of alerts/)
})
