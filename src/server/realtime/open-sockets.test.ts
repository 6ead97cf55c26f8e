import { expect, it } from 'vitest'
import { createOpenSockets } from './open-sockets.ts'

const limits = { maxSocketsPerKey: 2, maxBodyBytes: 100 }
const stay = (): void => undefined

it('the sockets of a key share its room, and those of another have their own', () => {
  const open = createOpenSockets()
  const [one, two, other] = [
    open.enter('a', limits, stay),
    open.enter('a', limits, stay),
    open.enter('b', limits, stay),
  ]
  one.holds(150)
  two.holds(200)
  expect([one.room(), two.room(), other.room()]).toEqual([200, 200, 200])
  one.holds(300)
  expect(two.room()).toBe(100)
  one.close()
  expect(two.room()).toBe(200)
})

it('a key has no more sockets than it may, and a new one in place of one that was closed', () => {
  const open = createOpenSockets()
  const [one] = [open.enter('a', limits, stay), open.enter('a', limits, stay)]
  expect(() => open.enter('a', limits, stay)).toThrow(expect.objectContaining({ code: 'too_many_calls' }))
  one.close()
  one.close()
  open.enter('a', limits, stay)
  expect(() => open.enter('a', limits, stay)).toThrow(expect.objectContaining({ code: 'too_many_calls' }))
})
