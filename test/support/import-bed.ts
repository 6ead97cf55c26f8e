import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll } from 'vitest'
import { type CommandLine, commandLine, type Ended } from './command-line.ts'

export interface ImportBed {
  /** What a command answers that runs in the folder. */
  cli(...args: string[]): Promise<Ended>
  readonly launch: CommandLine['launch']
  inFolder(name: string): string
  /** The path of a new file in the folder. */
  fileOf(name: string, text: string): Promise<string>
}

/** The command line in an empty folder of its own, for all tests of a file. */
export function importBed(): ImportBed {
  let directory = ''
  const { launch, close } = commandLine(() => directory, {})
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'portcullis-import-'))
  })
  afterAll(async () => {
    close()
    await rm(directory, { recursive: true })
  })
  const inFolder = (name: string): string => join(directory, name)
  return {
    cli: (...args) => launch(args).ended,
    launch,
    inFolder,
    async fileOf(name, text) {
      await writeFile(inFolder(name), text)
      return inFolder(name)
    },
  }
}

/** A file of another product. */
export const fixture = (name: string): string => join(import.meta.dirname, '../fixtures/import', name)
/** How a configuration names a variable of the environment. */
export const variable = (name: string): string => `\${${name}}`
