import { randomUUID } from 'node:crypto'
import * as z from 'zod'
import { openaiChat } from '../../catalog/dialects/openai-chat.ts'
import { readWith } from '../../catalog/dialects/schema-error.ts'
import { GatewayError } from '../../core/errors.ts'
import { isJsonObject, type JsonObject } from '../../core/wire/json.ts'
import { type PathEntry, type PathTable, pathTable } from '../data-plane/paths/path-table.ts'
import type { Resource, ResourceCall, ResourceReply } from '../data-plane/paths/serve-resource.ts'
import { checkedModel } from '../data-plane/request/model-call.ts'

const Expiry = z
  .looseObject({ anchor: z.literal('created_at').nullish(), seconds: z.int().min(10).max(7200).nullish() })
  .nullish()
const Asked = z.looseObject({
  expires_after: Expiry,
  session: z.looseObject({ type: z.literal('realtime'), model: z.string() }),
})
/** The settings are the body itself. */
const AskedBefore = z.looseObject({
  model: z.string(),
  client_secret: z.looseObject({ expires_after: Expiry }).nullish(),
})
const USUAL_SECONDS = 600
/** https://platform.openai.com/docs/api-reference/realtime-sessions: one of these lasted a minute. */
const USUAL_SECONDS_BEFORE = 60

/**
 * Secrets for browsers, of the gateway's own: one of the provider would lead past it.
 * https://platform.openai.com/docs/api-reference/realtime-sessions
 */
export function clientSecretResources(now: () => number): PathTable<Resource> {
  const paths = [
    ['/v1/realtime/client_secrets', (call: ResourceCall) => makeSecret(call, now())],
    ['/v1/realtime/sessions', (call: ResourceCall) => makeSession(call, now())],
  ] as const
  return pathTable(
    paths.flatMap(([path, POST]): PathEntry<Resource>[] =>
      ['', '/openai'].map((prefix) => [prefix + path, { path, dialect: openaiChat, methods: { POST } }]),
    ),
  )
}

async function makeSecret(call: ResourceCall, now: number): Promise<ResourceReply> {
  const wire = await call.json()
  const { expires_after: expiry } = readWith(Asked, wire.json)
  call.held(wire)
  const { session: asked } = wire.json
  const settings = isJsonObject(asked) ? asked : {}
  const { value, expires_at } = await sealed(call, settings, expiry?.seconds ?? USUAL_SECONDS, now)
  const session = { ...settings, object: 'realtime.session', id: sessionId() }
  return { json: { value, expires_at, session }, recorded: { value: hidden, expires_at, session } }
}

async function makeSession(call: ResourceCall, now: number): Promise<ResourceReply> {
  const wire = await call.json()
  const { client_secret: secret } = readWith(AskedBefore, wire.json)
  call.held(wire)
  const { client_secret: _, ...settings } = wire.json
  const seconds = secret?.expires_after?.seconds ?? USUAL_SECONDS_BEFORE
  const { value, expires_at } = await sealed(call, settings, seconds, now)
  const session = { ...settings, object: 'realtime.session', id: sessionId(), expires_at: 0 }
  return {
    json: { ...session, client_secret: { value, expires_at } },
    recorded: { ...session, client_secret: { value: hidden, expires_at } },
  }
}

const hidden = '(a secret)'
const sessionId = (): string => `sess_${randomUUID().replaceAll('-', '')}`

async function sealed(call: ResourceCall, session: JsonObject, seconds: number, now: number) {
  const { runtime, principal, keyHash } = call
  if (runtime.clientSecrets === undefined)
    throw new GatewayError('unsupported_endpoint', 'This gateway has no data directory, and so no client secrets.')
  runtime.modelNamed(principal, checkedModel(session['model']))
  await call.count()
  const expiresAt = now + seconds * 1000
  const value = runtime.clientSecrets.seal({ keyHash, expiresAt, session })
  if (value === undefined) {
    const message =
      'The settings of the session are too long for a secret (about 12 KB, packed); let the client send them in `session.update`.'
    throw new GatewayError('body_too_large', message, { param: 'session' })
  }
  return { value, expires_at: Math.floor(expiresAt / 1000) }
}
