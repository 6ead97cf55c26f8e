import { spawn } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import type { Socket } from 'node:net'
import { parse } from 'node:path'
import { fileURLToPath } from 'node:url'
import { FromDetector, MAX_MESSAGE } from './detector-talk.ts'

/** Of what its code makes. Above it V8 ends the process. */
const MAX_HEAP_MB = 128
/** With all that is no heap: the program itself, buffers. */
const MAX_RESIDENT_BYTES = 384 << 20
const PAGE_BYTES = 4096

export interface DetectorProcess {
  /** `message`: a `ToDetector` as JSON. */
  tell(message: string): void
  /** At once, whatever it is doing. */
  kill(): void
  /** Kills it where it holds too much memory. Knows that on Linux alone. */
  checkMemory(): Promise<void>
  /** It is gone. */
  readonly ended: Promise<void>
}

/**
 * A process of Node of its own, without a shell, an environment or a terminal. It may read no file but its own entry, write
 * none, start nothing and reach no network, as far as Node's permissions go: a seat belt, and no prison.
 */
export function startDetectorProcess(onMessage: (message: FromDetector) => void): DetectorProcess {
  const entry = fileURLToPath(
    new URL(`./detector-process.${import.meta.url.endsWith('.ts') ? 'ts' : 'js'}`, import.meta.url),
  )
  const child = spawn(process.execPath, [...flagsFor(entry), entry], {
    cwd: parse(entry).root,
    env: {},
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
    // An interrupt at the terminal is for the gateway, which still serves calls then.
    detached: true,
    windowsHide: true,
  })
  const pipe = child.stdio[3] as Socket
  const ended = Promise.withResolvers<void>()
  const kill = (): void => {
    // While it works nobody waits for it alone; whoever ends it may, and a program that has nothing else to do would stop halfway.
    if (child.exitCode === null && child.signalCode === null) child.ref()
    child.kill('SIGKILL')
  }
  child.once('exit', () => ended.resolve())
  child.once('error', () => ended.resolve())
  pipe.on('error', kill)
  pipe.on('close', kill)
  pipe.on('data', messageReader(onMessage, kill))
  child.unref()
  pipe.unref()
  if (child.pid !== undefined) killFirst(child.pid)
  return {
    tell(message) {
      const body = Buffer.from(message)
      const head = Buffer.allocUnsafe(4)
      head.writeUInt32LE(body.length)
      pipe.write(Buffer.concat([head, body]))
    },
    kill,
    async checkMemory() {
      if ((await residentBytes(child.pid)) > MAX_RESIDENT_BYTES) kill()
    },
    ended: ended.promise,
  }
}

function flagsFor(entry: string): readonly string[] {
  // What a worker thread may do is not limited, so only where that can be given up again: Node 26.3.
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  const canDrop = major > 26 || (major === 26 && minor >= 3)
  return [
    '--permission',
    `--allow-fs-read=${entry}`,
    ...(canDrop ? ['--allow-worker'] : []),
    `--max-old-space-size=${MAX_HEAP_MB}`,
    '--v8-pool-size=1',
  ]
}

/** Cuts what comes into messages. What is longer than one may be, or none, is the end of it. */
function messageReader(onMessage: (message: FromDetector) => void, kill: () => void): (chunk: Buffer) => void {
  let held: Buffer = Buffer.alloc(0)
  let isOver = false
  const stop = (): void => {
    isOver = true
    held = Buffer.alloc(0)
    kill()
  }
  return (chunk) => {
    if (isOver) return
    held = held.length === 0 ? chunk : Buffer.concat([held, chunk])
    while (held.length >= 4) {
      const length = held.readUInt32LE()
      if (length > MAX_MESSAGE) return stop()
      if (held.length < 4 + length) return
      const message = messageIn(held.subarray(4, 4 + length))
      if (message === undefined) return stop()
      held = held.subarray(4 + length)
      onMessage(message)
    }
  }
}

function messageIn(bytes: Buffer): FromDetector | undefined {
  try {
    return FromDetector.safeParse(JSON.parse(bytes.toString('utf8'))).data
  } catch {
    return undefined
  }
}

/** Where memory runs out, the system is to end this process and not the gateway. */
function killFirst(pid: number): void {
  try {
    writeFileSync(`/proc/${pid}/oom_score_adj`, '1000')
  } catch {
    // Not Linux, or it is gone already.
  }
}

async function residentBytes(pid: number | undefined): Promise<number> {
  try {
    const [, pages = ''] = (await readFile(`/proc/${pid}/statm`, 'utf8')).split(' ')
    return Number.parseInt(pages, 10) * PAGE_BYTES
  } catch {
    return 0
  }
}
