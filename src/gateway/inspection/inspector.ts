import { setImmediate } from 'node:timers/promises'
import type { ConversationContext, DetectionContext, Finding } from '../../core/inspection/detection.ts'
import type {
  CompiledDetector,
  DetectorReport,
  Guardrail,
  GuardrailDecision,
  GuardrailEffect,
  GuardrailFacts,
  GuardrailPolicy,
  Guardrails,
} from '../../core/inspection/guardrail.ts'
import { type InspectedText, inspectedText } from '../../core/inspection/inspected-text.ts'
import type { DetectorWatch } from './detector-watch.ts'
import { decisionsOf, type JudgedText } from './guardrail-decisions.ts'
import { goingOn } from './joined/going-on.ts'
import { isCut, type JoinedText, joinedTexts, seamWindows } from './joined/joined-texts.ts'
import {
  createCallReports,
  createKnownReports,
  isShort,
  type KnownReports,
  longName,
  shortName,
} from './known-reports.ts'
import { leftBehind } from './left-behind.ts'
import { neededDetectors } from './needed-detectors.ts'
import { type RemoteQuestion, remoteReports } from './remote-reports.ts'
import { joined, moved, partsOf } from './text-parts.ts'
import { minText, type WireText } from './wire-texts.ts'

export interface InspectedTexts {
  readonly effect: GuardrailEffect
  /** One for each guardrail and point that has something to say. */
  readonly decisions: readonly GuardrailDecision[]
  /**
   * Those with something to say, for what is to be written anew. Of several that are joined (`isJoined`), before each of them,
   * what is cut by the end of one.
   */
  readonly texts: readonly JudgedText[]
}

export interface Asked {
  /** Of what is decided; the client is told. */
  readonly id: string
  readonly facts: GuardrailFacts
  readonly conversation?: ConversationContext
  readonly signal?: AbortSignal
  /** Whoever asks cannot wait: all is done at once, unless a detector asks somebody else. */
  readonly isAtOnce?: true
}

export interface Inspector {
  /** At once, unless a detector asks somebody else or the texts are very long. Never throws. */
  inspect(
    texts: readonly WireText[],
    guardrails: readonly Guardrail[],
    asked: Asked,
  ): InspectedTexts | Promise<InspectedTexts>
}

export interface InspectorOptions {
  readonly guardrails: Guardrails
  readonly policy: GuardrailPolicy
  /** Milliseconds that only go forward. */
  clock(): number
  /** Nobody else waits for the thread: all is done at once. */
  readonly isAlone?: true
  readonly watch?: DetectorWatch
  /** For whoever has the same texts looked at twice. Absent: each look reads its own. */
  read?(text: string): InspectedText
}

/** After so many milliseconds other calls get their turn. */
const MAX_AT_ONCE_MS = 10
/** Whoever cannot wait lets nobody else have it: it gets no more time than this. */
const MAX_WITHOUT_TURNS_MS = 2000

