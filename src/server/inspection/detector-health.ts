import { GatewayError } from '../../core/errors.ts'
import type { Guardrails } from '../../core/inspection/guardrail.ts'
import type { DetectorWatch } from '../../gateway/inspection/detector-watch.ts'

/** Of one detector. */
const EVERY_MS = 60_000
/** One text alone may be at fault, or a moment. */
const IN_A_ROW = 3

export interface DetectorHealth extends DetectorWatch {
  /**
   * That detectors of enforced guardrails could not look at the last texts they were asked about. In sentences that name
   * none, as strangers may read them.
   */
  reasons(guardrails: Pick<Guardrails, 'all'>): readonly string[]
}

/**
 * Says that a detector failed: of which guardrail, and how, and how often since it was last said. Never what it read, which a
 * fault may quote.
 */
export function createDetectorHealth(log: (message: string) => void, now: () => number): DetectorHealth {
  const said = new Map<string, { readonly at: number; readonly unsaid: number }>()
  /** By the keys of detectors: how often they could not look in a row. */
  const failing = new Map<string, number>()

  function tell(detector: string, kind: string, key: string): void {
    const { at, unsaid } = said.get(key) ?? { at: Number.NEGATIVE_INFINITY, unsaid: 0 }
    if (now() - at < EVERY_MS) {
      said.set(key, { at, unsaid: unsaid + 1 })
      return
    }
    said.set(key, { at: now(), unsaid: 0 })
    const times = unsaid === 0 ? '' : ` (${unsaid} more times before)`
    log(`${detector} could not look at a text: ${kind}${times}`)
  }

  return {
    failed(fault, { id, key, connected }, guardrails) {
      // Nobody waits for its answer any more.
      if (fault instanceof GatewayError && fault.code === 'client_closed') return
      const kind = fault instanceof GatewayError ? fault.code : fault instanceof Error ? fault.name : typeof fault
      // Of others nobody tells that they work again.
      if (connected !== undefined) failing.set(key, (failing.get(key) ?? 0) + 1)
      const many = guardrails.length === 1 ? 'guardrail' : 'guardrails'
      const whose = guardrails.length === 0 ? '' : ` of the ${many} ${guardrails.map((name) => `"${name}"`).join(', ')}`
      tell(`the detector "${id}"${whose}`, kind, key)
    },
    worked: ({ key }) => void failing.delete(key),
    reasons({ all }) {
      const isDown = ({ state, detectorKey }: Guardrails['all'][number]): boolean =>
        state === 'enforce' && (failing.get(detectorKey) ?? 0) >= IN_A_ROW
      const { length } = all.filter(isDown)
      if (length === 0) return []
      return [
        length === 1
          ? 'A guardrail could not look at the last texts; the log names it.'
          : `${length} guardrails could not look at the last texts; the log names them.`,
      ]
    },
  }
}
