import { readFileSync, watch } from 'node:fs'
import { basename, dirname, resolve } from 'node:path'

/** Calls `changed` with the new text when the file has other content. Editors that replace a file by renaming are seen, because its folder is watched. */
export function watchConfig(path: string, initial: string, changed: (text: string) => void): { close(): void } {
  const full = resolve(path)
  let known = initial
  let timer: NodeJS.Timeout | undefined
  const read = (): void => {
    let text: string
    try {
      text = readFileSync(full, 'utf8')
    } catch {
      // Between the two halves of a replacement there is no file; the second half is an event of its own.
      return
    }
    if (text === known) return
    known = text
    changed(text)
  }
  const soon = (): void => {
    clearTimeout(timer)
    // An editor writes in several steps; half a file would only be reported as a fault.
    timer = setTimeout(read, 50)
  }
  const watcher = watch(dirname(full), (_event, name) => {
    // Kubernetes swaps a link `..data` beside the file.
    if (name === null || name === basename(full) || name.startsWith('..')) soon()
  })
  watcher.on('error', () => undefined)
  const onSignal = (): void => read()
  process.on('SIGHUP', onSignal)
  return {
    close() {
      clearTimeout(timer)
      watcher.close()
      process.off('SIGHUP', onSignal)
    },
  }
}
