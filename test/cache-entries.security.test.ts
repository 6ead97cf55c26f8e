import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { dialects } from '../src/catalog/dialects.generated.ts'
import { providers } from '../src/catalog/providers.generated.ts'
import type { CacheSettings } from '../src/core/calls/cache.ts'
import type { ModelCall } from '../src/core/calls/call.ts'
import type { ProviderAccount, ResolvedModel } from '../src/core/calls/registry.ts'
import type { StoredEntry } from '../src/core/calls/stored-entry.ts'
import { restoredEntry } from '../src/gateway/cache/stored-entry.ts'

const account: ProviderAccount = {
  id: 'main',
  provider: providers.openai,
  baseUrl: 'https://api.openai.com/v1',
  allowPrivateNetwork: false,
  requestStreamUsage: false,
  options: {},
  source: 'file',
}
const resolved: ResolvedModel = {
  route: 'direct',
  plan: { kind: 'target', target: { account, model: 'gpt-5-mini' } },
  settings: { retries: 0 },
}
const dialect = dialects['openai-chat']
const [clientPath] = dialect.clientPaths
if (clientPath === undefined) throw new Error('The dialect has no path.')
// What an entry is held against of its call.
const call = {
  principal: { key: 'team-a', workspace: 'default', models: ['*'] },
  endpoint: { kind: 'dialect', path: clientPath.path, dialect, clientPath },
} as unknown as ModelCall
const settings: CacheSettings = { ttlMs: 1000, maxEntryBytes: 10_000, scope: 'workspace', includes: new Set() }
const fixture = (name: string): Buffer => readFileSync(new URL(`./fixtures/openai/${name}`, import.meta.url))
const entry: StoredEntry = {
  head: {
    workspace: 'default',
    tags: [],
    storedAt: 0,
    expiresAt: 1000,
    account: 'main',
    model: 'gpt-5-mini',
    dialect: 'openai-chat',
    status: 200,
    headers: {},
    contentType: 'application/json',
    isStream: false,
  },
  bytes: fixture('chat-completion.json'),
}
const restored = (head: object, bytes = entry.bytes, nowMs = 500) =>
  restoredEntry({ head: { ...entry.head, ...head }, bytes }, call, resolved, settings, nowMs)

describe('an entry from outside', () => {
  it('is the answer that was kept, read by the dialect that its account speaks', () => {
    expect(restored({})).toMatchObject({ reply: { target: { account, model: 'gpt-5-mini' }, dialect } })
    const stream = restored({ isStream: true, contentType: 'text/event-stream' }, fixture('chat-completion.sse'))
    expect(stream?.reply.parts).toBeUndefined()
    expect(stream?.reply.dialect).toBe(dialect)
  })

  it.each([
    ['of another workspace', { workspace: 'other' }],
    ['of an account that is gone', { account: 'gone' }],
    ['of a model that the call does not lead to', { model: 'gpt-5' }],
    ['in a dialect that its provider does not speak', { dialect: 'bedrock-converse' }],
    ['without a dialect, for a call that has one', { dialect: undefined }],
    ['that has expired', { expiresAt: 500 }],
    ['that a browser would run', { contentType: 'text/html' }],
    ['that is said to be a stream and is none', { isStream: true }],
  ])('%s is none', (_what, head) => {
    expect(restored(head)).toBeUndefined()
  })

  it.each([
    ['that are no JSON', Buffer.from('<script>')],
    ['that are no answer', Buffer.from('{"error":{"message":"no"}}')],
    ['that call a tool, where such are not kept', fixture('chat-completion-tools.json')],
    ['that are too many', Buffer.concat([entry.bytes, Buffer.alloc(10_000, ' ')])],
  ])('with bytes %s is none', (_what, bytes) => {
    expect(restored({}, bytes)).toBeUndefined()
  })

  it('brings no header of its own, and is not from the future', () => {
    const odd = restored({ headers: { 'set-cookie': 'a', 'openai-version': 'v' }, storedAt: 900 })
    expect(odd?.reply.headers).toEqual({ 'openai-version': 'v' })
    expect(odd?.storedAt).toBe(500)
  })
})
