/**
 * What a provider keeps for its callers, where a body names it by its id. Pure. The provider's account is the same for all
 * workspaces, so whose it is, only the gateway can say.
 */
import { isJsonObject, type JsonObject, type JsonValue } from '../wire/json.ts'
import { foldedName } from '../wire/reads-one-way.ts'

export type ThingKind =
  | 'assistant'
  | 'audio'
  | 'batch'
  | 'cache'
  | 'container'
  | 'conversation'
  | 'evaluation'
  | 'file'
  | 'fine-tuning job'
  | 'interaction'
  | 'item'
  | 'library'
  | 'prompt'
  | 'response'
  | 'skill'
  | 'stored completion'
  | 'thread'
  | 'upload'
  | 'vector store'
  | 'video'

export interface NamedThing {
  readonly kind: ThingKind
  readonly id: string
  /** The field, as the client wrote it. */
  readonly field: string
  /**
   * A provider opens what is named here. False where names are only told: in an earlier turn, in the arguments of a tool, in a
   * schema, in metadata.
   */
  readonly isUsed: boolean
}

/** By names without their underscores, in upper case: servers in Go read any spelling. */
const kinds: Readonly<Record<string, ThingKind>> = {
  FILEID: 'file',
  FILEIDS: 'file',
  FILENAME: 'file',
  INPUTFILEID: 'file',
  INPUTFILES: 'file',
  TRAININGFILE: 'file',
  TRAININGFILES: 'file',
  VALIDATIONFILE: 'file',
  VALIDATIONFILES: 'file',
  FILEURI: 'file',
  VECTORSTOREID: 'vector store',
  VECTORSTOREIDS: 'vector store',
  COLLECTIONIDS: 'vector store',
  FILESEARCHSTORENAMES: 'vector store',
  LIBRARYIDS: 'library',
  CONTAINER: 'container',
  CONTAINERID: 'container',
  CONVERSATION: 'conversation',
  CONVERSATIONID: 'conversation',
  CACHEDCONTENT: 'cache',
  PREVIOUSRESPONSEID: 'response',
  PREVIOUSINTERACTIONID: 'interaction',
  THREADID: 'thread',
  ASSISTANTID: 'assistant',
  SKILLID: 'skill',
  VIDEO: 'video',
}

/** Most names of a body are one of these, and need no second look. */
const plainNames: ReadonlySet<string> = new Set(
  'content input tools limit properties parameters function functions arguments source tool_use_id tool_call_id items'.split(
    ' ',
  ),
)

/** Of names in `kinds`: their first letters and their last ones, in lower case. */
const firstLetters = lettersOf((name) => name.charCodeAt(0))
const lastLetters = lettersOf((name) => name.charCodeAt(name.length - 1))
const MIN_NAME = 'video'.length
/** Underscores may stand anywhere, but nobody writes more. */
const MAX_NAME = 64

/** Below these stands what people and models have made up. */
const freeFields: ReadonlySet<string> = new Set([
  'args',
  'arguments',
  'attributes',
  'data',
  'input_schema',
  'json',
  'metadata',
  'parameters',
  'parametersJsonSchema',
  'response',
  'responseJsonSchema',
  'responseSchema',
  'results',
  'schema',
])

/** Parts of earlier turns, which say what a provider has made or quoted. */
const toldTypes = /(?:_output|_citation|_location|_call|_result|^file_path)$/

const ofTheBody = ({ depth }: Place): boolean => depth === 1

/** Those whose names are everybody's words count only where a provider looks for them. */
const isUsedAt: Readonly<Partial<Record<ThingKind, (place: Place) => boolean>>> = {
  assistant: ofTheBody,
  container: ({ depth, under, name }) =>
    depth === 1 ||
    foldedName(under) === 'TOOLS' ||
    (foldedName(name) === 'CONTAINERID' && foldedName(under) === 'ENVIRONMENT'),
  conversation: ofTheBody,
  interaction: ofTheBody,
  response: ofTheBody,
  // Vendors have some of their own, for everybody.
  skill: ({ id }) => id.startsWith('skill_'),
  thread: ofTheBody,
  video: () => false,
}

interface Place {
  /** Of the object: 1 for the whole body. */
  readonly depth: number
  /** The field that the object stands in, or the list that it is in. */
  readonly under: string
  readonly name: string
  readonly id: string
}

interface Open extends Pick<Place, 'depth' | 'under'> {
  readonly value: JsonObject | JsonValue[]
  readonly isFree: boolean
}

export interface NamedThings {
  readonly things: readonly NamedThing[]
  /** How many names of fields stand in the body. */
  readonly names: number
}

/** All of them, however deep: without recursion, as depth is the client's. */
export function namedThings(body: JsonObject): NamedThings {
  const found: NamedThing[] = []
  const prompts: NamedThing[] = []
  let names = 0
  const open: Open[] = [{ value: body, depth: 1, under: '', isFree: false }]
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { value, depth, under, isFree } = next
    if (Array.isArray(value)) {
      for (const item of value) {
        if (typeof item === 'object' && item !== null) open.push({ value: item, depth: depth + 1, under, isFree })
        else if (typeof item === 'string' && item.startsWith(inText)) found.push(...thingsInText(item, under))
      }
      continue
    }
    for (const name in value) {
      names++
      const inner = value[name]
      const kind = kindOf(name)
      if (kind !== undefined && inner !== undefined)
        for (const id of idsIn(inner)) {
          const thing = thingOf(kind, id, name)
          if (thing !== undefined)
            found.push({ ...thing, isUsed: isUsed(thing.kind, { depth, under, name, id }, next) })
        }
      if (typeof inner === 'object' && inner !== null)
        open.push({
          value: inner,
          // A request among others is a body of its own.
          depth: name === 'params' || name === 'body' ? 1 : depth + 1,
          under: name,
          isFree: isFree || isFreeField(name, inner),
        })
      else if (typeof inner === 'string' && inner.startsWith(inText)) found.push(...thingsInText(inner, name))
    }
    // Data for an evaluation: { "type": "file_id", "id": … }
    if (value['type'] === 'file_id' && typeof value['id'] === 'string')
      found.push({ kind: 'file', id: value['id'], field: 'id', isUsed: !isFree })
    if (depth === 1) prompts.push(...promptIn(value))
    else if (depth === 3 && under === 'input') found.push(...itemIn(value))
    else if (depth === 3 && under === 'messages') found.push(...soundIn(value))
  }
  return { things: [...found, ...prompts], names }
}

