/**
 * The texts in a body, whatever its dialect: every string of it, and what its place says it is. Nothing is left out because a
 * decoder does not know it; only what no model reads as text is passed by.
 */

import { GatewayError } from '../../core/errors.ts'
import type { InspectionPoint } from '../../core/inspection/detection.ts'
import type { TextPoint } from '../../core/inspection/guardrail.ts'
import { isJsonObject, type JsonValue } from '../../core/wire/json.ts'
import { maxJsonDepth } from '../../core/wire/json-depth.ts'
import { isBase64Throughout, isFileName, isMedia } from './file-fields.ts'
import {
  maxRunDepth,
  type RunPlace,
  rootOfRuns,
  runInField,
  runInObject,
  runsOfText,
  turnsIn,
} from './joined/run-of-text.ts'
import { type TextFile, textFileIn } from './text-file.ts'
import { isDocument, isFreeField, isOfTool, pointInField, pointOf } from './wire-points.ts'

export interface WireText extends TextPoint {
  readonly text: string
  readonly place: Place
  /** It is a name, or stands beside the body: it cannot be written anew. */
  readonly isName?: true
  /** It is the rest of a text, and begins in a block of code with this mark. */
  readonly fence?: string
  /** The same: what detectors have left of what stood above, by their keys. */
  readonly left?: ReadonlyMap<string, string>
  /** The application says it to the model. */
  readonly isInstruction?: true
  /** Texts of one body that have one of them in common are joined by whoever reads them. */
  readonly runs?: readonly string[]
  /** It stands in the body in another form: what stands there when it says something else. */
  inBody?(text: string): string
  /** It was looked at before: only what begins in it and goes on behind it is of interest. */
  readonly isKnown?: true
}

/** A shorter text says nothing by itself. */
export const minText = 2

/** Names and indexes, the last first; `null` is the root. A list each would cost a hostile body's depth for each of its strings. */
export type Place = { readonly above: Place; readonly step: string | number; readonly depth: number } | null

export function stepsOf(place: Place): readonly (string | number)[] {
  const steps: (string | number)[] = []
  for (let at = place; at !== null; at = at.above) steps.push(at.step)
  return steps.reverse()
}

export function valueAt(body: JsonValue, place: Place): JsonValue | undefined {
  return stepsOf(place).reduce<JsonValue | undefined>((at, step) => {
    if (Array.isArray(at)) return at[Number(step)]
    return isJsonObject(at) ? at[step] : undefined
  }, body)
}

export function placeOf(...steps: readonly (string | number)[]): Place {
  return steps.reduce<Place>(below, null)
}

function below(above: Place, step: string | number): Place {
  return { above, step, depth: (above?.depth ?? 0) + 1 }
}

/**
 * What a provider takes as a name or a key, not as words. A short one is passed by; what is longer than any name is looked at all
 * the same, as nobody keeps a sentence out of a field.
 */
const names: ReadonlySet<string> = new Set([
  'id',
  'type',
  'role',
  'model',
  'object',
  'call_id',
  'tool_call_id',
  'tool_use_id',
  'toolUseId',
  'item_id',
  'response_id',
  'previous_response_id',
  'index',
  'media_type',
  'mime_type',
  'mimeType',
  'format',
  'detail',
  'status',
  'finish_reason',
  'stop_reason',
  'system_fingerprint',
  'service_tier',
  'event',
  'event_id',
  'previous_item_id',
  'conversation_id',
  'created_at',
])
const MAX_NAME = 64

/** Short words with marks between them, or what a vendor makes of letters by chance behind its own prefix. */
function isPlainName(text: string): boolean {
  return (
    text.length < MIN_ODD ||
    /^[A-Za-z][A-Za-z0-9]{0,11}(?:[-_./:][A-Za-z0-9]{1,12})*$/.test(text) ||
    /^(?:chatcmpl|call|toolu|srvtoolu|msg|resp|fc|rs|ctc|item|run|thread|asst|file|batch|req|gen|fp|conv|evt|event|sess|rtc)[-_][\w-]+$/.test(
      text,
    )
  )
}

