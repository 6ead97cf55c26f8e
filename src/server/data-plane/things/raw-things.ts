/** What a raw request names of what the account keeps, and what its reply says was made. */
import { GatewayError } from '../../../core/errors.ts'
import type { MadeThing } from '../../../core/model/holder.ts'
import { type NamedThing, type ThingKind, thingOf } from '../../../core/model/named-things.ts'
import { isJsonObject, parseJson } from '../../../core/wire/json.ts'
import { fieldThings } from './form-things.ts'

/** Steps of a path behind which an id stands, in lower case. */
const collections: Readonly<Record<string, ThingKind>> = {
  files: 'file',
  uploads: 'upload',
  responses: 'response',
  batches: 'batch',
  completions: 'stored completion',
  vector_stores: 'vector store',
  filesearchstores: 'vector store',
  containers: 'container',
  conversations: 'conversation',
  assistants: 'assistant',
  threads: 'thread',
  videos: 'video',
  skills: 'skill',
  evals: 'evaluation',
  jobs: 'fine-tuning job',
  cachedcontents: 'cache',
  interactions: 'interaction',
  libraries: 'library',
}

/** A verb behind a collection is a short word: `/responses/compact`. */
const likeAnId = /[\dA-Z]|^.{25,}$/

export interface PathThings {
  readonly things: readonly NamedThing[]
  /** What the path ends with, when that is all that the account has of a kind. */
  readonly lists?: ThingKind
}

/** The first id of a path is what the request is about; what stands behind is part of that. */
export function pathThings(path: string, query: string): PathThings {
  const steps = path.split('/').map(decodedStep)
  const things: NamedThing[] = []
  for (const [index, step] of steps.entries()) {
    const kind = collectionKind(steps[index - 1])
    // Methods of Google stand behind a colon: `files/abc:download`.
    const id = step.replace(/:[a-z]+$/i, '')
    if (kind !== undefined && id !== '')
      things.push({ kind, id, field: 'path', isUsed: things.length === 0 && likeAnId.test(id) })
  }
  const lists = things.length === 0 ? collectionKind(steps.at(-1)) : undefined
  for (const [name, value] of new URLSearchParams(query)) things.push(...fieldThings(name, value))
  return { things, ...(lists === undefined ? {} : { lists }) }
}

/** What has come of a request: its reply names it. */
export function madeAt(path: string, reply: Buffer): readonly Pick<MadeThing, 'kind' | 'id'>[] {
  const last = path.split('/').at(-1) ?? ''
  const kind = collectionKind(last)
  const isMade = kind !== undefined && kind !== 'stored completion'
  const object = isMade || alsoMakes.has(last) ? parseJson(reply.toString('utf8')) : undefined
  if (!isJsonObject(object)) return []
  const { id, name, file, thread_id: thread } = object
  const inner = isJsonObject(file) ? (file['id'] ?? file['name']) : undefined
  return [...(isMade ? [made(kind, id ?? name)] : []), made('file', inner), made('thread', thread)].flat()
}

/** Files that have come of a batch or of a fine-tuning, as it says itself. */
export function resultsOf(
  { kind }: Pick<NamedThing, 'kind'>,
  reply: Buffer,
): readonly Pick<MadeThing, 'kind' | 'id'>[] {
  if (kind !== 'batch' && kind !== 'fine-tuning job') return []
  const object = parseJson(reply.toString('utf8'))
  if (!isJsonObject(object)) return []
  const { output_file_id: output, error_file_id: error, result_files: more } = object
  return [output, error, ...(Array.isArray(more) ? more.slice(0, MAX_RESULTS) : [])].flatMap((id) => made('file', id))
}

const MAX_RESULTS = 100

/** Verbs that make something too: the file of an upload, the thread of a run. */
const alsoMakes: ReadonlySet<string> = new Set(['complete', 'runs'])
const MAX_ID = 200

function made(kind: ThingKind, id: unknown): Pick<MadeThing, 'kind' | 'id'>[] {
  const thing = typeof id === 'string' && id !== '' && id.length <= MAX_ID ? thingOf(kind, id, '') : undefined
  return thing === undefined ? [] : [{ kind: thing.kind, id: thing.id }]
}

/** Its lines are calls, which are read at `/v1/files` and nowhere else. */
export function refuseBatchFile(path: string, purpose: unknown): void {
  const last = path.split('/').at(-1) ?? ''
  if (purpose !== 'batch' || !['file', 'upload'].includes(collectionKind(last) ?? '')) return
  const message = 'Send a file of a batch to `/v1/files`, with the account in `x-portcullis-provider`.'
  throw new GatewayError('invalid_request', message, { param: 'purpose' })
}

export function listRefused(kind: ThingKind): GatewayError {
  const message = `A list of this kind (${kind}) shows what other workspaces have at the account. \`GET /v1/files\` and \`GET /v1/batches\` list your own.`
  return new GatewayError('not_found', message)
}

function collectionKind(step: string | undefined): ThingKind | undefined {
  const name = step?.toLowerCase() ?? ''
  return Object.hasOwn(collections, name) ? collections[name] : undefined
}

/** What cannot be decoded is no id; its path is refused later. */
function decodedStep(step: string): string {
  try {
    return decodeURIComponent(step)
  } catch {
    return step
  }
}
