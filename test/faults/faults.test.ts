import { expect, it } from 'vitest'
import { runFaults } from './run.ts'
import { judge } from './verdict.ts'

it('calls through a fleet that fails in every way succeed, once, and are billed once', async () => {
  const { figures, wrong } = judge(
    await runFaults({ calls: 400, concurrency: 32, seed: 7, rates: [0.5, 0.3], timeoutMs: 250, models: 150 }),
  )
  expect(wrong).toEqual([])
  expect(figures.filter(({ isMet, isTimed }) => !isMet && isTimed !== true)).toEqual([])
})
