import { z } from 'zod'
import { defineDetector, type Finding } from '../../core/detection.ts'
import { clean, flagged } from './pii/examples.ts'
import { openFrom } from './pii/open-from.ts'
import { rules, sightings } from './pii/sightings.ts'

const settings = z.strictObject({})

export default defineDetector({
  id: 'pii',
  title: 'Personal data',
  about:
    'Finds what tells who somebody is or how to reach them: addresses of mail, phone numbers, payment cards, bank accounts, identity numbers of some fifty countries, names, birth dates, ' +
    'postal and network addresses, wallets, health and licence numbers. Numbers are judged by their check digits, names by lists and by how they stand in a sentence. ' +
    'Words that name a number make it surer, words that name something else (an order, a version) less sure. Documentation addresses and test numbers score low. From 0.5 on it is personal data.',
  points: ['input', 'output', 'tool-definition', 'tool-call', 'tool-result', 'artifact'],
  taxonomy: ['LLM02', 'CWE-359'],
  rules,
  maxSpan: 256,
  openFrom,
  settings,
  examples: { flagged, clean },
  create: () => (text) => {
    const findings: Finding[] = []
    const seen = new Set<string>()
    for (const view of text.views) {
      for (const { rule, category, score, start, end } of sightings(view.text)) {
        const span = view.spanOf(start, end)
        const key = `${rule} ${span.start} ${span.end}`
        if (seen.has(key)) continue
        seen.add(key)
        findings.push({ rule, category, score: Math.round(score * 100) / 100, span })
      }
    }
    return findings
  },
})