export function createInspector({
  guardrails,
  policy,
  clock,
  isAlone,
  watch,
  read = inspectedText,
}: InspectorOptions): Inspector {
  const { detectors, isFailingOpen, timeoutMs, version, ownKeys = [] } = guardrails
  const keysOfWorkspaces = Map.groupBy(ownKeys, ({ workspace }) => workspace)
  const neededAt = neededDetectors(detectors)
  /** What was said of texts of earlier turns, by what they say. */
  const known = createKnownReports()

  function failed(fault: unknown, detector: CompiledDetector): void {
    const whose = guardrails.all.filter(({ detectorKey }) => detectorKey === detector.key)
    watch?.failed(fault, detector, [...new Set(whose.map(({ id }) => id))])
  }

  function* reading(texts: readonly WireText[], active: readonly Guardrail[], asked: Asked): Steps<InspectedTexts> {
    const started = clock()
    const mostMs = asked.isAtOnce ? Math.min(timeoutMs, MAX_WITHOUT_TURNS_MS) : timeoutMs
    const questions = remoteQuestions(texts, active, asked)
    // They are asked while the others look.
    const answering =
      questions.length === 0 ? undefined : remoteReports(questions, { timeoutMs, failed, worked: watch?.worked })
    const said: (readonly [WireText, readonly DetectorReport[]])[] = []
    const runs = joinedTexts(texts)
    const joins = runs.length === 0 ? undefined : Map.groupBy(runs, ({ parts }) => parts[0])
    let at = started
    let turnAt = started
    const turn = (): Promise<void> | undefined => {
      at = clock()
      if (isAlone || asked.isAtOnce || at - turnAt <= MAX_AT_ONCE_MS) return undefined
      return setImmediate().then(() => {
        at = turnAt = clock()
      })
    }
    const timing: Asked & Timing = { ...asked, turn, isLate: () => at - started > mostMs, short: new Map() }
    for (const text of texts) {
      for (const join of joins?.get(text) ?? nothing) {
        const cut = yield* cutReportsOf(join, active, timing)
        if (cut.length > 0) said.push([join, cut])
      }
      if (!isLookedAt(text)) continue
      const needed = neededAt(text, active).own
      if (needed.length === 0 && answering === undefined) continue
      const waiting = turn()
      if (waiting !== undefined) yield waiting
      const own = needed.length === 0 ? [] : yield* reportsOf(text, needed, timing)
      if (own.length > 0 || answering !== undefined) said.push([text, own])
    }
    if (said.length === 0 && answering === undefined) return clean
    const answers = answering === undefined ? undefined : ((yield answering) as Awaited<typeof answering>)
    const judged: InspectedTexts['texts'][number][] = []
    for (const [text, own] of said) {
      const others = answers?.get(text)
      const reports = others === undefined ? own : [...own, ...others]
      if (reports.length === 0) continue
      const judgements = policy.judge(reports, {
        guardrails: active,
        facts: asked.facts,
        point: text.point,
        ...(text.also === undefined ? {} : { also: text.also }),
        isFailingOpen,
      })
      if (judgements.length > 0) judged.push({ text, judgements })
    }
    const effect = policy.effectOf(judged.flatMap(({ judgements }) => judgements))
    return { effect, texts: judged, decisions: decisionsOf(judged, asked.id, version) }
  }

  function remoteQuestions(
    texts: readonly WireText[],
    active: readonly Guardrail[],
    asked: Asked,
  ): readonly RemoteQuestion<WireText>[] {
    if (!active.some(({ detectorKey }) => detectors.get(detectorKey)?.connected !== undefined)) return []
    return texts.filter(isLookedAt).flatMap((text) => {
      const { asking } = neededAt(text, active)
      return asking.length === 0
        ? []
        : [{ text, content: text.text, context: contextOf(text, asked), detectors: asking }]
    })
  }

  /** Of detectors that have nothing to say there is none. */
  function* reportsOf(
    text: WireText,
    needed: readonly CompiledDetector[],
    asked: Asked & Timing,
  ): Steps<readonly DetectorReport[]> {
    const isWhole = text.fence === undefined && (text.left?.size ?? 0) === 0
    const { workspace } = asked.facts
    const ownKeys = keysOfWorkspaces.get(workspace)
    const kept = isWhole ? keptAs(text, needed, asked, ownKeys === undefined ? '' : ` ${workspace}`) : undefined
    const before = kept?.among.find(kept.name)
    if (before !== undefined) return before
    const reports: DetectorReport[] = []
    const context = { ...contextOf(text, asked), ...(ownKeys === undefined ? {} : { ownKeys }) }
    let { left = none } = text
    let above = 0
    for (const part of partsOf(text.text, needed)) {
      left = leftBehind(text.text.slice(above, part.start), needed, left)
      above = part.start
      const seen = read(part.text)
      for (const detector of needed) {
        const waiting = asked.turn()
        if (waiting !== undefined) yield waiting
        if (asked.isLate()) {
          reports.push({ detectorKey: detector.key, findings: [], fault: 'timed-out' })
          continue
        }
        try {
          const own = left.get(detector.key)
          const found = detector.detect(seen, own === undefined ? context : { ...context, left: own })
          const findings = found instanceof Promise ? ((yield inTime(found, timeoutMs)) as readonly Finding[]) : found
          if (findings.length > 0) reports.push({ detectorKey: detector.key, findings: moved(findings, part.start) })
        } catch (fault) {
          failed(fault, detector)
          reports.push({ detectorKey: detector.key, findings: [], fault: fault === late ? 'timed-out' : 'failed' })
        }
      }
    }
    const whole = joined(reports)
    if (kept !== undefined && whole.every(({ fault }) => fault === undefined)) kept.among.keep(kept.name, whole)
    return whole
  }

  /** Where what is said of a text is kept. `own`: what is a key to one workspace is none to another. */
  function keptAs(
    text: WireText,
    needed: readonly CompiledDetector[],
    { short, conversation }: Asked & Timing,
    own: string,
  ): { readonly among: KnownReports; readonly name: string } | undefined {
    if (isShort(text)) {
      const among = short.get(needed) ?? createCallReports()
      short.set(needed, among)
      return { among, name: shortName(text) }
    }
    // What is said of an answer, and of the calls of tools in it, rests on its conversation.
    if (text.point === 'output' || conversation !== undefined) return undefined
    // All halves of signs have one hash.
    if (!text.text.isWellFormed()) return undefined
    return { among: known, name: `${longName(text, needed)}${own}` }
  }

  /** What begins in one of several texts that are joined, and ends in another. */
  function* cutReportsOf(
    join: JoinedText,
    active: readonly Guardrail[],
    asked: Asked & Timing,
  ): Steps<readonly DetectorReport[]> {
    const { joinable: needed, leaving } = neededAt(join, active)
    const reports: DetectorReport[] = []
    for (const { text, start, fence } of needed.length === 0 ? [] : seamWindows(join, needed)) {
      const waiting = asked.turn()
      if (waiting !== undefined) yield waiting
      const window: WireText = { ...join, text, ...(fence === undefined ? {} : { fence }) }
      for (const report of yield* reportsOf(window, needed, asked)) {
        const findings = moved(report.findings, start).filter(({ span }) => isCut(span, join.starts))
        if (findings.length > 0 || report.fault !== undefined) reports.push({ ...report, findings })
      }
    }
    for (const { text, start, seam, left } of goingOn(join, leaving)) {
      const waiting = asked.turn()
      if (waiting !== undefined) yield waiting
      for (const report of yield* reportsOf({ ...join, text, left }, leaving, asked))
        reports.push({ ...report, findings: moved(report.findings, start).filter(({ span }) => span.end > seam) })
    }
    return joined(reports)
  }

  return { inspect: (texts, active, asked) => stepping(reading(texts, active, asked)) }
}

