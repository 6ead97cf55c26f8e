import { statfsSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { defineConfig } from 'vitest/config'
import { secondChances } from './test/support/second-chances.ts'

export default defineConfig({
  test: {
    projects: [
      // Pure functions leave nothing behind: what they import is read once, and not for each file again.
      { extends: true, test: { name: 'units', include: ['src/**/*.test.ts'], isolate: false } },
      { extends: true, test: { name: 'gateways', include: ['test/**/*.test.ts'], exclude: ['test/services/**'] } },
    ],
    setupFiles: ['test/property-seed.ts'],
    // Only to end what hangs: a busy machine needs half a minute for twenty processes of the command line.
    testTimeout: 90_000,
    hookTimeout: 60_000,
    pool: 'forks',
    // A third of a test's time is spent waiting: one for each core, where the default leaves one core free.
    maxWorkers: availableParallelism(),
    retry: process.env['CI'] ? 1 : 0,
    reporters: ['default', secondChances()],
    env: {
      // Programs that tests start are compiled once: a third of the time of each.
      NODE_COMPILE_CACHE: join(import.meta.dirname, 'node_modules/.cache/compiled'),
      ...memoryForFiles(),
    },
  },
})

/** Where there is room, directories of gateways are in memory: each start waits for a disk some thirty times. */
function memoryForFiles(): Record<string, string> {
  const folder = '/dev/shm'
  try {
    const { bavail, bsize } = statfsSync(folder)
    return bavail * bsize > 4 * 2 ** 30 ? { TMPDIR: folder } : {}
  } catch {
    // Another system, or a container without it.
    return {}
  }
}
