import { existsSync, statSync, watch } from 'node:fs'
import { basename, dirname, resolve } from 'node:path'
import { readConfigFile } from '../config/read-file.ts'

export interface ConfigWatchOptions {
  /** The text that is in use; absent: there is no file yet, and there need not be one. */
  readonly initial: string | undefined
  /** The file has another text than the last one, or can be read again. */
  changed(text: string): void
  /** The file is gone or cannot be read, in one sentence. Told once. */
  unreadable(fault: string): void
}

/** An editor writes in several steps; half a file would only be reported as a fault. */
const SETTLE_MS = 50
const LOOK_EVERY_MS = 1000
/** Between the two halves of a replacement there is no file: only one that stays away is told. */
const LOOKS_BEFORE_TOLD = 2

/**
 * Watches a configuration file. Notices of the system make it quick, and a look at the file each second makes it sure:
 * there are none for the file that a link points to, nor on network and virtual file systems.
 */
export function watchConfig(path: string, { initial, changed, unreadable }: ConfigWatchOptions): { close(): void } {
  const full = resolve(path)
  // A pipe (`--config <(…)`) was read to its end and cannot change.
  if (initial !== undefined && fileMark(full) === undefined) return { close: () => undefined }
  let isAwaited = initial === undefined
  let known = initial
  let seen = ''
  let failedLooks = 0
  let settling: NodeJS.Timeout | undefined

  const read = (): void => {
    settling = undefined
    const before = fileMark(full)
    if (before === undefined ? isAwaited && !existsSync(full) : before === seen) return
    isAwaited = false
    const found = textOf(path, before)
    if ('fault' in found) {
      seen = ''
      if (++failedLooks !== LOOKS_BEFORE_TOLD) return
      known = undefined
      unreadable(found.fault)
      return
    }
    seen = before ?? ''
    failedLooks = 0
    if (found.text === known) return
    known = found.text
    changed(found.text)
  }
  const soon = (): void => {
    clearTimeout(settling)
    settling = setTimeout(read, SETTLE_MS)
  }
  const looking = setInterval(() => {
    const now = fileMark(full)
    if (settling === undefined && (now === undefined || now !== seen)) soon()
  }, LOOK_EVERY_MS)
  const stopNotices = watchFolder(dirname(full), (name) => {
    // Kubernetes swaps a link `..data` beside the file.
    if (name === null || name === basename(full) || name.startsWith('..')) soon()
  })
  process.on('SIGHUP', soon)
  return {
    close() {
      clearTimeout(settling)
      clearInterval(looking)
      stopNotices()
      process.off('SIGHUP', soon)
    },
  }
}

/** Changes whenever the file does. `undefined`: there is no such file, or it is no plain one: a pipe would hold up all calls. */
export function fileMark(path: string): string | undefined {
  try {
    const found = statSync(path, { bigint: true })
    return found.isFile() ? `${found.dev} ${found.ino} ${found.size} ${found.mtimeNs} ${found.ctimeNs}` : undefined
  } catch {
    return undefined
  }
}

function textOf(path: string, mark: string | undefined): { readonly text: string } | { readonly fault: string } {
  if (mark === undefined) return { fault: `The file ${path} is not there.` }
  try {
    const text = readConfigFile(path)
    // What is left when a writer was stopped, or the disk is full, maybe after a head of comments: it would take away all keys.
    return text.split('\n').every((line) => /^\s*(#|$)/.test(line))
      ? { fault: `The file ${path} is empty; write {} to take everything out of it.` }
      : { text }
  } catch (fault) {
    return { fault: (fault as Error).message }
  }
}

/** The folder, because editors and Kubernetes replace a file. The system may have no watch left to give. */
function watchFolder(folder: string, onChange: (name: string | null) => void): () => void {
  try {
    const watcher = watch(folder, (_event, name) => onChange(name))
    watcher.on('error', () => watcher.close())
    return () => watcher.close()
  } catch {
    return () => undefined
  }
}
