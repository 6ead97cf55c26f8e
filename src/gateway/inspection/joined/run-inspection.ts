import type { Finding, Span } from '../../../core/inspection/detection.ts'
import type { CompiledDetector, GuardrailEffect, Judgement } from '../../../core/inspection/guardrail.ts'
import { createAddressTrail } from '../addresses/address-reader.ts'
import { MAX_HOST } from '../addresses/host-behind.ts'
import type { ReplyGuard } from '../guard-reply.ts'
import type { InspectedTexts } from '../inspector.ts'
import type { Edit } from '../redactor.ts'
import { type Channel, lengthOf, trim } from '../stream-channels.ts'
import { finishedFindings } from '../unfinished-findings.ts'
import { isJsonText } from '../wire-texts.ts'
import { type Block, type GrowingRun, headLength } from './growing-run.ts'
import { isCut, joinableGuardrails, openFrom } from './joined-texts.ts'
import { endsWithNextWord } from './next-word.ts'

/** Before where a finding may begin, so much is looked at with it. */
const CONTEXT = 512
/** Of texts that nothing is open in, so much is kept: as far as the longest beginning reaches. */
const MAX_KEPT = 16_384

/** What refuses a stream in which a token came back that the client would read as a part of a host. */
const TOKENS = 'redaction by token'

/** Looks at what is cut by the end of a text and goes on in the next, and gives what becomes of the stream. */
export type RunInspection = (
  run: GrowingRun,
  isWhole: boolean,
) => GuardrailEffect | Promise<GuardrailEffect> | undefined

/** How far a text was read, before what was found waits for what follows. */
interface Reached {
  /** What is behind it is held back. */
  readonly until: number
  /** What begins before it is found. */
  readonly settled: number
  readonly isWhole: boolean
}

/**
 * An end of a text is looked at beside what follows until nothing is open there. What is found is taken out on both sides, or,
 * where the client has its beginning already, refused.
 */
