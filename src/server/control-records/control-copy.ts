import { existsSync, readFileSync } from 'node:fs'
import { rename, writeFile } from 'node:fs/promises'
import * as z from 'zod'
import { storageFault } from '../../core/record/storage-state.ts'
import { parseJson } from '../../core/wire/json.ts'

const Row = z.record(z.string(), z.unknown())

/** All records at one moment. */
export const ControlSnapshot = z.object({
  /** Another one with each change. */
  revision: z.number(),
  /** When the database was last heard to have it; Unix milliseconds. */
  seenAt: z.number(),
  rows: z.object({
    virtual_key: z.array(Row),
    management_key: z.array(Row),
    credential: z.array(Row),
    // Holds are among them: without one that cannot be read, what may not be taken away would be.
    setting: z.array(z.object({ name: z.string(), value: z.string() })),
  }),
})
export type ControlSnapshot = z.infer<typeof ControlSnapshot>

/**
 * The records as the database had them last, in the data directory, for a start without it. As in the database itself: keys as
 * hashes and credentials sealed.
 */
export interface ControlCopy {
  /** Throws a sentence for one that is damaged. */
  read(): ControlSnapshot | undefined
  /** Never throws. */
  keep(snapshot: ControlSnapshot): Promise<void>
  reasons(): readonly string[]
}

export function controlCopyAt(path: string): ControlCopy {
  let fault: string | undefined
  return {
    read() {
      if (!existsSync(path)) return undefined
      const read = ControlSnapshot.safeParse(parseJson(readFileSync(path, 'utf8')))
      if (!read.success) throw new Error(`The copy of control records at ${path} is damaged and cannot be used.`)
      return read.data
    },
    async keep(snapshot) {
      try {
        // Whole or not at all, also when the machine goes down meanwhile.
        await writeFile(`${path}.part`, JSON.stringify(snapshot), { mode: 0o600, flush: true })
        await rename(`${path}.part`, path)
        fault = undefined
      } catch (thrown) {
        fault = storageFault(thrown) ?? 'cannot be written'
      }
    },
    reasons: () =>
      fault === undefined
        ? []
        : [`control-copy.json ${fault}. Without it a start needs the PostgreSQL of DATABASE_URL.`],
  }
}
