import { spawn } from 'node:child_process'
import { GatewayError } from '../../core/errors.ts'

/** Somebody may have to touch a key; calls wait no longer than their own time. */
const usualTimeoutMs = 30_000
const maxOutputBytes = 64 << 10

/** What such programs need to find their files, their agent and their way out. The keys of other vendors are none of their business. */
const passed =
  /^(?:PATH|HOME|USER|LOGNAME|SHELL|LANG|LC_\w+|TZ|TMPDIR|TEMP|TMP|XDG_\w+|DBUS_SESSION_BUS_ADDRESS|SSH_AUTH_SOCK|GNUPGHOME|AWS_\w+|(?:https?|no|all)_proxy|SSL_CERT_\w+|SystemRoot|ComSpec|PATHEXT|USERPROFILE|(?:LOCAL)?APPDATA)$/i

export interface ProgramOptions {
  /** The program gets a part of it. */
  readonly environment: NodeJS.ProcessEnv
  readonly timeoutMs?: number
}

/** Runs a program without a shell and gives what it printed. Nothing of that is ever part of a fault. Throws a `GatewayError`. */
export function runCredentialProgram(
  [program = '', ...args]: readonly string[],
  { environment, timeoutMs = usualTimeoutMs }: ProgramOptions,
): Promise<string> {
  return new Promise((resolve, reject) => {
    // A group of its own, so that what it starts ends with it.
    const isGroup = process.platform !== 'win32'
    const child = spawn(program, args, {
      env: Object.fromEntries(Object.entries(environment).filter(([name]) => passed.test(name))),
      stdio: ['ignore', 'pipe', 'ignore'],
      detached: isGroup,
      windowsHide: true,
    })
    const chunks: Buffer[] = []
    let size = 0
    const kill = (): void => {
      try {
        if (isGroup && child.pid !== undefined) process.kill(-child.pid, 'SIGKILL')
        else child.kill('SIGKILL')
      } catch {
        // It has just ended by itself.
      }
    }
    const fail = (sentence: string): void => {
      clearTimeout(timer)
      kill()
      child.stdout.destroy()
      reject(new GatewayError('upstream_unauthorized', `The program of the profile ${sentence}.`))
    }
    const timer = setTimeout(() => fail(`did not end within ${timeoutMs} ms`), timeoutMs)
    child.stdout.on('data', (chunk: Buffer) => {
      size += chunk.length
      if (size > maxOutputBytes) fail(`printed more than ${maxOutputBytes} bytes`)
      else chunks.push(chunk)
    })
    child.once('error', (fault) => {
      const code = 'code' in fault ? String(fault.code) : 'unknown'
      fail(`cannot be started (${code})`)
    })
    child.once('exit', (code, signal) => {
      if (code !== 0) fail(`ended with ${code === null ? signal : `the status ${code}`}`)
    })
    child.once('close', () => {
      clearTimeout(timer)
      resolve(Buffer.concat(chunks).toString('utf8'))
    })
  })
}
