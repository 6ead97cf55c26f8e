import type { Finding } from './detection.ts'

/** What several views of one text show is said once: a finding within a surer one of the same rule goes. In order of their beginnings. */
export function distinctFindings(findings: readonly Finding[]): readonly Finding[] {
  if (findings.length < 2) return findings
  const inOrder = [...findings].sort(
    (a, b) => a.span.start - b.span.start || b.span.end - a.span.end || b.score - a.score,
  )
  const furthest = new Map<string, Finding>()
  return inOrder.filter((finding) => {
    const before = furthest.get(finding.rule)
    const isWithin = before !== undefined && finding.span.end <= before.span.end
    if (isWithin && finding.score <= before.score) return false
    if (!isWithin) furthest.set(finding.rule, finding)
    return true
  })
}
