import { z } from 'zod'
import { defineDetector, type Finding } from '../../core/inspection/detection.ts'
import type { TextViewKind } from '../../core/inspection/inspected-text.ts'
import { walletChains } from './pii/crypto-wallet.ts'
import { clean, flagged } from './pii/examples.ts'
import { longestFinding, openFrom } from './pii/open-from.ts'
import { resolve } from './pii/resolve.ts'
import type { Sighting } from './pii/rules.ts'
import { rules, sightings } from './pii/sightings.ts'

const settings = z.strictObject({})

export default defineDetector({
  id: 'pii',
  title: 'Personal data',
  about:
    'Finds what tells who somebody is or how to reach them: addresses of mail, phone numbers, payment cards, bank accounts, identity numbers of some fifty countries, names, birth dates, ' +
    `postal and network addresses, health and licence numbers, wallets (${walletChains.join(', ')}). ` +
    'Numbers are judged by their check digits, names by lists, by how they stand in a sentence and by headings of tables. ' +
    'Words that name a number make it surer, words that name something else (an order, a version) less sure. Documentation addresses and test numbers score low. From 0.5 on it is personal data.',
  points: ['input', 'output', 'tool-definition', 'tool-call', 'tool-result', 'artifact'],
  taxonomy: ['LLM02', 'CWE-359'],
  rules,
  findsData: true,
  maxSpan: longestFinding,
  openFrom,
  settings,
  examples: { flagged, clean },
  create:
    () =>
    ({ views }) => {
      const [only] = views
      if (only !== undefined && views.length === 1) return sightings(only).map((one) => finding(one))
      const found: Sighting[] = []
      for (const view of views) {
        for (const one of sightings(view)) {
          // Where letters were guessed, a short name may come of anything.
          if (guesses.has(view.kind) && one.score < 0.7) continue
          found.push({ ...one, ...view.spanOf(one.start, one.end) })
        }
      }
      return resolve(found).map((one) => finding(one))
    },
})

const guesses: ReadonlySet<TextViewKind> = new Set(['rot13', 'reversed', 'leet', 'joined', 'words-apart'])

function finding({ rule, category, score, start, end }: Sighting): Finding {
  return { rule, category, score: Math.round(score * 100) / 100, span: { start, end } }
}
