import { isDeepStrictEqual } from 'node:util'
import type { Answer, Ask, CaseId, Item, Read, Seen, Turn } from './neutral.ts'

/** The conversation in one row, as the provider should see it. */
export function itemsOf(turns: readonly Turn[]): Item[] {
  const items: Item[] = []
  let calls = 0
  let answered = 0
  for (const turn of turns) {
    if (turn.role === 'user') {
      items.push({ kind: 'user', text: turn.text })
      if (turn.image !== undefined) items.push({ kind: 'image', data: turn.image })
      if (turn.document !== undefined) items.push({ kind: 'document', data: turn.document })
    } else if (turn.role === 'results') {
      for (const { text } of turn.results) items.push({ kind: 'result', of: answered++, text })
    } else {
      const { text, calls: made } = turn.answer
      if (text !== '') items.push({ kind: 'assistant', text })
      for (const { name, arguments: args } of made) items.push({ kind: 'call', name, arguments: args })
      calls += made.length
    }
  }
  if (answered > calls) throw new Error('more results than calls')
  return items
}

export function compareSeen(ask: Ask, seen: Seen, items: readonly Item[], signed: readonly string[]): void {
  same('stream', seen.stream, ask.stream)
  same('the conversation', seen.items, items)
  same('signed thinking', seen.signed, signed)
  const { forcedTool } = ask
  // Where one tool must be called, the others need not be told.
  const isEnough = forcedTool !== undefined && seen.tools.length === 1 && seen.tools[0]?.name === forcedTool
  if (!isEnough) same('tools', seen.tools.map(shapeOf), (ask.tools ?? []).map(shapeOf))
  if (ask.system !== undefined) same('the system prompt', seen.system, ask.system)
  if (ask.forcedTool !== undefined) same('the forced tool', seen.forcedTool, ask.forcedTool)
  if (ask.schema !== undefined) same('the schema', seen.schema && core(seen.schema), core(ask.schema))
  if (ask.stop !== undefined) same('stop', seen.stop, ask.stop)
  if (seen.maxTokens !== undefined || ask.maxTokens !== 1000) same('the limit', seen.maxTokens, ask.maxTokens)
  same('thinking is wanted', seen.thinks, ask.thinks === true)
}

function shapeOf({ name, parameters }: Seen['tools'][number]): unknown {
  return { name, ...core(parameters) }
}

/** What a schema asks for, without words that only some dialects know. */
function core(schema: Seen['tools'][number]['parameters']): Record<string, unknown> {
  return { properties: schema['properties'], required: schema['required'] }
}

export function compareRead(answer: Answer, read: Read, caseId: CaseId): void {
  same('the text', read.text, answer.text)
  same('the end', read.end, answer.end)
  const plain = ({ name, arguments: args }: Answer['calls'][number]): unknown => ({ name, args })
  same('the calls', read.calls.map(plain), answer.calls.map(plain))
  if (new Set(read.calls.map(({ id }) => id)).size < read.calls.length) throw new Error('two calls have one id')
  same('reasoning', read.reasoning, answer.reasoning)
  const { cached, ...totals } = answer.usage
  same('usage', { input: read.usage.input, output: read.usage.output }, totals)
  if (caseId === 'cached-usage') same('cached tokens', read.usage.cached, cached)
}

export function same(what: string, found: unknown, expected: unknown): void {
  if (!isDeepStrictEqual(found, expected))
    throw new Error(`${what}: ${JSON.stringify(found)} in place of ${JSON.stringify(expected)}`)
}

export function contains(what: string, text: string, part: string): void {
  if (!text.includes(part)) throw new Error(`${what}: ${JSON.stringify(text)} does not hold ${JSON.stringify(part)}`)
}

export function within<Value>(who: string, read: () => Value): Value {
  try {
    return read()
  } catch (fault) {
    throw new Error(`${who} could not read it: ${String(fault)}`, { cause: fault })
  }
}
