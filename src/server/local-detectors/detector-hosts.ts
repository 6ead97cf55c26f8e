import { hash } from 'node:crypto'
import { GatewayError } from '../../core/errors.ts'
import type { DetectorFile, FilePatience, FileQuestion } from '../../core/inspection/detector-file.ts'
import { type DetectorHost, type DetectorHostHooks, openDetectorHost } from './detector-host.ts'
import type { LoadedFile } from './loaded-file.ts'

/** What no configuration in use wants any more, or not yet, ends when nobody has asked it for so long: answers on their way may still need it. */
const IDLE_MS = 10_000

/** Processes of detectors, one for each file of this process of the gateway. */
export interface DetectorHosts {
  /** Starts it where there is none. Rejects with a `GatewayError`. */
  ask(file: DetectorFile, question: FileQuestion, patience: FilePatience): Promise<unknown>
  /** What is wanted from now on. */
  configure(wanted: readonly DetectorFile[]): void
  /** This process serves calls, and must not wait for a process at the first one. */
  serve(hooks: DetectorHostHooks): void
  /** Resolves when those that are open are loaded, or have said why they cannot be. */
  loaded(): Promise<void>
  close(): Promise<void>
}

interface Open {
  readonly host: DetectorHost
  idle: NodeJS.Timeout | undefined
  asked: number
}

export function createDetectorHosts(): DetectorHosts {
  let hooks: DetectorHostHooks = { tell: () => undefined, warn: () => undefined }
  let wanted: ReadonlyMap<string, DetectorFile> = new Map()
  let isServing = false
  let isClosed = false
  const open = new Map<string, Open>()
  const ending = new Set<Promise<void>>()
  const faults = new Map<string, string>()

  /** Of all of them, the first that is not well. */
  function tellOf(key: string): DetectorHostHooks['tell'] {
    return (fault) => {
      if (fault === undefined) faults.delete(key)
      else faults.set(key, fault)
      hooks.tell(faults.values().next().value)
    }
  }

  function opened(key: string, file: DetectorFile): Open {
    const known = open.get(key)
    if (known !== undefined) return known
    const host = openDetectorHost(file, { tell: tellOf(key), warn: (message) => hooks.warn(message) })
    const fresh: Open = { host, idle: undefined, asked: 0 }
    open.set(key, fresh)
    return fresh
  }

  function end(key: string, one: Open): void {
    clearTimeout(one.idle)
    open.delete(key)
    const ended: Promise<void> = one.host.close().finally(() => ending.delete(ended))
    ending.add(ended)
  }

  function endWhenIdle(key: string, one: Open): void {
    clearTimeout(one.idle)
    one.idle = undefined
    if (one.asked > 0 || (isServing && wanted.has(key))) return
    one.idle = setTimeout(() => end(key, one), IDLE_MS).unref()
  }

  function useWanted(): void {
    if (isServing) for (const [key, file] of wanted) opened(key, file)
    for (const [key, one] of open) endWhenIdle(key, one)
  }

  return {
    async ask(file, question, patience) {
      if (isClosed) throw new GatewayError('upstream_unreachable', 'No detector of a file runs any more.')
      const key = keyOf(file)
      const one = opened(key, file)
      one.asked++
      clearTimeout(one.idle)
      try {
        return await one.host.ask(question, patience)
      } finally {
        one.asked--
        if (!isClosed) endWhenIdle(key, one)
      }
    },
    configure(files) {
      wanted = new Map(files.map((file) => [keyOf(file), file]))
      useWanted()
    },
    serve(given) {
      hooks = given
      isServing = true
      useWanted()
    },
    async loaded() {
      await Promise.all(Array.from(open.values(), ({ host }) => host.loaded()))
    },
    async close() {
      isClosed = true
      for (const [key, one] of open) end(key, one)
      await Promise.all(ending)
    },
  }
}

/** What a file says of itself, or why it cannot be used: it is run once for that. */
export async function tryDetectorFile(file: DetectorFile): Promise<LoadedFile> {
  const host = openDetectorHost(file, { tell: () => undefined, warn: () => undefined })
  try {
    return await host.loaded()
  } finally {
    await host.close()
  }
}

function keyOf({ name, text }: DetectorFile): string {
  return `${hash('sha256', text)} ${name}`
}
