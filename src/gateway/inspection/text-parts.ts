import type { Finding } from '../../core/inspection/detection.ts'
import type { CompiledDetector, DetectorReport } from '../../core/inspection/guardrail.ts'

/** A longer text is read in parts, which overlap by the longest finding. */
const MAX_PART = 64 * 1024
/** A part begins with a line that is no longer. */
const LONGEST_LINE = 4096

/** A piece of a long text, and where it begins there. */
export interface TextPart {
  readonly text: string
  readonly start: number
}

export function partsOf(text: string, needed: readonly CompiledDetector[]): readonly TextPart[] {
  if (text.length <= MAX_PART) return [{ text, start: 0 }]
  const overlap = Math.min(MAX_PART / 2, Math.max(1024, ...needed.map(({ maxSpan }) => maxSpan)))
  const parts: TextPart[] = []
  for (let start = 0; start < text.length; start += MAX_PART - overlap) {
    const line = text.slice(Math.max(0, start - LONGEST_LINE), start)
    const from = start - (line.length - 1 - line.lastIndexOf('\n'))
    parts.push({ text: text.slice(from, start + MAX_PART), start: from })
    if (start + MAX_PART >= text.length) break
  }
  return parts
}

export function moved(findings: readonly Finding[], by: number): readonly Finding[] {
  if (by === 0) return findings
  return findings.map((finding) => ({
    ...finding,
    span: { start: finding.span.start + by, end: finding.span.end + by },
  }))
}

/** One for each detector; what two parts have in common is found once. */
export function joined(reports: readonly DetectorReport[]): readonly DetectorReport[] {
  if (reports.length < 2) return reports
  return Array.from(
    Map.groupBy(reports, ({ detectorKey }) => detectorKey),
    ([detectorKey, said]) => {
      const fault = said.find((report) => report.fault !== undefined)?.fault
      const found = new Map(
        said.flatMap(({ findings }) => findings).map((one) => [`${one.rule} ${one.span.start} ${one.span.end}`, one]),
      )
      return { detectorKey, findings: [...found.values()], ...(fault === undefined ? {} : { fault }) }
    },
  )
}
