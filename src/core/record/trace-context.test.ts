import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readBaggage, readTraceParent, traceParentBelow } from './trace-context.ts'

const traceId = '0af7651916cd43dd8448eb211c80319c'
const spanId = 'b7ad6b7169203331'

describe('traceparent', () => {
  it.each([
    [`00-${traceId}-${spanId}-01`, true],
    [`00-${traceId}-${spanId}-00`, false],
    [`00-${traceId}-${spanId}-03`, true],
    [`01-${traceId}-${spanId}-01-of a later version`, true],
  ])('is read: %s', (sent, isSampled) => {
    expect(readTraceParent(sent)).toEqual({ traceId, spanId, isSampled })
  })

  it.each([
    undefined,
    '',
    `ff-${traceId}-${spanId}-01`,
    `00-${traceId}-${spanId}-01-more`,
    `00-${traceId}-${spanId}-01, 00-${traceId}-${spanId}-01`,
    `00-${traceId.toUpperCase()}-${spanId}-01`,
    `00-${'0'.repeat(32)}-${spanId}-01`,
    `00-${traceId}-${'0'.repeat(16)}-01`,
    `00-${traceId}-${spanId}-01\r\nx-injected: 1`,
    `01-${traceId}-${spanId}-01-${'x'.repeat(512)}`,
  ])('is nothing where it is not well formed: %j', (sent) => {
    expect(readTraceParent(sent)).toBeUndefined()
  })
})

describe('the trace for those who come next', () => {
  it.each([
    [`00-${traceId}-${spanId}-01`, '01'],
    [`00-${traceId}-${spanId}-00`, '00'],
    [`00-${traceId}-${spanId}-ff`, 'ff'],
    [`cc-${traceId}-${spanId}-ff-more`, '03'],
    [`cc-${traceId}-${spanId}-04`, '00'],
  ])('is the same but for the parent: %s', (sent, flags) => {
    expect(traceParentBelow(sent, '1'.repeat(16))).toBe(`00-${traceId}-${'1'.repeat(16)}-${flags}`)
  })

  it('is none where there is none', () => {
    for (const sent of ['', 'x', `ff-${traceId}-${spanId}-01`, `00-${'0'.repeat(32)}-${spanId}-01`])
      expect(traceParentBelow(sent, spanId)).toBeUndefined()
  })
})

describe('baggage', () => {
  const names = new Set(['session.id', 'team'])

  it('gives the entries that are asked for, decoded and without their properties', () => {
    const sent = 'user=u-1, session.id = run%207;ttl=3 ,team=search,session.id=second'
    expect(Object.fromEntries(readBaggage(sent, names))).toEqual({ 'session.id': 'run 7', team: 'search' })
  })

  it('takes what stands there as UTF-8, as in any other header, and a tab', () => {
    const utf8 = Buffer.from('team=Zoë,session.id=%C3%A9%09').toString('latin1')
    expect(Object.fromEntries(readBaggage(utf8, names))).toEqual({ team: 'Zoë', 'session.id': 'é\t' })
  })

  it('gives the first entry of a name that is well formed', () => {
    const sent = 'team=%,team=%E0%A4%A,team=%zz,team=a%0d%0ab,team=first,team=second'
    expect(readBaggage(sent, names).get('team')).toBe('first')
  })

  it.each([
    'team=a%0d%0aset-cookie%3a%20b',
    'team=%00',
    'team=a%1b%5b2J',
    'team=a%7f',
    'team=a%c2%9b',
    Buffer.from('team=a\u009b').toString('latin1'),
    'team=%c0%8d',
    'team=%ed%a0%80',
    Array.from({ length: 10_000 }, (_, index) => `n${index}=v`).join(','),
    `${','.repeat(200)}team=search`,
    `team=${'x'.repeat(9000)}`,
    'team=%',
    'team=',
    'team',
    '=team',
  ])('is nothing where it is too much or not well formed: %#', (sent) => {
    expect(readBaggage(sent, names).size).toBe(0)
  })

  it('of whatever is sent only known names come out', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (sent) => {
        for (const name of readBaggage(sent, names).keys()) expect(names.has(name)).toBe(true)
      }),
    )
  })
})
