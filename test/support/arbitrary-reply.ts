import fc from 'fast-check'
import type { FinishReason, ReplyPart, Usage } from '../../src/core/model/model-reply.ts'
import type { JsonObject } from '../../src/core/wire/json.ts'
import { isJsonObject, parseJson } from '../../src/core/wire/json.ts'
import { text } from './arbitrary-request.ts'

type Segment = (choice: number, nextTool: () => number) => ReplyPart[]

const pieces = fc.array(text, { minLength: 1, maxLength: 3 })

const said: fc.Arbitrary<Segment> = pieces.map(
  (list) => (choice) => list.map((piece) => ({ type: 'text-delta', choice, text: piece })),
)

/** JSON cut anywhere. */
const called: fc.Arbitrary<Segment> = fc
  .record({
    input: fc.dictionary(fc.stringMatching(/^[a-z]{1,5}$/), fc.oneof(fc.string(), fc.integer(), fc.constant(null)), {
      maxKeys: 3,
      noNullPrototype: true,
    }),
    cut: fc.nat(30),
    name: fc.stringMatching(/^[a-z]{1,9}$/),
    isBare: fc.boolean(),
  })
  .map(({ input, cut, name, isBare }) => (choice, nextTool) => {
    const index = nextTool()
    const json = JSON.stringify(input)
    const deltas = json === '{}' && isBare ? [] : [json.slice(0, cut), json.slice(cut)].filter((piece) => piece !== '')
    return [
      { type: 'tool-call-start', choice, index, id: `call_${choice}_${index}`, name },
      ...deltas.map((piece): ReplyPart => ({ type: 'tool-call-delta', choice, index, json: piece })),
    ]
  })

const thought = (isSigned: boolean): fc.Arbitrary<Segment> =>
  fc.tuple(pieces, fc.stringMatching(/^[A-Za-z0-9+/=]{8,20}$/)).map(([list, signature]) => (choice) => [
    ...list.map((piece): ReplyPart => ({ type: 'reasoning-delta', choice, text: piece })),
    ...(isSigned ? [{ type: 'reasoning-signature', choice, signature } as const] : []),
  ])

const redacted: fc.Arbitrary<Segment> = fc
  .base64String({ minLength: 4, maxLength: 12 })
  .map((data) => (choice) => [{ type: 'reasoning-redacted', choice, data }])

const usage: fc.Arbitrary<Usage> = fc
  .record({
    plain: fc.nat(1000),
    read: fc.nat(1000),
    written: fc.nat(1000),
    output: fc.nat(1000),
    thinking: fc.nat(100),
  })
  .map(({ plain, read, written, output, thinking }) => ({
    inputTokens: plain + read + written,
    cachedInputTokens: read,
    cacheWriteTokens: written,
    outputTokens: output + thinking,
    reasoningTokens: thinking,
  }))

const reasons: readonly FinishReason[] = ['stop', 'length', 'content-filter']

/** A whole reply as a dialect's decoder gives it, in the order in which it was written. */
export function arbitraryReply(maxChoices: number): fc.Arbitrary<readonly ReplyPart[]> {
  const choice = fc.boolean().chain((isSigned) =>
    fc.record({
      segments: fc.array(fc.oneof(said, said, called, thought(isSigned), ...(isSigned ? [redacted] : [])), {
        maxLength: 5,
      }),
      reason: fc.constantFrom(...reasons),
    }),
  )
  return fc
    .record({
      choices: fc.array(choice, { minLength: 1, maxLength: maxChoices }),
      usage: fc.option(usage, { nil: undefined }),
    })
    .map(({ choices, usage: report }) => {
      const parts: ReplyPart[] = [{ type: 'reply-start', id: 'r1', model: 'm' }]
      for (const [index, { segments, reason }] of choices.entries()) {
        let tools = 0
        const made = segments.flatMap((segment) => segment(index, () => tools++))
        parts.push(...made, {
          type: 'choice-end',
          choice: index,
          reason: tools > 0 && reason === 'stop' ? 'tool-calls' : reason,
        })
      }
      if (report !== undefined) parts.push({ type: 'usage-report', usage: report })
      parts.push({ type: 'reply-end' })
      return parts
    })
}

/** What a reply says, put together. `blocks` is in order; neighbours of a kind are one. */
export interface Said {
  readonly blocks: readonly JsonObject[]
  readonly reason: FinishReason | undefined
}

export function assembled(parts: readonly ReplyPart[]): { readonly choices: readonly Said[]; readonly usage: Usage } {
  const choices = new Map<number, { blocks: JsonObject[]; reason: FinishReason | undefined }>()
  let total: Usage = {}
  for (const part of parts) {
    if (part.type === 'usage-report') total = { ...total, ...part.usage }
    if (!('choice' in part)) continue
    const said = choices.get(part.choice) ?? { blocks: [], reason: undefined }
    choices.set(part.choice, said)
    add(said.blocks, part)
    if (part.type === 'choice-end') said.reason = part.reason
  }
  for (const { blocks } of choices.values())
    for (const block of blocks) if (block['type'] === 'call') block['input'] = parsed(String(block['json']), block)
  const inOrder = [...choices].sort(([one], [other]) => one - other)
  return { choices: inOrder.map(([, said]) => said), usage: total }
}

function add(blocks: JsonObject[], part: ReplyPart): void {
  const last = blocks.at(-1)
  switch (part.type) {
    case 'text-delta':
    case 'refusal-delta':
    case 'reasoning-delta': {
      const type = part.type.slice(0, -6)
      if (last?.['type'] === type && last['signature'] === undefined) last['text'] = String(last['text']) + part.text
      else blocks.push({ type, text: part.text })
      break
    }
    case 'reasoning-signature':
      if (last?.['type'] === 'reasoning' && last['signature'] === undefined) last['signature'] = part.signature
      else blocks.push({ type: 'reasoning', text: '', signature: part.signature })
      break
    case 'reasoning-redacted':
      blocks.push({ type: 'redacted', data: part.data })
      break
    case 'tool-call-start':
      blocks.push({ type: 'call', index: part.index, id: part.id, name: part.name, json: '' })
      break
    case 'tool-call-delta': {
      const call = blocks.find(({ type, index }) => type === 'call' && index === part.index)
      if (call !== undefined) call['json'] = String(call['json']) + part.json
      break
    }
  }
}

function parsed(json: string, block: JsonObject): JsonObject {
  delete block['json']
  const value = json === '' ? {} : parseJson(json)
  return isJsonObject(value) ? value : { broken: json }
}

/** OpenAI's reply has a place for each kind and no order between them. */
export function grouped({ blocks, reason }: Said): Record<string, unknown> {
  const of = (type: string): JsonObject[] => blocks.filter((block) => block['type'] === type)
  const joined = (type: string): string =>
    of(type)
      .map(({ text: value }) => String(value))
      .join('')
  return {
    text: joined('text'),
    refusal: joined('refusal'),
    reasoning: joined('reasoning'),
    signed: blocks.filter(({ signature, data }) => signature !== undefined || data !== undefined),
    calls: of('call'),
    reason,
  }
}
