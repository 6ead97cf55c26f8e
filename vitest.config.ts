import { join } from 'node:path'
import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
    exclude: ['test/services/**'],
    // Only to end what hangs: a busy machine needs half a minute for twenty processes of the command line.
    testTimeout: 90_000,
    hookTimeout: 60_000,
    pool: 'forks',
    // Programs that tests start are compiled once: a third of the time of each.
    env: { NODE_COMPILE_CACHE: join(import.meta.dirname, 'node_modules/.cache/compiled') },
  },
})