/** Opaque to all but the vendor that made them, where they are. */
const sealed: ReadonlySet<string> = new Set(['signature', 'thoughtSignature', 'thought_signature', 'encrypted_content'])

/**
 * Throws `guardrail_denied` for what nests deeper than anybody reads. `minLength`: of what is looked at; a text that comes in
 * pieces has short ones, as have texts that are joined.
 */
export function textsIn(body: JsonValue, usual: InspectionPoint, minLength = minText): readonly WireText[] {
  const texts: WireText[] = []
  // Without recursion: depth is the client's.
  const open: Branch[] = [{ value: body, place: null, field: undefined, point: usual, at: rootOfRuns }]
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { value, place, field: named, point, isInstruction, isFixed, isAttached } = next
    if ((place?.depth ?? 0) > maxJsonDepth) throw tooDeep()
    const file =
      typeof value === 'string' && named !== undefined && isFileName(named)
        ? textFileIn(value, minLength < minText)
        : undefined
    if (file !== undefined) texts.push(...textsOfFile(file, next))
    else if (typeof value === 'string') {
      const runs = value === '' ? undefined : runsOf(next)
      if (
        value.length >= (runs === undefined ? minLength : 1) &&
        isWords(value, named, isFixed === true, minLength < minText)
      )
        texts.push({
          text: value,
          point,
          place,
          ...(isAttached === true ? { also: usual } : {}),
          ...(isInstruction === true ? { isInstruction } : {}),
          ...(runs === undefined ? {} : { runs }),
        })
    } else if (Array.isArray(value)) {
      const turns = turnsIn(value, place)
      for (let index = value.length - 1; index >= 0; index--) {
        const turn = turns?.[index]
        open.push({
          ...next,
          value: value[index],
          place: below(place, index),
          // Lines of a file, or events: each by itself.
          at: place === null ? undefined : turn === undefined || next.at === undefined ? next.at : { ...next.at, turn },
        })
      }
    } else if (isJsonObject(value)) {
      const own = isFixed === true ? point : pointOf(value, point)
      const isResult = own === 'tool-result' && own !== point
      const above = (place?.depth ?? 0) > maxRunDepth ? undefined : next.at
      const at = above === undefined ? undefined : runInObject(value, above, place, isResult)
      const { role } = value
      const mayInstruct = isFixed !== true && !isOfTool(own)
      const isAttaching = isAttached === true || (isDocument(value) && point === 'input' && own !== point)
      const isInstructing = isInstruction === true || (mayInstruct && (role === 'system' || role === 'developer'))
      const fields = Object.keys(value)
      for (let index = fields.length - 1; index >= 0; index--) {
        const field = fields[index] as string
        const inner = value[field]
        const inField = isFixed === true ? undefined : pointInField(field, own, usual)
        open.push({
          value: inner,
          place: below(place, field),
          field,
          point: inField ?? own,
          at:
            at === undefined || typeof inner !== 'object'
              ? at
              : runInField(field, at, place, inField === 'tool-result'),
          ...(isInstructing || (place === null && instructing.has(field)) ? { isInstruction: true } : {}),
          ...(isFixed === true || isFreeField(field, own) ? { isFixed: true } : {}),
          ...(isAttaching ? { isAttached: true } : {}),
        })
      }
      // A name may be the sender's own words too.
      for (const field of fields)
        if (saysMore(field)) texts.push({ text: field, point: own, place: below(place, field), isName: true })
    }
  }
  return texts
}

function tooDeep(): GatewayError {
  return new GatewayError('guardrail_denied', `It nests deeper than guardrails read (${maxJsonDepth}).`)
}

/** Most names of fields are a few words, and are not looked at. */
function saysMore(field: string): boolean {
  return field.length > 32 || (field.length >= MIN_ODD && !/^[A-Za-z_$-]*$/.test(field))
}
const MIN_ODD = 8

