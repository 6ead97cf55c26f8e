import type { CallDetails } from '../core/record/call-store.ts'

/** The answer that a client got, beside that of a copy of its call. */
export interface Comparison {
  /** `null`: one of the texts was not kept whole. */
  readonly isSameText: boolean | null
  readonly textLength: Pair<number>
  readonly status: Pair<number>
  readonly outputTokens: Pair<number>
  readonly durationMs: Pair<number>
  readonly timeToFirstTokenMs: Pair<number>
  readonly costUsd: Pair<number>
}

interface Pair<Value> {
  readonly original: Value | null
  readonly shadow: Value | null
}

export function compareAnswers(original: CallDetails, shadow: CallDetails): Comparison {
  const pair = <Value>(of: (call: CallDetails) => Value | null): Pair<Value> => ({
    original: of(original),
    shadow: of(shadow),
  })
  const texts = pair(wholeText)
  return {
    isSameText: texts.original === null || texts.shadow === null ? null : texts.original === texts.shadow,
    textLength: { original: texts.original?.length ?? null, shadow: texts.shadow?.length ?? null },
    status: pair(({ status }) => status),
    outputTokens: pair(({ outputTokens }) => outputTokens),
    durationMs: pair(({ durationMs }) => durationMs),
    timeToFirstTokenMs: pair(({ timeToFirstTokenMs }) => timeToFirstTokenMs),
    costUsd: pair(({ costUsd }) => costUsd),
  }
}

/** What all choices say, with the calls of tools. */
function wholeText({ output, outputTruncated }: CallDetails): string | null {
  if (output === null || outputTruncated || !('choices' in output)) return null
  const said = output.choices.map(({ text, refusal = '', toolCalls = [] }) =>
    [text, refusal, ...toolCalls.map((call) => `${call.name} ${call.arguments}`)].filter((part) => part !== ''),
  )
  return said.flat().join('\n')
}
