import { defineConfig } from 'vitest/config'
import { secondChances } from './test/support/second-chances.ts'

/** Tests against real services. Without them they fail: a check that cannot run has failed. */
export default defineConfig({
  test: {
    include: ['test/services/**/*.test.ts'],
    setupFiles: ['test/property-seed.ts'],
    testTimeout: 90_000,
    hookTimeout: 90_000,
    pool: 'forks',
    retry: process.env['CI'] ? 1 : 0,
    reporters: ['default', secondChances()],
  },
})
