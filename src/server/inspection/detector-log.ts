import { GatewayError } from '../../core/errors.ts'

/** Of one detector. */
const EVERY_MS = 60_000

/**
 * Says that a detector failed: which, and how, and how often since it was last said. Never what it read, which a fault may quote.
 */
export function detectorLog(
  log: (message: string) => void,
  now: () => number,
): (fault: unknown, detector: string) => void {
  const said = new Map<string, { readonly at: number; readonly unsaid: number }>()
  return (fault, detector) => {
    // Nobody waits for its answer any more.
    if (fault instanceof GatewayError && fault.code === 'client_closed') return
    const { at, unsaid } = said.get(detector) ?? { at: Number.NEGATIVE_INFINITY, unsaid: 0 }
    if (now() - at < EVERY_MS) {
      said.set(detector, { at, unsaid: unsaid + 1 })
      return
    }
    said.set(detector, { at: now(), unsaid: 0 })
    const kind = fault instanceof GatewayError ? fault.code : fault instanceof Error ? fault.name : typeof fault
    const times = unsaid === 0 ? '' : ` (${unsaid} more times before)`
    log(`the detector "${detector}" could not look at a text: ${kind}${times}`)
  }
}
