import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { defineConfig } from 'vitest/config'
import { secondChances } from './test/support/second-chances.ts'

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
    exclude: ['test/services/**'],
    setupFiles: ['test/property-seed.ts'],
    // Only to end what hangs: a busy machine needs half a minute for twenty processes of the command line.
    testTimeout: 90_000,
    hookTimeout: 60_000,
    pool: 'forks',
    // A third of a test's time is spent waiting: one for each core, where the default leaves one core free.
    maxWorkers: availableParallelism(),
    retry: process.env['CI'] ? 1 : 0,
    reporters: ['default', secondChances()],
    // Programs that tests start are compiled once: a third of the time of each.
    env: { NODE_COMPILE_CACHE: join(import.meta.dirname, 'node_modules/.cache/compiled') },
  },
})
