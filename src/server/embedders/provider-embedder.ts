import { openaiEmbeddings } from '../../catalog/embeddings/openai.ts'
import { floatsOf } from '../../catalog/embeddings/vectors.ts'
import { CallLifetime } from '../../core/calls/lifetime.ts'
import type { Principal, ProviderAccount } from '../../core/calls/registry.ts'
import { GatewayError } from '../../core/errors.ts'
import { type Embedder, normalised } from '../../core/model/embedder.ts'
import { isJsonObject, parseJson } from '../../core/wire/json.ts'
import type { callDirect } from '../../gateway/call-raw.ts'

/** A call waits for it. */
const timeoutMs = 2000

/** Nobody's: it is the gateway that asks. */
const principal: Principal = { key: '', workspace: '', models: [] }

/**
 * The `/embeddings` of a server that speaks OpenAI's API, over the account's own connections, with its credential and its rules
 * for addresses.
 */
export function providerEmbedder(
  account: ProviderAccount,
  model: string,
  direct: ReturnType<typeof callDirect>,
): Embedder {
  const { provider } = account
  const endpoint = { kind: 'raw', path: '/embeddings', errorDialect: provider.dialect } as const
  const id = `${account.id}/${model}`
  return {
    id,
    async embed(texts) {
      const lifetime = new CallLifetime()
      const timer = setTimeout(
        () => lifetime.end(new GatewayError('upstream_timeout', `No vectors came within ${timeoutMs} ms.`)),
        timeoutMs,
      )
      try {
        const { status, body } = await direct({
          principal,
          endpoint,
          lifetime,
          method: 'POST',
          account,
          surface: provider,
          path: '/embeddings',
          query: '',
          headers: [],
          contentType: 'application/json',
          body: Buffer.from(JSON.stringify({ model, input: texts, encoding_format: 'float' })),
          emit: () => undefined,
        })
        const reply = status === 200 && body.kind === 'unary' ? parseJson(body.bytes.toString('utf8')) : undefined
        if (!isJsonObject(reply)) throw new GatewayError('upstream_invalid_reply', 'No vectors came from the embedder.')
        const { vectors } = openaiEmbeddings.decodeReply(reply)
        if (vectors.length !== texts.length)
          throw new GatewayError('upstream_invalid_reply', 'The embedder sent another number of vectors than of texts.')
        return { by: id, vectors: vectors.map((vector) => normalised(Float32Array.from(floatsOf(vector)))) }
      } finally {
        clearTimeout(timer)
      }
    },
  }
}
