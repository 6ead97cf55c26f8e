import { dialects } from '../../catalog/dialects.generated.ts'
import type { Dialect } from '../../core/model/dialect.ts'
import { estimatePrompt } from '../../core/model/estimate-prompt.ts'
import type { ModelRequest } from '../../core/model/model-request.ts'
import { isJsonObject, type JsonObject, parseJson } from '../../core/wire/json.ts'
import { type KnownOfCall, outputOf } from '../../gateway/within-budgets.ts'
import { pathTable } from './paths/path-table.ts'

interface Spoken {
  readonly dialect: Dialect
  readonly model: string
}

const table = pathTable(
  Object.values(dialects).flatMap((dialect: Dialect) =>
    dialect.clientPaths.map(({ path, modelName }) => [path, dialect, modelName] as const),
  ),
)

/** The dialect that is spoken at a path of a provider, if it is one of those that make text. */
export function spokenAt(path: string): Spoken | undefined {
  try {
    // A server may take it however it is written.
    const found = table.find(decodeURIComponent(path).toLowerCase()) ?? table.find(decodeURIComponent(path))
    return found === undefined ? undefined : { dialect: found.item, model: found.model ?? '' }
  } catch {
    return undefined
  }
}

/** More than any prompt has: what a body that nobody can read, with pictures perhaps, is taken to be at most. */
const maxPromptTokens = 200_000

/**
 * What is known of a request to such a path, which goes on as it came: what it says, and the most tokens that it may come to.
 * `body`: `undefined` where it is not held.
 */
export function knownOfRaw(
  { dialect, model }: Spoken,
  body: Buffer | undefined,
): Pick<KnownOfCall, 'demand' | 'words'> {
  const [clientPath] = dialect.clientPaths
  if (clientPath === undefined) return {}
  const json = body === undefined ? undefined : parseJson(body.toString('utf8'))
  const read = isJsonObject(json) ? json : {}
  const request = requestIn(dialect, model, read)
  const inputTokens =
    request === undefined ? Math.min(maxPromptTokens, Math.ceil(sizeOf(body) / 3)) : estimatePrompt(request)
  const endpoint = { kind: 'dialect', path: clientPath.path, dialect, clientPath } as const
  const outputTokens = outputOf({ endpoint, wire: { bytes: Buffer.alloc(0), json: read } }, [])
  const named = model === '' ? read['model'] : model
  return {
    demand: { inputTokens, outputTokens, tokens: inputTokens + outputTokens },
    ...(body === undefined
      ? {}
      : {
          words: {
            model: typeof named === 'string' ? named : '',
            bytes: body,
            ...(request === undefined ? {} : { request }),
          },
        }),
  }
}

function sizeOf(body: Buffer | undefined): number {
  return body?.length ?? Number.POSITIVE_INFINITY
}

function requestIn(dialect: Dialect, model: string, body: JsonObject): ModelRequest | undefined {
  try {
    return dialect.decodeRequest(body, { model, stream: false })
  } catch {
    // Passed on as it is: the provider may read what we do not.
    return undefined
  }
}
