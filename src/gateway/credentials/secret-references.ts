import { GatewayError } from '../../core/errors.ts'
import { readReference, SecretGone, type SecretReference } from '../../core/secrets/secret-reference.ts'

/**
 * What references to secrets stand for, kept for a bounded time. A value that is old is read anew behind the back of the
 * calls; while its store cannot be reached the last one is used, and not for ever.
 */
export interface SecretReferences {
  /** At once where a value is held, else after a read that all waiting calls share. Throws `secret_unavailable`. */
  value(reference: string): string | Promise<string>
  /** The provider refused this value: unless there is another already, the next `value` reads anew. True when that may help. */
  renew(reference: string, refused: string | undefined): boolean
  /** Values of stores whose settings have changed are read anew. */
  configure(reading: Reading): void
  /**
   * What is wrong with those that calls have lately asked for, in sentences. Where a pause is over it is tried again, so that a
   * store that is well again is seen though nobody calls.
   */
  faults(): readonly string[]
  /** Reads that failed, of all time. */
  failures(): number
}

export interface Reading {
  /** A value that is older is read again. */
  readonly refreshMs: number
  /** How long a value is used that could not be read again. */
  readonly keepMs: number
  /** Another one when the store of this reference, or its settings, are others. */
  identityOf(reference: string): string
  read(reference: SecretReference): Promise<string>
}

interface Slot {
  held?: { readonly value: string; readonly sinceMs: number }
  /** The value was refused: nobody gets it before another read. */
  isStale: boolean
  failure?: { readonly error: GatewayError; readonly count: number; readonly untilMs: number }
  pending?: Promise<string>
  askedMs: number
}

const firstPauseMs = 2000
/** A store that is well again is used after no more than that. */
const longestPauseMs = 10_000
/** What nobody asks for any more is not looked after. */
const forgottenMs = 3_600_000
/** A value that was read sooner than this is what the store has. */
const minAgeToRenewMs = 5000
/** Reading a file or a variable costs nothing. */
const localRefreshMs = 2000

/** `log` hears once that a secret cannot be had, and once that it can again. */
export function createSecretReferences(
  now: () => number,
  first: Reading,
  log: (message: string) => void = () => undefined,
): SecretReferences {
  let failures = 0
  let reading = first
  const slots = new Map<string, Slot>()

  const slotOf = (text: string): Slot => {
    let slot = slots.get(text)
    if (slot === undefined) {
      slot = { isStale: false, askedMs: now() }
      slots.set(text, slot)
    }
    return slot
  }

  const start = (text: string, slot: Slot): Promise<string> => {
    if (slot.pending !== undefined) return slot.pending
    const pending = read(text).then(
      (value) => {
        slot.held = { value, sinceMs: now() }
        slot.isStale = false
        if (slot.failure !== undefined) log(`The secret "${text}" can be had again.`)
        delete slot.failure
        delete slot.pending
        return value
      },
      (fault: unknown) => {
        delete slot.pending
        const error = referenceError(text, fault)
        // A store that says that there is no secret is believed; one that says nothing is waited for.
        if (fault instanceof SecretGone) delete slot.held
        slot.isStale = false
        failures++
        if (slot.failure?.error.message !== error.message) log(error.message)
        const count = (slot.failure?.count ?? 0) + 1
        const pauseMs = Math.min(longestPauseMs, firstPauseMs * 2 ** Math.min(count - 1, 10))
        slot.failure = { error, count, untilMs: now() + pauseMs }
        const kept = usableNow(slot)
        if (kept !== undefined) return kept
        throw error
      },
    )
    slot.pending = pending
    // Whoever waits hears of a fault; a refresh that nobody waits for shows when there is no value left.
    pending.catch(() => undefined)
    return pending
  }

  const read = async (text: string): Promise<string> => {
    const reference = readReference(text)
    if (reference === undefined) throw new GatewayError('internal_error', 'No reference to a secret.')
    const value = (await reading.read(reference)).trim()
    if (value === '') throw new SecretGone('it is empty')
    return value
  }

  const usableNow = ({ held, isStale }: Slot): string | undefined =>
    held === undefined || isStale || now() - held.sinceMs >= reading.keepMs ? undefined : held.value

  return {
    value(text) {
      const slot = slotOf(text)
      slot.askedMs = now()
      const mayRead = slot.failure === undefined || now() >= slot.failure.untilMs
      const value = usableNow(slot)
      if (value !== undefined) {
        const ageMs = now() - (slot.held?.sinceMs ?? 0)
        const refreshMs = isLocal(text) ? Math.min(localRefreshMs, reading.refreshMs) : reading.refreshMs
        if (ageMs < refreshMs || !mayRead) return value
        const reread = start(text, slot)
        // After a pause in the calls the value may have been replaced long ago.
        return ageMs < 2 * refreshMs ? value : reread
      }
      if (slot.pending === undefined && !mayRead && slot.failure !== undefined) throw slot.failure.error
      return start(text, slot)
    },
    renew(text, refused) {
      const slot = slots.get(text)
      if (slot?.held === undefined) return false
      if (slot.held.value !== refused) return true
      if (now() - slot.held.sinceMs < minAgeToRenewMs) return false
      if (slot.failure !== undefined && now() < slot.failure.untilMs) return false
      slot.isStale = true
      return true
    },
    configure(next) {
      for (const [text, slot] of slots) {
        if (next.identityOf(text) === reading.identityOf(text)) continue
        // One of our own store has changed; should it not open, it was only wrapped anew for a key that we do not have yet.
        if (text.startsWith('credential:')) {
          slot.isStale = true
          delete slot.failure
        } else slots.delete(text)
      }
      reading = next
    },
    faults() {
      const faulty = [...slots].filter(([, { failure, askedMs }]) => failure && now() - askedMs < forgottenMs)
      return faulty.flatMap(([text, slot]) => {
        const { failure } = slot
        if (failure === undefined) return []
        if (now() >= failure.untilMs) void start(text, slot)
        const isKept = usableNow(slot) !== undefined
        return [
          isKept ? `${failure.error.message.replace(/\.$/, '')}; its last value is in use.` : failure.error.message,
        ]
      })
    },
    failures: () => failures,
  }
}

function isLocal(text: string): boolean {
  return text.startsWith('env:') || text.startsWith('file:')
}

/** Names the reference and never what a store said: that may hold the secret. */
function referenceError(text: string, fault: unknown): GatewayError {
  const why = fault instanceof GatewayError ? fault.message : 'the read failed'
  return new GatewayError('secret_unavailable', `The secret "${text}" cannot be had: ${why.replace(/\.$/, '')}.`)
}