export function createRunInspection(
  id: string,
  guard: ReplyGuard,
  judged: InspectedTexts['texts'][number][],
): RunInspection {
  const { inspector, policy, facts, redactor, conversation } = guard
  const active = joinableGuardrails(guard.active, guard.detectors)
  const asked = { id, facts, conversation }

  const detectorsAt = (point: Channel['point'], isHolding: boolean): readonly CompiledDetector[] =>
    active.flatMap(({ points, detectorKey, action }) => {
      const detector = points.includes(point) ? guard.detectors.get(detectorKey) : undefined
      const isLeft = isHolding && action !== 'redact' && detector?.isHarmlessInPart === true
      return detector === undefined || isLeft ? [] : [detector]
    })

  function openIn(detectors: readonly CompiledDetector[], text: string): number {
    return Math.min(openFrom(detectors, text), redactor.hasTokens ? redactor.openFrom(text) : text.length)
  }

  /** Gives whether something may be cut by the end of one of the texts. */
  function open(run: GrowingRun): boolean {
    if (run.isOpen) return true
    const { point } = run
    const detectors = detectorsAt(point, false)
    for (let seam = run.seams[0]; seam !== undefined; seam = run.seams[0]) {
      const before = run.tail.slice(Math.max(0, seam - run.from - MAX_KEPT), Math.max(0, seam - run.from))
      const start = seam - before.length
      const from = start + openIn(detectors, before)
      if (from < seam) {
        run.isOpen = true
        run.cleared = start + openIn(detectorsAt(point, true), before)
        trim(run, Math.max(run.from, from - CONTEXT))
        return true
      }
      run.seams.shift()
    }
    return false
  }

  function conclude(run: GrowingRun, reached: Reached, inspected: InspectedTexts): GuardrailEffect {
    const { from, cleared, tail } = run
    const finished = reached.isWhole ? undefined : finishedFindings(inspected.texts, tail, guard.detectors)
    const { texts, until: waiting } = finished ?? { texts: inspected.texts, until: tail.length }
    const until = Math.max(cleared, Math.min(reached.until, from + waiting))
    const settled = Math.min(reached.settled, from + waiting)
    const isNew = ({ start, end }: Span): boolean => end + from > cleared && start + from < until
    const seams = run.seams.map((seam) => seam - from)
    const judgements = foundIn(texts, (span) => isNew(span) && isCut(span, seams))
    record(run, judgements)
    const taken = policy.redactedIn(judgements.map((one) => withoutNextWords(run, one, seams)))
    if (taken.some(({ span }) => isGone(run, moved(span, from)))) return refusal(judgements)
    const { back, kept } = tokensIn(run)
    const staying = kept.filter(isNew).map((edit) => ({ ...edit, ...moved(edit, from) }))
    if (staying.some((edit) => isGiven(run, edit))) return { kind: 'deny', guardrail: TOKENS }
    const edits = redactor.edits(tail, taken).map((edit) => ({ ...edit, ...moved(edit, from) }))
    run.redactions = [...run.redactions, ...edits, ...staying]
    const added = back.filter((edit) => isNew(edit) && isCut(edit, seams))
    run.restorations = [...run.restorations, ...added.map((edit) => ({ ...edit, ...moved(edit, from) }))]
    const last = run.redactions.at(-1)?.end ?? 0
    run.cleared = Math.max(until, Math.min(last, lengthOf(run)))
    run.seams = run.seams.filter((seam) => seam > settled)
    if (run.seams.length === 0) close(run)
    trim(run, Math.max(from, Math.min(settled, until) - CONTEXT))
    return policy.effectOf(judgements)
  }

  /**
   * Those that are whole in a text come back there, but for those that are the beginning of a host which goes on in the next. Of
   * one that is not whole, an open address of any of them is one it may stand in.
   */
  function tokensIn({ tail, place, point, inAddress }: GrowingRun): {
    readonly back: readonly Edit[]
    readonly kept: readonly Edit[]
  } {
    if (!redactor.hasTokens) return { back: [], kept: [] }
    const addresses = createAddressTrail().reader(isJsonText(place) ? 'json' : 'text')
    const isJson = isJsonText(place)
    const isCall = point === 'tool-call'
    const { edits, kept } = redactor.restorations(tail, { addresses, from: 0, until: tail.length, isJson, isCall })
    return { back: inAddress.size > 0 ? [] : edits, kept }
  }

  /** Without what was taken out where a text ended, and only seems to go on in the next. */
  function withoutNextWords(run: GrowingRun, judgement: Judgement, seams: readonly number[]): Judgement {
    const { lost, from, blocks } = run
    const isLeft = ({ span }: Finding): boolean =>
      !endsWithNextWord(run.tail, span, seams, (seam) => {
        const isLost = lost.some(({ start, end }) => start <= span.start + from && end === seam + from)
        const isWhole = ({ channel }: Block): boolean =>
          channel.redactions.some(({ start, end }) => end === lengthOf(channel) && end - start >= seam - span.start)
        return isLost || blocks.some(isWhole)
      })
    return { ...judgement, findings: judgement.findings.filter(isLeft) }
  }

  /** Whether its beginning is with the client, and was not taken out. */
  function isGone({ sent, lost }: GrowingRun, { start, end }: Span): boolean {
    return start < sent && !lost.some((span) => span.start <= start && Math.min(sent, end) <= span.end)
  }

  function isGiven({ given }: GrowingRun, { start, end }: Span): boolean {
    return given.some((span) => span.start < end && start < span.end)
  }

  function record({ point, place }: Channel, judgements: readonly Judgement[]): void {
    if (judgements.length > 0) judged.push({ text: { text: '', point, place }, judgements })
  }

  /** What a client sees that puts the texts in order, where one of them went on late. Nothing of that waits. */
  function disordered(run: GrowingRun): readonly (() => GuardrailEffect | Promise<GuardrailEffect>)[] {
    const late = [...run.disordered]
    run.disordered.clear()
    return late.map((block) => () => {
      const at = run.blocks.indexOf(block)
      let before = ''
      for (let index = at - 1; index >= 0 && before.length < headLength; index--) {
        const channel = run.blocks[index]?.channel
        before = `${channel?.tail ?? ''}${before}`
        if (channel !== undefined && channel.from > 0) break
      }
      before = before.slice(-headLength)
      const own = block.channel.tail
      let after = ''
      for (let index = at + 1; index < run.blocks.length && after.length < headLength; index++) {
        const next = run.blocks[index]
        after += next?.head ?? ''
        if (next !== undefined && lengthOf(next.channel) > next.head.length) break
      }
      const seams = [before.length, before.length + own.length]
      const { point, place } = run
      const text = before + own + after
      const goesOn = ({ start, end }: Span): boolean => isCut({ start, end: end + MAX_HOST }, seams)
      if (tokensIn({ ...run, tail: text }).kept.some(goesOn)) return { kind: 'deny', guardrail: TOKENS }
      const judge = ({ texts }: InspectedTexts): GuardrailEffect => {
        const judgements = foundIn(texts, (span) => isCut(span, seams))
        record(run, judgements)
        return policy.redactedIn(judgements).length > 0 ? refusal(judgements) : policy.effectOf(judgements)
      }
      const inspected = inspector.inspect([{ text, point, place }], active, asked)
      return inspected instanceof Promise ? inspected.then(judge) : judge(inspected)
    })
  }

  function look(run: GrowingRun, isWhole: boolean): ReturnType<RunInspection> {
    if (!open(run)) {
      if (run.tail.length > 2 * MAX_KEPT) trim(run, lengthOf(run) - MAX_KEPT)
      return undefined
    }
    const { from, tail, point, place, fence, cleared } = run
    const until = from + (isWhole ? tail.length : openIn(detectorsAt(point, true), tail))
    // What begins before is found by now.
    const settled = from + (isWhole ? tail.length : openIn(detectorsAt(point, false), tail))
    if (until <= cleared && settled < (run.seams[0] ?? 0)) return undefined
    const text = { text: tail, point, place, ...(fence === undefined ? {} : { fence }) }
    const inspected = inspector.inspect([text], active, asked)
    return inspected instanceof Promise
      ? inspected.then((texts) => conclude(run, { until, settled, isWhole }, texts))
      : conclude(run, { until, settled, isWhole }, inspected)
  }

  async function inTurn(
    first: Promise<GuardrailEffect>,
    others: readonly (() => GuardrailEffect | Promise<GuardrailEffect>)[],
    last: () => ReturnType<RunInspection>,
  ): Promise<GuardrailEffect> {
    const effect = await first
    if (isEnd(effect)) return effect
    for (const next of others) {
      const other = await next()
      if (isEnd(other)) return other
    }
    return (await last()) ?? { kind: 'allow' }
  }

  return (run, isWhole) => {
    if (active.length === 0 && !redactor.hasTokens) return undefined
    const late = run.disordered.size === 0 ? [] : disordered(run)
    for (const [index, judge] of late.entries()) {
      const effect = judge()
      if (effect instanceof Promise) return inTurn(effect, late.slice(index + 1), () => look(run, isWhole))
      if (isEnd(effect)) return effect
    }
    return look(run, isWhole)
  }
}

function foundIn(texts: InspectedTexts['texts'], isCounted: (span: Span) => boolean): readonly Judgement[] {
  return texts
    .flatMap((one) => one.judgements)
    .map((one) => ({ ...one, findings: one.findings.filter(({ span }) => isCounted(span)) }))
    .filter(({ findings, fault }) => findings.length > 0 || fault !== undefined)
}

function refusal(judgements: readonly Judgement[]): GuardrailEffect {
  return { kind: 'deny', guardrail: judgements.map(({ guardrail }) => guardrail.id).join('", "') }
}

function moved({ start, end }: Span, by: number): Span {
  return { start: start + by, end: end + by }
}

function isEnd({ kind }: GuardrailEffect): boolean {
  return kind !== 'allow' && kind !== 'redact'
}

/** Nothing is open in it. */
function close(run: GrowingRun): void {
  run.isOpen = false
  run.seams = []
  run.cleared = Number.POSITIVE_INFINITY
}
