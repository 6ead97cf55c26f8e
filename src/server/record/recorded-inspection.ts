import { detectors } from '../../catalog/detectors.generated.ts'
import type { Guardrail, GuardrailDecision, GuardrailFacts } from '../../core/inspection/guardrail.ts'
import type { FinishedCall } from '../../core/record/call-store.ts'
import type { ReceivedSpan, Span } from '../../core/record/span.ts'
import { type JsonValue, parseJson } from '../../core/wire/json.ts'
import { isDeeperThan, maxJsonDepth } from '../../core/wire/json-depth.ts'
import { conversationOf } from '../../gateway/inspection/conversation.ts'
import { createInspector, type Inspector } from '../../gateway/inspection/inspector.ts'
import { redactedTexts } from '../../gateway/inspection/joined/redacted-texts.ts'
import { createRedactor } from '../../gateway/inspection/redactor.ts'
import { textsIn, type WireText } from '../../gateway/inspection/wire-texts.ts'
import { guardrailPolicy } from '../../policy/guardrails/judge.ts'
import { type GuardrailSource, guardrailConfig, withSettings } from '../config/compile-guardrails.ts'
import { recordedFacts } from '../inspection/recorded-facts.ts'
import { withMaskedFiles } from './files-in-text.ts'
import { readOnce } from './read-once.ts'
import { withoutFound } from './without-found.ts'

/** Judges calls by guardrails in shadow, from what is on record of them, and takes credentials out of the record. */
export interface RecordedInspection {
  /** What is judged by from now on. */
  configure(source: GuardrailSource): void
  /** `isLate`: there is so much to store that guardrails in shadow let calls pass by. */
  inspect(call: FinishedCall, isLate: boolean): FinishedCall
  inspectSpan(span: ReceivedSpan): ReceivedSpan
  /** Calls that were not judged, as there were too many. */
  readonly passedBy: number
}

export function createRecordedInspection(first: GuardrailSource): RecordedInspection {
  let judges = judgesOf(first)
  let passedBy = 0
  return {
    configure(source) {
      judges = judgesOf(source)
    },
    inspect(call, isLate) {
      if (isLate && judges.shadows.length > 0) passedBy++
      const isJudged = !isLate && judges.shadows.length > 0
      if (!isJudged && !judges.masksSecrets) return call
      return forgetting(judges, () => {
        const said = { input: readBody(call.input), output: readBody(call.output) }
        return withoutSecrets(isJudged ? judged(call, said, judges) : call, said, judges)
      })
    },
    inspectSpan: (span) => forgetting(judges, () => spanWithoutSecrets(span, judges)),
    get passedBy() {
      return passedBy
    },
  }
}

function forgetting<Looked>({ forget }: Judges, look: () => Looked): Looked {
  try {
    return look()
  } finally {
    forget()
  }
}

interface Judges {
  readonly shadows: readonly Guardrail[]
  readonly inspector: Inspector
  readonly masksSecrets: boolean
  /** What was read of the texts of one call. */
  forget(): void
}

/** The bodies of a call. */
interface Said {
  readonly input: JsonValue
  readonly output: JsonValue
}

/** What is masked on record, whatever is configured. */
const onRecord: Guardrail = {
  id: 'record',
  detector: 'secrets',
  detectorKey: 'secrets:usual',
  points: ['input', 'output', 'tool-definition', 'tool-call', 'tool-result', 'artifact'],
  state: 'enforce',
  action: 'redact',
  redaction: 'mask',
  threshold: 0.5,
  scope: {},
  exceptions: [],
}

function judgesOf(source: GuardrailSource): Judges {
  const config = guardrailConfig(source, {}, () => undefined)
  const { secrets } = detectors
  if (secrets === undefined) throw new Error('There is no detector of secrets.')
  const { detectorKey } = onRecord
  const once = readOnce()
  const all = new Map(
    [...config.detectors, [detectorKey, withSettings(secrets, {}, detectorKey)] as const].map(([key, detector]) => [
      key,
      // Made from the same settings it is the same detector: what is masked is what a guardrail has found.
      detector.id === secrets.id ? { ...detector, detect: once.detect(detector.detect) } : detector,
    ]),
  )
  return {
    // Those that ask somebody else judge while the call is served.
    shadows: config.all.filter(
      ({ state, detectorKey }) => state === 'shadow' && all.get(detectorKey)?.connected === undefined,
    ),
    inspector: createInspector({
      guardrails: { ...config, detectors: all },
      policy: guardrailPolicy,
      clock: () => performance.now(),
      isAlone: true,
      read: once.read,
    }),
    forget: once.forget,
    masksSecrets: source.inspection.recordSecrets !== 'keep',
  }
}