interface Branch {
  readonly value: JsonValue | undefined
  readonly place: Place
  /** The last name on the way to it: a list each of whose texts looks for it costs its depth for each. */
  readonly field: string | undefined
  readonly point: InspectionPoint
  /** Of the object that holds it. Absent: nobody joins what is there. */
  readonly at: RunPlace | undefined
  readonly isInstruction?: true
  /** It is in a document of what a user says. */
  readonly isAttached?: true
  /** What is there is somebody's own JSON: nothing in it says what it is, or where a conversation has it. */
  readonly isFixed?: true
}

function runsOf({ place, field, at, point }: Branch): WireText['runs'] {
  return at === undefined || field === undefined ? undefined : runsOfText(field, at, point, place)
}

/** Where system prompts stand beside the messages. */
const instructing: ReadonlySet<string> = new Set(['system', 'instructions', 'systemInstruction', 'system_instruction'])

function isWords(text: string, name: string | undefined, isFixed: boolean, isPiece: boolean): boolean {
  if (name === undefined) return true
  if (text.length <= MAX_NAME && names.has(name) && (isPiece || isPlainName(text))) return false
  if (sealed.has(name)) return isFixed || !isSealed(text)
  return !(isFileName(name) && isMedia(text))
}

const SEALED_SAMPLE = 512

/** Base64 of what is no text. */
function isSealed(text: string): boolean {
  return isBase64Throughout(text, 0) && !saysWords(Buffer.from(text, 'base64').subarray(0, SEALED_SAMPLE))
}

/** Of random bytes 37 % are letters and signs of ASCII. */
function saysWords(bytes: Buffer): boolean {
  let plain = 0
  for (const byte of bytes) if (byte >= 32 && byte < 127) plain++
  return plain > bytes.length * 0.7
}

/** Whether what stands there is a file, whatever it looks like. */
export function isFileField(place: Place): boolean {
  let at = place
  while (at !== null && typeof at.step === 'number') at = at.above
  return at !== null && isFileName(String(at.step))
}

/** What a text file says in a message is said by a document, and by whoever attaches it. */
function textsOfFile(
  { text, others, isRtf, written }: TextFile,
  { place, point, isAttached }: Pick<Branch, 'place' | 'point' | 'isAttached'>,
): readonly WireText[] {
  const also = point === 'input' || isAttached === true ? { also: 'input' as const } : {}
  const at = { place, point: point === 'input' ? ('tool-result' as const) : point, ...also }
  return [
    { ...at, text, ...(isRtf ? { isName: true } : { inBody: written }) },
    ...others.map((other): WireText => ({ ...at, text: other, isName: true })),
  ]
}

/** The body with other texts at places; what is not changed is shared. */
export function withTexts(
  body: JsonValue,
  changes: readonly { readonly place: Place; readonly text: string }[],
): JsonValue {
  return changes.reduce((changed, { place, text }) => replaced(changed, stepsOf(place), 0, text), body)
}

function replaced(value: JsonValue, place: readonly (string | number)[], depth: number, text: string): JsonValue {
  const step = place[depth]
  if (step === undefined) return text
  if (Array.isArray(value) && typeof step === 'number') {
    const copy = [...value]
    copy[step] = replaced(value[step] ?? null, place, depth + 1, text)
    return copy
  }
  if (isJsonObject(value) && typeof step === 'string') {
    return { ...value, [step]: replaced(value[step] ?? null, place, depth + 1, text) }
  }
  return value
}

/** RFC 6901. */
export function pointerOf(place: Place): string {
  return stepsOf(place)
    .map((step) => `/${String(step).replaceAll('~', '~0').replaceAll('/', '~1')}`)
    .join('')
}

/** Fields of all dialects whose strings hold JSON. */
const jsonTexts: ReadonlySet<unknown> = new Set(['arguments', 'partial_json'])

export function isJsonText(place: Place): boolean {
  return jsonTexts.has(place?.step)
}
