import { dialects } from '../../catalog/dialects.generated.ts'
import type { Dialect } from '../../core/model/dialect.ts'
import { estimatePrompt } from '../../core/model/estimate-prompt.ts'
import type { Demand } from '../../core/spending/budget.ts'
import { isJsonObject, type JsonObject, parseJson } from '../../core/wire/json.ts'
import { outputOf } from '../../gateway/within-budgets.ts'
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

/** The most tokens that a request may come to, which goes to such a path as it came. `body`: `undefined` where it is not held. */
export function rawTokens({ dialect, model }: Spoken, body: Buffer | undefined): Partial<Demand> {
  const json = body === undefined ? undefined : parseJson(body.toString('utf8'))
  const read = isJsonObject(json) ? json : {}
  const inputTokens = promptOf(dialect, model, read) ?? Math.min(maxPromptTokens, Math.ceil(sizeOf(body) / 3))
  const [clientPath] = dialect.clientPaths
  if (clientPath === undefined) return {}
  const endpoint = { kind: 'dialect', path: clientPath.path, dialect, clientPath } as const
  const outputTokens = outputOf({ endpoint, wire: { bytes: Buffer.alloc(0), json: read } }, [])
  return { inputTokens, outputTokens, tokens: inputTokens + outputTokens }
}

function sizeOf(body: Buffer | undefined): number {
  return body?.length ?? Number.POSITIVE_INFINITY
}

function promptOf(dialect: Dialect, model: string, body: JsonObject): number | undefined {
  try {
    return estimatePrompt(dialect.decodeRequest(body, { model, stream: false }))
  } catch {
    // Passed on as it is: the provider may read what we do not.
    return undefined
  }
}
