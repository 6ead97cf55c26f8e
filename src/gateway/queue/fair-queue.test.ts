import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Priority, priorities } from '../../core/calls/registry.ts'
import { createFairQueue } from './fair-queue.ts'

function emptied(queue: ReturnType<typeof createFairQueue<string>>): string[] {
  const served: string[] = []
  for (let next = queue.next(); next !== undefined; next = queue.next()) served.push(next)
  return served
}

describe('a fair queue', () => {
  it('serves keys in turn, however many calls one of them has', () => {
    const queue = createFairQueue<string>()
    for (const name of ['a1', 'a2', 'a3', 'a4', 'b1', 'c1', 'c2']) queue.add('normal', name.charAt(0), name)
    expect(emptied(queue)).toEqual(['a1', 'b1', 'c1', 'a2', 'c2', 'a3', 'a4'])
  })

  it('serves higher priorities first, and the lowest in every tenth turn', () => {
    const queue = createFairQueue<string>()
    for (let index = 0; index < 30; index++) queue.add('high', 'h', 'high')
    queue.add('low', 'l', 'low')
    const served = emptied(queue)
    expect(served.indexOf('low')).toBe(9)
  })

  it('loses nobody and serves nobody twice, whoever leaves in between', () => {
    const priority = fc.constantFrom<Priority>(...priorities)
    const step = fc.oneof(
      fc.record({ kind: fc.constant('add' as const), priority, key: fc.constantFrom('a', 'b', 'c') }),
      fc.record({ kind: fc.constant('leave' as const), index: fc.nat(20) }),
      fc.record({ kind: fc.constant('serve' as const) }),
    )
    fc.assert(
      fc.property(fc.array(step, { maxLength: 100 }), (steps) => {
        const queue = createFairQueue<number>()
        const waiting: { readonly id: number; readonly priority: Priority; readonly key: string }[] = []
        let count = 0
        for (const one of steps) {
          if (one.kind === 'add') {
            const waiter = { id: count++, priority: one.priority, key: one.key }
            waiting.push(waiter)
            queue.add(waiter.priority, waiter.key, waiter.id)
          } else if (one.kind === 'leave') {
            const [gone] = waiting.splice(one.index, 1)
            if (gone !== undefined) queue.remove(gone.priority, gone.key, gone.id)
          } else {
            const served = queue.next()
            const place = waiting.findIndex(({ id }) => id === served)
            if (served === undefined) expect(waiting).toEqual([])
            else expect(place).toBeGreaterThanOrEqual(0)
            if (place >= 0) waiting.splice(place, 1)
          }
          expect(queue.size).toBe(waiting.length)
        }
      }),
    )
  })
})
