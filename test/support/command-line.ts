import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'
import { plainEnvironment } from './plain-environment.ts'

const program = join(import.meta.dirname, '../../bin/portcullis.js')

export interface Ended {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
}

interface Running {
  readonly child: ChildProcess
  readonly ended: Promise<Ended>
  /** Resolves as soon as stdout holds the text. Rejects when the command ends without it. */
  prints(text: string): Promise<void>
}

/** Runs commands in `directory()`, with no variables of the machine's own: its credentials would become accounts. */
export function commandLine(directory: () => string, variables: Readonly<Record<string, string>>): CommandLine {
  const children = new Set<ChildProcess>()
  return {
    launch: (args, environment = {}, input = undefined) =>
      launch(children, directory(), args, { ...variables, ...environment }, input),
    close() {
      // None is left but those of a test that failed.
      for (const child of children) child.kill('SIGKILL')
    },
  }
}

export interface CommandLine {
  /** `input`: what stands on standard input; absent: nothing. */
  launch(args: readonly string[], environment?: Readonly<Record<string, string>>, input?: string): Running
  close(): void
}

function launch(
  children: Set<ChildProcess>,
  directory: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
  input: string | undefined,
): Running {
  const child = spawn(process.execPath, [program, ...args], {
    env: { ...plainEnvironment(), ...environment },
    stdio: 'pipe',
    cwd: directory,
  })
  // A command that reads nothing may have ended before.
  child.stdin.on('error', () => undefined)
  child.stdin.end(input)
  children.add(child)
  let stdout = ''
  let stderr = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text
  })
  const ended = new Promise<Ended>((resolve) => {
    child.once('close', (code, signal) => {
      children.delete(child)
      resolve({ code, signal, stdout, stderr })
    })
  })
  const prints = (text: string): Promise<void> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        if (!stdout.includes(text)) return
        child.stdout.off('data', look)
        resolve()
      }
      child.stdout.on('data', look)
      look()
      void ended.then(() => reject(new Error(`ended without ${text}: ${stdout}${stderr}`)))
    })
  return { child, ended, prints }
}