function isLookedAt({ text, isKnown }: WireText): boolean {
  return isKnown !== true && text.length >= minText
}

interface Timing {
  isLate(): boolean
  /** Others get theirs where it took long. */
  turn(): Promise<void> | undefined
  /** What is said of short texts in this call, by who looks at them. */
  readonly short: Map<readonly CompiledDetector[], KnownReports>
}

const clean: InspectedTexts = { effect: { kind: 'allow' }, texts: [], decisions: [] }

/** Runs at once as far as it can; what it yields is waited for. */
type Steps<Result> = Generator<Promise<unknown>, Result, unknown>

function stepping<Result>(steps: Steps<Result>): Result | Promise<Result> {
  const first = steps.next()
  return first.done === true ? first.value : waiting(steps, first.value)
}

async function waiting<Result>(steps: Steps<Result>, first: Promise<unknown>): Promise<Result> {
  let pending = first
  for (;;) {
    let next: IteratorResult<Promise<unknown>, Result>
    try {
      next = steps.next(await pending)
    } catch (fault) {
      next = steps.throw(fault)
    }
    if (next.done === true) return next.value
    pending = next.value
  }
}

const late = new Error('The detector took too long.')

async function inTime<Value>(value: Promise<Value>, timeoutMs: number): Promise<Value> {
  const { promise, reject } = Promise.withResolvers<never>()
  const timer = setTimeout(() => reject(late), timeoutMs)
  try {
    return await Promise.race([value, promise])
  } finally {
    clearTimeout(timer)
  }
}

function contextOf({ point, isInstruction, fence }: WireText, { conversation, signal }: Asked): DetectionContext {
  return {
    point,
    ...(isInstruction === true ? { isInstruction } : {}),
    ...(fence === undefined ? {} : { fence }),
    ...(conversation === undefined ? {} : { conversation }),
    ...(signal === undefined ? {} : { signal }),
  }
}

const none: ReadonlyMap<string, string> = new Map()
const nothing: readonly never[] = []
