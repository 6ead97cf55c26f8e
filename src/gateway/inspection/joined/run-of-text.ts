/**
 * Which texts of a body a reader joins: a message comes in blocks, parts and items, and what is cut by the end of one goes on in
 * the next. Without a decoder: by the names, types and roles on the way to a text.
 */
import type { InspectionPoint } from '../../../core/inspection/detection.ts'
import type { JsonObject, JsonValue } from '../../../core/wire/json.ts'

/** What the way to a text says. */
export interface RunPlace {
  /** Several answers of one call stay apart. */
  readonly answer: string
  /** Consecutive messages of one role are one. */
  readonly turn: string
  readonly role: string
  /** Names of fields that say more than that something is in them. */
  readonly names: string
  /** Of the nearest object that says its own. */
  readonly type: string
  /** Of all objects on the way. */
  readonly types: string
  /** Of an event that says again what others have said, its type. */
  readonly phase: string
  /** Positions that stand beside a text. */
  readonly marks: string
}

export const rootOfRuns: RunPlace = {
  answer: '',
  turn: '',
  role: '',
  names: '',
  type: '',
  types: '',
  phase: '',
  marks: '',
}

/** Nobody joins what is further down. */
export const maxRunDepth = 16

/** Fields that hold what is said, and do not say what it is. */
const containers: ReadonlySet<string> = new Set([
  'choices',
  'candidates',
  'completions',
  'generations',
  'outputs',
  'results',
  'data',
  'output',
  'response',
  'message',
  'messages',
  'input',
  'contents',
  'content',
  'parts',
  'part',
  'item',
  'summary',
  'delta',
  'start',
  'content_block',
  'contentBlockStart',
  'contentBlockDelta',
])

/** Fields whose strings are joined: plain ones are what their type says. */
const plainTexts: ReadonlySet<string> = new Set([
  'text',
  'content',
  'delta',
  'completion',
  'generation',
  'response',
  'output_text',
  'outputText',
])
const namedTexts: ReadonlySet<string> = new Set(['thinking', 'reasoning', 'reasoning_content', 'refusal', 'transcript'])
const argumentTexts: ReadonlySet<string> = new Set(['arguments', 'partial_json', 'delta', 'input'])

/** Lists of answers to one call, wherever they stand, and at the root of a body. */
const answerLists: ReadonlySet<unknown> = new Set(['choices', 'candidates'])
const rootAnswerLists: ReadonlySet<unknown> = new Set(['completions', 'generations', 'outputs', 'results', 'data'])
const turnLists: ReadonlySet<unknown> = new Set(['messages', 'input', 'contents'])

interface Step {
  readonly above: Step | null
  readonly step: string | number
}

/** `isResult`: the object is the result of a tool, and stands for itself. */
export function runInObject(object: JsonObject, at: RunPlace, place: Step | null, isResult: boolean): RunPlace {
  const { type, role, thought } = object
  let next = at
  const listed = place !== null && typeof place.step === 'number' ? place.above : null
  if (
    listed !== null &&
    at.answer === '' &&
    (answerLists.has(listed.step) || (listed.above === null && rootAnswerLists.has(listed.step)))
  )
    next = { ...next, answer: `#${String(object['index'] ?? place?.step)}` }
  if (isResult) next = { ...next, names: `${next.names}@${String(place?.step)}` }
  if (thought === true) next = { ...next, type: 'thought' }
  else if (typeof type === 'string' && type !== '' && type.length <= MAX_TYPE)
    next = {
      ...next,
      type,
      types: `${next.types}/${type}`,
      ...(place === null && saysAgain.test(type) ? { phase: type } : {}),
    }
  // Chunks of an answer say it once, or never.
  if (typeof role === 'string' && role !== 'assistant' && role !== 'model') next = { ...next, role }
  const marks = marksOf(object)
  return marks === '' ? next : { ...next, marks: `${next.marks}${marks}` }
}

const MAX_TYPE = 64
const saysAgain = /\.(?:done|completed|incomplete|failed|created|in_progress|queued)$/

function marksOf(object: JsonObject): string {
  let marks = ''
  for (const name of ['output_index', 'index', 'contentBlockIndex'] as const) {
    const mark = object[name]
    if (typeof mark === 'number' || typeof mark === 'string') marks += ` ${mark}`
  }
  return marks
}

/** For what is in a field. `isResult`: that is the result of a tool. */
export function runInField(field: string, at: RunPlace, place: Step | null, isResult: boolean): RunPlace {
  if (containers.has(field)) return at
  const own = isResult ? `@${String(place?.step)}` : ''
  return { ...at, names: `${at.names}/${field}${own}` }
}

/** Where each message of a list stands, by whether it is of the same role as the one before. `undefined`: it is no such list. */
export function turnsIn(list: readonly JsonValue[], place: Step | null): readonly string[] | undefined {
  if (place === null || place.above !== null || !turnLists.has(place.step)) return undefined
  let turn = 0
  let before: JsonValue | undefined
  return list.map((item) => {
    const { role, type } = typeof item === 'object' && item !== null && !Array.isArray(item) ? item : {}
    const speaker = role ?? type ?? null
    // Results of tools stand for themselves.
    if (speaker !== before || speaker === 'tool' || speaker === 'function') turn += 1
    before = speaker
    return `turn ${turn}`
  })
}

/**
 * Of texts that a reader joins they are the same, the widest first: some read whatever says that it is a text, some one kind of
 * it, some what stands at one place. What stands between for one of them does not for another. `undefined`: the text stands for
 * itself.
 */
export function runsOfText(
  field: string,
  at: RunPlace,
  point: InspectionPoint,
  place: Step | null,
): readonly string[] | undefined {
  if (point === 'tool-definition') return undefined
  const { answer, turn, role, names, type, types, phase, marks } = at
  if (point === 'tool-call') {
    // The beginning of a call may hold some of the arguments, and no two calls are joined.
    return argumentTexts.has(field) ? [`call ${answer} ${turn} ${phase}${marks}${indexesOf(place)}`] : undefined
  }
  const isPlain = plainTexts.has(field)
  if (!isPlain && !namedTexts.has(field)) return undefined
  // Readers of an answer do not ask who says it.
  const all = `${point} ${answer} ${turn} ${point === 'output' ? '' : role} ${phase} ${names}`
  const kind = isPlain ? kindOf(type) : field
  const isAside = asides.test(kind)
  return [`${all} ${isPlain && !isAside ? '' : kind}`, `${all} ${kind} `, `${all} ${types}  ${namesTo(place)}`]
}

/** What is shown apart from the answer. */
const asides = /reason|summar|think|thought|refus|transcript/

function namesTo(place: Step | null): string {
  let names = ''
  for (let step = place; step !== null; step = step.above) if (typeof step.step === 'string') names += `/${step.step}`
  return names
}

function indexesOf(place: Step | null): string {
  let indexes = ''
  for (let step = place; step !== null; step = step.above) if (typeof step.step === 'number') indexes += `/${step.step}`
  return indexes
}

const plainTypes: ReadonlySet<string> = new Set([
  'text',
  'output_text',
  'input_text',
  'content',
  'content_block',
  'content_part',
  'message',
])

/** The beginning of a block and what is added to it are of one kind. */
function kindOf(type: string): string {
  if (type === '') return ''
  const kind = type.replace(/^response\./, '').replace(/[._-](?:delta|added|start)$/, '')
  if (kind === 'reasoning_summary_text') return 'summary_text'
  return plainTypes.has(kind) ? '' : kind
}
