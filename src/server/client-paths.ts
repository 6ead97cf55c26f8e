/** Which path of a client means what. */
import { dialects } from '../catalog/dialects.generated.ts'
import { endpoints } from '../catalog/endpoints.generated.ts'
import type { Endpoint } from '../core/calls/call.ts'
import type { Dialect, PathPattern } from '../core/model/dialect.ts'
import type { AskedQuestion } from './data-plane/paths/answer-question.ts'
import { type PathEntry, type PathTable, pathTable } from './data-plane/paths/path-table.ts'
import type { Exchange } from './http/exchange.ts'

/** Below this, a path names an account and then a path of its provider. */
export const rawPrefix = '/p/'

/** Client paths, with the vendors' prefixes that other gateways taught people to write. */
export function clientEndpoints(): PathTable<Endpoint> {
  const found: PathEntry<Endpoint>[] = []
  for (const dialect of Object.values(dialects)) {
    const add = ({ path, prefix, modelName }: PathPattern, endpoint: Endpoint): void => {
      for (const before of new Set(['', prefixOf(dialect), prefix ?? '']))
        found.push([before + path, endpoint, modelName])
    }
    for (const clientPath of dialect.clientPaths)
      add(clientPath, { kind: 'dialect', path: clientPath.path, dialect, clientPath })
    const counting = dialect.tokenCounting
    for (const at of counting?.paths ?? [])
      if (counting !== undefined) add(at, { kind: 'count-tokens', path: at.path, errorDialect: dialect, counting })
  }
  for (const endpoint of endpoints) {
    for (const path of [endpoint.path, ...(endpoint.alsoAt ?? [])])
      found.push([path, endpoint], [prefixOf(endpoint.errorDialect) + path, endpoint])
  }
  return pathTable(found)
}

/** Paths at which clients open WebSockets. */
export function socketEndpoints(): PathTable<Endpoint> {
  const realtime: Endpoint = {
    kind: 'pass-through',
    path: '/v1/realtime',
    body: 'json',
    errorDialect: dialects['openai-chat'],
    isText: true,
    usageOf: () => undefined,
  }
  const dialect = dialects['openai-responses']
  const responses = dialect.clientPaths.map(
    (clientPath): Endpoint => ({ kind: 'dialect', path: clientPath.path, dialect, clientPath }),
  )
  return pathTable(
    [realtime, ...responses].flatMap((endpoint): [string, Endpoint][] => [
      [endpoint.path, endpoint],
      [prefixOf(dialect) + endpoint.path, endpoint],
    ]),
  )
}

/** What is answered without a provider, by path. */
export function clientQuestions(): PathTable<readonly AskedQuestion[]> {
  const found = new Map<string, AskedQuestion[]>()
  const add = (path: string, asked: AskedQuestion): void => void found.set(path, [...(found.get(path) ?? []), asked])
  for (const dialect of Object.values(dialects)) {
    for (const question of dialect.questions ?? []) {
      add(question.path, { dialect, question, isOwnPath: false })
      add(prefixOf(dialect) + question.path, { dialect, question, isOwnPath: true })
    }
  }
  return pathTable(found)
}

/**
 * Whose words a caller of an unknown path knows: of the dialect that its headers name, or else that alone has paths which begin
 * like this one (`/v1beta`, `/model`, `/api`).
 */
export function dialectGuess(): (asker: Pick<Exchange, 'headers' | 'url'>) => Dialect | undefined {
  const all = Object.values(dialects)
  const owners = new Map<string, Set<Dialect>>()
  for (const dialect of all) {
    const paths = [...dialect.clientPaths, ...(dialect.questions ?? [])].map(({ path }) => path)
    for (const path of [...paths, `${prefixOf(dialect)}/`]) {
      const first = firstStep(path)
      owners.set(first, (owners.get(first) ?? new Set()).add(dialect))
    }
  }
  return ({ headers, url }) => {
    const named = all.find(({ questions = [] }) => questions.some(({ isAskedBy }) => isAskedBy?.(headers) === true))
    if (named !== undefined) return named
    const [first, ...others] = owners.get(firstStep(url)) ?? []
    return first === undefined || others.some((other) => prefixOf(other) !== prefixOf(first)) ? undefined : first
  }
}

function firstStep(path: string): string {
  return path.split(/[/?]/, 2)[1] ?? ''
}

/** `/openai`, `/anthropic`, …: the vendor's part of the dialect's id. */
function prefixOf(dialect: Dialect): string {
  return `/${dialect.id.split('-')[0]}`
}
