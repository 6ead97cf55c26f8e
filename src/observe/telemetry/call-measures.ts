import { callStages } from '../../core/calls/call-stages.ts'
import type { CallRecord } from '../../core/record/call-record.ts'
import type { SpanAttributes } from './call-spans.ts'
import { operationOf, providerName } from './describe-call.ts'
import { common, genAi, type HistogramName, own } from './names.ts'

export interface Measure {
  readonly name: HistogramName
  readonly value: number
  readonly attributes: SpanAttributes
}

/** What a call adds to the histograms. Names that a client makes up are no labels: only those that a provider was asked for. */
export function callMeasures(record: CallRecord): readonly Measure[] {
  const { usage, timeToFirstTokenMs, durationMs, status, errorCode, provider, model } = record
  const attributes: SpanAttributes = {
    [genAi.operation]: operationOf(record),
    [own.workspace]: record.workspace,
    ...(provider === undefined ? {} : { [genAi.provider]: providerName(provider) }),
    ...(provider === undefined || model === undefined ? {} : { [genAi.requestModel]: model }),
  }
  const measures: Measure[] = []
  const add = (name: HistogramName, value: number | undefined, more: SpanAttributes = {}): void => {
    if (value !== undefined && Number.isFinite(value) && value >= 0)
      measures.push({ name, value, attributes: { ...attributes, ...more } })
  }
  const isHit = record.cache === 'hit' || record.cache === 'semantic'
  add(
    'gen_ai.server.request.duration',
    durationMs / 1000,
    errorCode === undefined ? {} : { [common.errorType]: errorCode },
  )
  add('portcullis.overhead', record.overheadMs / 1000)
  for (const [at, stage] of callStages.entries()) {
    const microseconds = record.stages?.[at] ?? -1
    // By stage alone: beside models and accounts it would be eleven times as many series.
    if (microseconds >= 0)
      measures.push({
        name: 'portcullis.stage.duration',
        value: microseconds / 1e6,
        attributes: { [own.stage]: stage },
      })
  }
  // What the cache answers is not used again, and costs nothing.
  if (!isHit) {
    add('gen_ai.client.token.usage', usage?.inputTokens, { [genAi.tokenType]: 'input' })
    add('gen_ai.client.token.usage', usage?.outputTokens, { [genAi.tokenType]: 'output' })
    add('portcullis.cost', record.costNanoUsd === undefined ? undefined : record.costNanoUsd / 1e9)
  }
  if (status < 400 && record.stream && timeToFirstTokenMs !== undefined) {
    add('gen_ai.server.time_to_first_token', timeToFirstTokenMs / 1000)
    const tokens = (usage?.outputTokens ?? 0) - 1
    if (tokens > 0) add('gen_ai.server.time_per_output_token', (durationMs - timeToFirstTokenMs) / 1000 / tokens)
  }
  return measures
}
