import { expect, it } from 'vitest'
import type { GuardrailPolicy } from '../src/core/inspection/guardrail.ts'
import type { ReplyGuard } from '../src/gateway/inspection/guard-reply.ts'
import { createRunInspection } from '../src/gateway/inspection/joined/run-inspection.ts'
import { type Channel, createChannels, lengthOf } from '../src/gateway/inspection/stream-channels.ts'
import { createStreamInspection } from '../src/gateway/inspection/stream-inspection.ts'

/** A block for each event, as a provider may send them. */
const eventOf = (index: number) => ({
  choices: [{ index: 0, delta: { content: [{ type: 'text', index, text: 'word <' }] } }],
})

/** Tells of each time that somebody reads a field. */
function watched(channel: Channel, field: 'cleared' | 'addresses', onRead: () => void): void {
  let value: unknown = channel[field]
  Object.defineProperty(channel, field, {
    get() {
      onRead()
      return value
    },
    set(now) {
      value = now
    },
  })
}

it('a stream of many blocks looks at each of them once when the next begins, not at all for each event', () => {
  const looksFor = (blocks: number): number => {
    let looks = 0
    const channels = createChannels({ isJoining: true })
    for (let index = 0; index < blocks; index++) {
      const pieces = channels.read(eventOf(index))
      for (const { channel } of pieces) watched(channel, 'cleared', () => looks++)
      for (const channel of channels.leftBy(pieces)) channel.cleared = lengthOf(channel)
    }
    return looks
  }
  expect(looksFor(50)).toBe(49)
  expect(looksFor(500)).toBe(499)
})

it('what is cut by the end of one of many blocks is looked for without asking each of them about its addresses', () => {
  const asksFor = (blocks: number): number => {
    let asks = 0
    const nothing = { effect: { kind: 'allow' }, decisions: [], texts: [] } as const
    const policy: Pick<GuardrailPolicy, 'effectOf' | 'redactedIn'> = {
      effectOf: () => ({ kind: 'allow' }),
      redactedIn: () => [],
    }
    const redactor: Partial<ReplyGuard['redactor']> = {
      hasTokens: true,
      openFrom: (text) => text.lastIndexOf('<'),
      edits: () => [],
      restorations: () => ({ edits: [], kept: [], end: 0 }),
    }
    const guard = { inspector: { inspect: () => nothing }, policy, redactor, active: [], detectors: new Map() }
    const look = createRunInspection('c:output', guard as unknown as ReplyGuard, [])
    const channels = createChannels({ isJoining: true })
    for (let index = 0; index < blocks; index++) {
      for (const { channel } of channels.read(eventOf(index))) {
        watched(channel, 'addresses', () => asks++)
        for (const run of channel.runs) void look(run, false)
      }
    }
    return asks
  }
  expect(asksFor(500)).toBe(0)
})

it('what holds back a long end is not read again for each letter, and what holds back little is', () => {
  const looksFor = (held: number, events: number): number => {
    let looks = 0
    const inspect = () => {
      looks++
      return { effect: { kind: 'allow' }, decisions: [], texts: [] } as const
    }
    const policy: Pick<GuardrailPolicy, 'effectOf' | 'redactedIn'> = {
      effectOf: () => ({ kind: 'allow' }),
      redactedIn: () => [],
    }
    const openFrom = (text: string) => Math.max(0, text.length - held)
    const detectors = new Map([['d', { maxSpan: held, openFrom, points: ['output'] }]])
    const active = [{ state: 'enforce', action: 'redact', detectorKey: 'd', points: ['output'] }]
    const redactor: Partial<ReplyGuard['redactor']> = { hasTokens: false, edits: () => [] }
    const guard = { inspector: { inspect }, policy, redactor, active, detectors }
    const inspection = createStreamInspection('c:output', guard as unknown as ReplyGuard)
    const channels = createChannels({ isJoining: false })
    for (let event = 0; event < events; event++)
      for (const { channel } of channels.read({ choices: [{ index: 0, delta: { content: '0' } }] }))
        void inspection.advance(channel, false)
    return looks
  }
  expect(looksFor(8, 1000)).toBe(992)
  expect(looksFor(256, 1600)).toBeLessThanOrEqual(84)
})
