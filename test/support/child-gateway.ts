import { type ChildProcess, spawn } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { plainEnvironment } from './plain-environment.ts'

const program = join(import.meta.dirname, '../../bin/portcullis.js')

export interface ChildOptions {
  readonly dataDirectory: string
  readonly args?: readonly string[]
  readonly environment?: Readonly<Record<string, string>>
  /** Where it runs; the data directory's own place for a file named `portcullis.yaml` is up to the test. */
  readonly folder?: string
  /** A command that starts the rest of its line elsewhere. */
  readonly within?: readonly string[]
}

/** A gateway as a user starts it: a process of its own. */
export interface ChildGateway {
  readonly process: ChildProcess
  readonly url: string
  readonly controlUrl: string
  /** What it printed until it was ready. */
  readonly banner: string
  /** Resolves with the exit code, `null` after a signal. */
  readonly exited: Promise<number | null>
}

/** Starts one on free ports. Rejects with what it printed when it ends before it is ready. */
export function startChildGateway(options: ChildOptions): Promise<ChildGateway> {
  const { child, exited, output } = spawnGateway(options)
  return new Promise((resolve, reject) => {
    const look = (): void => {
      const banner = output()
      const url = /data plane +(http:\S+)\/v1/.exec(banner)?.[1]
      const controlUrl = /control plane +(http:\S+)/.exec(banner)?.[1]
      if (url === undefined || controlUrl === undefined || !/^ {2}curl .*\n/m.test(banner)) return
      child.stdout?.off('data', look)
      resolve({ process: child, url, controlUrl, banner, exited })
    }
    child.stdout?.on('data', look)
    void exited.then((code) => reject(new Error(`exit ${code}: ${output()}`)))
  })
}

/** Process ids of its workers. */
export async function workersOf({ process: { pid = 0 } }: ChildGateway): Promise<readonly number[]> {
  const text = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8')
  return text.trim().split(' ').map(Number)
}

/** Runs one that is expected to end by itself. */
export async function runToEnd(
  options: ChildOptions,
): Promise<{ readonly code: number | null; readonly output: string }> {
  const { exited, output } = spawnGateway(options)
  const code = await exited
  return { code, output: output() }
}

function spawnGateway({ dataDirectory, args = [], environment = {}, folder, within = [] }: ChildOptions) {
  const [command = process.execPath, ...before] = [...within, process.execPath]
  const child = spawn(
    command,
    [...before, program, 'start', '--data', dataDirectory, '--port', '0', '--control-port', '0', ...args],
    {
      env: { ...plainEnvironment(), ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
      cwd: folder ?? join(dataDirectory, '..'),
    },
  )
  let text = ''
  const collect = (chunk: Buffer): void => {
    text += String(chunk)
  }
  child.stdout.on('data', collect)
  child.stderr.on('data', collect)
  const exited = new Promise<number | null>((resolve) => child.once('close', (code) => resolve(code)))
  return { child, exited, output: () => text }
}
