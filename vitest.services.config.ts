import { defineConfig } from 'vitest/config'

/** Tests against real services. Without them they fail: a check that cannot run has failed. */
export default defineConfig({
  test: { include: ['test/services/**/*.test.ts'], testTimeout: 90_000, hookTimeout: 90_000, pool: 'forks' },
})