/** A prompt that the provider stores: https://platform.openai.com/docs/api-reference/responses/create#responses-create-prompt */
function promptIn({ prompt }: JsonObject): NamedThing[] {
  const id = isJsonObject(prompt) ? prompt['id'] : undefined
  return typeof id === 'string' && id !== '' ? [{ kind: 'prompt', id, field: 'prompt.id', isUsed: true }] : []
}

/**
 * An item of an earlier reply that the provider looks up by its id. One that is sent as it came is only told: it may go to any
 * account. Messages and calls of the client's own functions say all that they are, so nobody looks them up.
 */
function itemIn(item: JsonObject): NamedThing[] {
  const { type = null, id, role, encrypted_content: encrypted, result } = item
  if (typeof id !== 'string' || id === '' || role !== undefined || typeof encrypted === 'string') return []
  if (typeof type === 'string' && sayAll.has(type)) return []
  const isUsed = type === null || type === 'item_reference' || (type === 'image_generation_call' && !result)
  return [{ kind: 'item', id, field: 'input', isUsed }]
}

const sayAll: ReadonlySet<string> = new Set([
  'message',
  'function_call',
  'function_call_output',
  'custom_tool_call',
  'custom_tool_call_output',
])

/** An answer that was spoken: https://platform.openai.com/docs/guides/audio */
function soundIn({ role, audio }: JsonObject): NamedThing[] {
  const id = role === 'assistant' && isJsonObject(audio) ? audio['id'] : undefined
  return typeof id === 'string' && id !== '' ? [{ kind: 'audio', id, field: 'messages[].audio.id', isUsed: true }] : []
}

/** What a field of this name holds. */
export function kindOf(name: string): ThingKind | undefined {
  const { length } = name
  if (length < MIN_NAME || length > MAX_NAME || plainNames.has(name)) return undefined
  if (!isLetterOf(firstLetters, name.charCodeAt(0)) || !isLetterOf(lastLetters, name.charCodeAt(length - 1)))
    return undefined
  return kinds[foldedName(name)]
}

/** `undefined` for an address that is none of the provider's own, and for the name that a file has at its owner's. */
export function thingOf(kind: ThingKind, named: string, field: string): Omit<NamedThing, 'isUsed'> | undefined {
  const id = named.trim()
  const address = /^\w+:\/\//.test(id) ? addressOf(id) : undefined
  if (address !== undefined && !googleHosts.test(address.hostname)) return undefined
  const resource = resourcePattern.exec(address?.pathname ?? id)?.[1]
  if (resource === undefined && foldedName(field) === 'FILENAME') return undefined
  return { kind, id: resource ?? id, field }
}

/** Google's names, with the verb that may stand behind one. */
const resourcePattern = /(?:^|\/)(?:files|cachedContents|fileSearchStores)\/([\w-]+)(?::[a-z]+)?$/i

/** Google reads files of its own by their address; what it is told to fetch elsewhere has an address of its own. */
const googleHosts = /(?:^|\.)(?:generativelanguage|[\w-]*aiplatform)\.googleapis\.com$/

/** `undefined` for what only a careless reader could take for one. */
function addressOf(text: string): URL | undefined {
  try {
    return new URL(text)
  } catch {
    return undefined
  }
}

/** How models of Qwen are given files: https://help.aliyun.com/zh/model-studio/long-context-qwen-long */
const inText = 'fileid://'

function thingsInText(text: string, field: string): NamedThing[] {
  return text
    .split(',')
    .map((id) => ({ kind: 'file', id: id.trim().replace(inText, ''), field, isUsed: true }) as const)
}

function idsIn(value: JsonValue): readonly string[] {
  if (typeof value === 'string') return value === '' ? [] : [value]
  if (Array.isArray(value)) return value.filter((item) => typeof item === 'string')
  return isJsonObject(value) && typeof value['id'] === 'string' ? [value['id']] : []
}

function isUsed(kind: ThingKind, place: Place, { value, isFree }: Open): boolean {
  if (isFree || Array.isArray(value) || isUsedAt[kind]?.(place) === false) return false
  const types = Object.keys(value).filter((name) => foldedName(name) === 'TYPE')
  return types.length === 0 || types.some((name) => !toldTypes.test(String(value[name])))
}

/** Arguments of a tool are an object; the input of a request is a list or a text. */
function isFreeField(name: string, value: object): boolean {
  return freeFields.has(name) || (name === 'input' && !Array.isArray(value))
}

function lettersOf(letter: (name: string) => number): number {
  return Object.keys(kinds).reduce((letters, name) => letters | bitOf(letter(name)), 0)
}

function isLetterOf(letters: number, code: number): boolean {
  // Other letters fold too: the long s, the Kelvin sign. An underscore is none.
  return code > 0x7f || code === 0x5f || (letters & bitOf(code)) !== 0
}

function bitOf(code: number): number {
  return 1 << ((code | 0x20) - 0x61)
}
