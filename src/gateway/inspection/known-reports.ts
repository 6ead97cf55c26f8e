/** What detectors said of texts, so that nobody pays for the same text twice. */
import { hash } from 'node:crypto'
import type { CompiledDetector, DetectorReport } from '../../core/inspection/guardrail.ts'
import { keysOf } from './needed-detectors.ts'
import type { WireText } from './wire-texts.ts'

export interface KnownReports {
  find(name: string): readonly DetectorReport[] | undefined
  keep(name: string, reports: readonly DetectorReport[]): void
}

/**
 * Of all calls. Those that nobody has asked for are forgotten, half at a time: to put each in order as it is asked for, and to look for
 * the oldest of thousands, costs as much as to read a text.
 */
export function createKnownReports(): KnownReports {
  let young = new Map<string, readonly DetectorReport[]>()
  let old: typeof young = new Map()
  const keep = (name: string, reports: readonly DetectorReport[]): void => {
    young.set(name, reports)
    if (young.size < MAX_KNOWN / 2) return
    old = young
    young = new Map()
  }
  return {
    find(name) {
      const reports = young.get(name)
      if (reports !== undefined) return reports
      const before = old.get(name)
      if (before !== undefined) keep(name, before)
      return before
    },
    keep,
  }
}

/** Of one call, whose first texts stay: to forget one for each that comes costs more than to look at it. */
export function createCallReports(): KnownReports {
  const known = new Map<string, readonly DetectorReport[]>()
  return {
    find: (name) => known.get(name),
    keep(name, reports) {
      if (known.size < MAX_KNOWN) known.set(name, reports)
    },
  }
}

const MAX_KNOWN = 8192

/** Beyond its call a shorter text is not kept: looking it up costs as much as reading it. */
const MIN_KNOWN = 128

export function isShort({ text }: WireText): boolean {
  return text.length < MIN_KNOWN
}

/** Within one call and among texts of the same detectors, which look at one point. */
export function shortName({ text, isInstruction }: WireText): string {
  return `${isInstruction === true ? '!' : ' '}${text}`
}

/** Among all calls. Nobody may find two texts with one name: what is clean once is not looked at again. */
export function longName({ text, point, isInstruction }: WireText, needed: readonly CompiledDetector[]): string {
  return `${point}${isInstruction === true ? '!' : ''} ${keysOf(needed)} ${hash('sha256', text, 'base64')}`
}
