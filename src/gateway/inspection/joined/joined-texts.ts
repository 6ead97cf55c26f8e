/** Texts of one body that a reader joins, and what stands on both sides of where one ends. */
import type { CompiledDetector, Guardrail } from '../../../core/inspection/guardrail.ts'
import { codeFences } from '../../../core/text/code-fences.ts'
import type { WireText } from '../wire-texts.ts'

export interface JoinedText extends WireText {
  readonly parts: readonly WireText[]
  /** Where each part begins. */
  readonly starts: readonly number[]
}

export function isJoined(text: WireText): text is JoinedText {
  return 'parts' in text
}

/** None for texts that nothing is joined with. */
export function joinedTexts(texts: readonly WireText[]): readonly JoinedText[] {
  if (texts.length < 2) return []
  const runs = new Map<string, WireText[]>()
  for (const text of texts) {
    for (const run of text.runs ?? []) {
      const parts = runs.get(run)
      if (parts === undefined) runs.set(run, [text])
      else parts.push(text)
    }
  }
  const found = new Map<WireText | undefined, WireText[][]>()
  for (const parts of runs.values()) {
    if (parts.length < 2) continue
    const others = found.get(parts[0]) ?? []
    if (!others.some((other) => isSame(other, parts))) found.set(parts[0], [...others, parts])
  }
  return [...found.values()].flat().flatMap((parts) => joined(parts) ?? [])
}

function isSame(one: readonly WireText[], other: readonly WireText[]): boolean {
  return one.length === other.length && one.every((text, index) => text === other[index])
}

function joined(parts: readonly WireText[]): JoinedText | undefined {
  const [first] = parts
  if (first === undefined || parts.length < 2) return undefined
  let length = 0
  const starts = parts.map(({ text }) => {
    length += text.length
    return length - text.length
  })
  const { isInstruction, ...others } = first
  const text = parts.map((part) => part.text).join('')
  // What is begun by the application and ended by somebody else is not the application's word.
  const isOwn = isInstruction === true && parts.every((part) => part.isInstruction === true)
  return { ...others, ...(isOwn ? { isInstruction } : {}), text, parts, starts }
}

/** Those that find something of a length that can be told: the others judge each text as a whole. */
export function joinable(detectors: readonly CompiledDetector[]): readonly CompiledDetector[] {
  return detectors.filter(({ maxSpan, connected }) => Number.isFinite(maxSpan) && connected === undefined)
}

/** The same, of guardrails that do something about it. */
export function joinableGuardrails(
  active: readonly Guardrail[],
  detectors: ReadonlyMap<string, CompiledDetector>,
): readonly Guardrail[] {
  return active.filter(({ state, action, detectorKey }) => {
    const detector = detectors.get(detectorKey)
    return state === 'enforce' && action !== 'allow' && detector !== undefined && joinable([detector]).length > 0
  })
}

/** Of a finding that says of no beginning where it is, so much is looked at on both sides. */
const MAX_SIDE = 2048
/** The longest beginning that a detector tells. */
const MAX_REACH = 16_384
/** Words before a finding make it surer. */
const CONTEXT = 512
/** Texts of more parts are looked at once more as a whole. */
const MAX_SEAMS = 64

/** Where the first finding may begin that the end of a text leaves open. */
export function openFrom(detectors: readonly CompiledDetector[], text: string): number {
  let open = text.length
  for (const detector of detectors) open = Math.min(open, openOf(detector, text))
  return Math.max(0, open)
}

function openOf({ maxSpan, openFrom }: CompiledDetector, text: string): number {
  if (openFrom === undefined) return text.length - Math.min(maxSpan, MAX_SIDE)
  return Math.max(text.length - Math.min(maxSpan, MAX_REACH), openFrom(text))
}

/** A piece of a joined text in which something may be that is cut. */
export interface SeamWindow {
  readonly start: number
  readonly text: string
  readonly fence?: string
}

export function seamWindows(
  { text, starts }: JoinedText,
  detectors: readonly CompiledDetector[],
): readonly SeamWindow[] {
  const seams = starts.slice(1)
  if (seams.length > MAX_SEAMS) return [{ start: 0, text }]
  const spans: { start: number; end: number }[] = []
  for (const seam of seams) {
    const last = spans.at(-1)
    const from = Math.max(0, seam - MAX_REACH)
    const open = from + openFrom(detectors, text.slice(from, seam))
    if (open >= seam) continue
    const start = Math.max(0, open - CONTEXT)
    const end = settledAt(text, start, seam, detectors)
    if (last !== undefined && start <= last.end) last.end = Math.max(last.end, end)
    else spans.push({ start, end })
  }
  return spans.map(({ start, end }) => {
    const fence = codeFences(text.slice(0, start)).open
    return { start, text: text.slice(start, end), ...(fence === undefined ? {} : { fence }) }
  })
}

/** Behind it nothing that has begun before the seam goes on. */
function settledAt(text: string, start: number, seam: number, detectors: readonly CompiledDetector[]): number {
  // Those that tell no beginning need so much, whatever stands there.
  const silent = detectors.filter((detector) => detector.openFrom === undefined)
  const telling = detectors.filter((detector) => detector.openFrom !== undefined)
  const least = Math.max(0, ...silent.map(({ maxSpan }) => Math.min(maxSpan, MAX_SIDE)))
  for (let reach = CONTEXT; reach < MAX_REACH; reach *= 2) {
    const end = seam + reach
    if (end >= text.length) return text.length
    if (reach < least) continue
    const piece = text.slice(start, end)
    if (telling.every((detector) => openOf(detector, piece) >= seam - start)) return end
  }
  return Math.min(text.length, seam + MAX_REACH)
}

/** Whether a part ends within. `seams`: in order. */
export function isCut(
  { start, end }: { readonly start: number; readonly end: number },
  seams: readonly number[],
): boolean {
  let low = 0
  let high = seams.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((seams[middle] ?? 0) <= start) low = middle + 1
    else high = middle
  }
  const next = seams[low]
  return next !== undefined && next < end
}