/** Of a body that was cut, and so is no JSON, or that nests deeper than anybody reads, the text as it stands. */
function readBody(text: string | undefined): JsonValue {
  if (text === undefined) return null
  const body = parseJson(text)
  return body === undefined || isDeeperThan(maxJsonDepth, body) ? text : body
}

function factsOf({ record }: FinishedCall): GuardrailFacts {
  const {
    workspace,
    key = '',
    requestedModel: model,
    reaches = [],
    startedAt: now,
    route,
    metadata = {},
    user,
  } = record
  const labels = { metadata, ...(user === undefined ? {} : { user }) }
  return { workspace, key, now, ...(route === undefined ? {} : { route }), ...recordedFacts(model, labels), reaches }
}

function judged(call: FinishedCall, said: Said, { shadows, inspector }: Judges): FinishedCall {
  const { record } = call
  const facts = factsOf(call)
  const active = shadows.filter((guardrail) => guardrailPolicy.applies(guardrail, facts))
  if (active.length === 0) return call
  const input = textsIn(said.input, 'input')
  const output = textsIn(said.output, 'output')
  const sides = [
    inspector.inspect(input, active, { id: `${record.id}:input`, facts: { ...facts, direction: 'request' } }),
    inspector.inspect(output, active, {
      id: `${record.id}:output`,
      facts: { ...facts, direction: 'answer' },
      conversation: conversationOf(input),
    }),
  ]
  const decisions = sides.flatMap((side): readonly GuardrailDecision[] =>
    side instanceof Promise ? [] : side.decisions,
  )
  if (decisions.length === 0) return call
  return { ...call, record: { ...record, decisions: [...record.decisions, ...decisions] } }
}

function withoutSecrets(call: FinishedCall, said: Said, { masksSecrets, inspector }: Judges): FinishedCall {
  if (!masksSecrets) return call
  const facts = factsOf(call)
  const input = masked(call.input, said.input, facts, inspector)
  const output = masked(call.output, said.output, facts, inspector)
  if (input === call.input && output === call.output) return call
  return { ...call, ...(input === undefined ? {} : { input }), ...(output === undefined ? {} : { output }) }
}

function masked(
  text: string | undefined,
  body: JsonValue,
  facts: GuardrailFacts,
  inspector: Inspector,
): string | undefined {
  if (text === undefined) return undefined
  const written = maskedValue(body, facts, inspector)
  return written === body ? text : typeof written === 'string' ? written : JSON.stringify(written)
}

/** The same value where no credential is in it. */
function maskedValue(read: JsonValue, facts: GuardrailFacts, inspector: Inspector): JsonValue {
  const written = (texts: readonly WireText[]): ReadonlyMap<WireText, string> => {
    const inspected = inspector.inspect(texts, [onRecord], { id: '', facts })
    if (inspected instanceof Promise) return new Map()
    return redactedTexts(inspected.texts, guardrailPolicy, createRedactor(new Uint8Array()))
  }
  const body = withMaskedFiles(
    read,
    (text) =>
      written([{ text, point: 'output', place: null }])
        .values()
        .next().value ?? text,
  )
  const found = written(textsIn(body, 'output'))
  return found.size === 0 ? body : withoutFound(body, found)
}

/** What programs say in their spans is on record too. */
function spanWithoutSecrets(received: ReceivedSpan, { masksSecrets, inspector }: Judges): ReceivedSpan {
  if (!masksSecrets) return received
  const { workspace, key, receivedAt: now, span } = received
  const { attributes, events, content } = span
  const said = { attributes, events, ...(content === undefined ? {} : { content }) } as unknown as JsonValue
  if (isDeeperThan(maxJsonDepth, said)) return received
  const written = maskedValue(said, { workspace, key, model: '', now }, inspector)
  // The same shape with other strings in it.
  return written === said ? received : { ...received, span: { ...span, ...(written as unknown as Partial<Span>) } }
}
