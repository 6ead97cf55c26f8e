import type { NamedFile } from '../config/named-files.ts'
import { checkFiles } from './check-files.ts'
import { readNamedFiles } from './read-named-files.ts'
import { createReloader, type ReloadOptions } from './reload-config.ts'
import { tryDetectors } from './try-detectors.ts'
import { watchCode } from './watch-code.ts'
import { watchConfig } from './watch-config.ts'

export interface FollowOptions extends Omit<ReloadOptions, 'check' | 'use' | 'initial'> {
  /** In use at first, with the files that it names; `isThere`: as the file has it. */
  readonly first: { readonly text: string; readonly files: readonly NamedFile[]; readonly isThere: boolean }
  readonly environment: NodeJS.ProcessEnv
  /** Throws for what cannot be used, and changes nothing. */
  check(text: string, files: readonly NamedFile[]): void
  use(text: string, files: readonly NamedFile[]): void
}

export interface FollowedConfig {
  /** The same text once more, where what it names may have changed, or where it was refused. */
  again(): void
  close(): void
}

/** Takes the configuration over whenever its file changes, or code that it names, with the files that it names. */
export function followConfig({ first, environment, check, use, ...options }: FollowOptions): FollowedConfig {
  const { file, status } = options
  let { files } = first
  const { reload, keepLast, repeat } = createReloader({
    ...options,
    initial: first.text,
    async check(text) {
      // Before they are read: what changes meanwhile is seen.
      code.follow(text)
      checkFiles(text, environment)
      files = await tryDetectors(text, environment, readNamedFiles(text, environment, file))
      check(text, files)
    },
    use: (text) => use(text, files),
  })
  const code = watchCode(file, environment, repeat)
  code.follow(first.text)
  const initial = first.isThere ? first.text : undefined
  const watcher = watchConfig(file, { initial, changed: reload, unreadable: keepLast })
  return {
    again() {
      if (files.length > 0 || status.configFault !== undefined) repeat()
    },
    close() {
      watcher.close()
      code.close()
    },
  }
}
