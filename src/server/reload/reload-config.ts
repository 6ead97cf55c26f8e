import { hash } from 'node:crypto'
import { GatewayError } from '../../core/errors.ts'
import type { AuditDraft } from '../../core/record/audit.ts'
import type { Audit } from '../audit/audit.ts'
import { ConfigError } from '../checked-config.ts'
import type { ConfigPlace, GatewayStatus } from '../readiness.ts'

export interface ReloadOptions {
  readonly file: string
  /** What is in use at first. */
  readonly initial: string
  readonly status: GatewayStatus
  readonly audit: Pick<Audit, 'append'>
  /** Writes an entry as well as can be. */
  note(draft: AuditDraft): Promise<void>
  /** Rejects for a text that cannot be used, and changes nothing. */
  check(text: string): Promise<void>
  use(text: string): void
  log(message: string): void
  logFault(fault: unknown): void
}

/** The audit log may have been locked for a moment. */
const AGAIN_MS = 1000

/** Takes over a changed configuration, or keeps the one before and says why. */
export function createReloader({ file, initial, status, audit, note, check, use, log, logFault }: ReloadOptions): {
  reload(text: string): void
  keepLast(fault: string): void
  /** The last text once more: what it names may be another. */
  repeat(): void
} {
  let turn = Promise.resolve()
  let newest = initial
  /** The file; what it said last is not to be taken for what it says. */
  let isGone = false
  let again: NodeJS.Timeout | undefined

  /** One after the other: each waits for its entry. */
  function reload(text: string): void {
    clearTimeout(again)
    again = undefined
    newest = text
    isGone = false
    turn = turn.then(() => reloadNow(text))
  }

  async function reloadNow(text: string): Promise<void> {
    if (text !== newest || status.isDraining) return
    const entry = { actor: 'file', subject: file, details: { sha256: hash('sha256', text) } } as const
    try {
      await check(text)
      if (text !== newest || status.isDraining) return
      await audit.append({ ...entry, action: 'config-loaded' })
      use(text)
    } catch (fault) {
      if (fault instanceof GatewayError && fault.code === 'audit_unavailable') {
        again = setTimeout(() => reload(text), AGAIN_MS).unref()
        tell(`${file} waits for the audit log: ${fault.message}`)
        return
      }
      if (!(fault instanceof ConfigError)) logFault(fault)
      status.configPlace = fault instanceof ConfigError ? placeOf(fault) : undefined
      tell(fault instanceof ConfigError ? fault.textOf(file) : `${file} cannot be used; the fault was logged.`)
      await note({ ...entry, action: 'config-refused' })
    }
  }

  function tell(fault: string): void {
    // What waits says so once, not each second.
    if (again !== undefined && status.configFault === fault) return
    status.configFault = fault
    log(`The changed configuration is not valid; the one before stays in use.\n${fault}`)
  }

  return {
    reload,
    keepLast(fault) {
      isGone = true
      tell(fault)
    },
    repeat() {
      if (!isGone) reload(newest)
    },
  }
}

function placeOf({ faults }: ConfigError): ConfigPlace | undefined {
  const [first] = faults
  if (first === undefined) return undefined
  const { line, column, key } = first
  return { line, column, ...(key === undefined ? {} : { key }), faults: faults.length }
}
