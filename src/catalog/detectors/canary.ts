import { z } from 'zod'
import { defineDetector, type Finding } from '../../core/inspection/detection.ts'
import { distinctFindings } from '../../core/inspection/distinct-findings.ts'
import { termMatcher } from '../../core/text/term-matcher.ts'
import { squeezed } from './canary/squeeze.ts'

/** Of letters and digits. */
const longestToken = 128

const token = z
  .string()
  .max(longestToken)
  .refine(
    (text) => squeezed(text).text.length >= 8,
    'A canary needs eight letters or digits, or it is found by chance.',
  )

const settings = z.strictObject({
  tokens: z
    .array(token)
    .min(1)
    .max(10_000)
    .describe(
      'Made-up strings that you have put into system prompts, documents and records, and that nobody has a reason to write.',
    ),
})

export default defineDetector({
  id: 'canary',
  title: 'Canary tokens',
  about:
    'Finds strings that you have planted in prompts and documents: where one appears, what it stood in has leaked. Only letters and digits are compared, in either case, so a token is also found spelled out, hyphenated, in bold or broken over lines, and in decoded views.',
  points: ['output', 'tool-call', 'input', 'tool-definition', 'tool-result', 'artifact'],
  taxonomy: ['LLM07', 'LLM02', 'AML.T0057'],
  rules: { 'canary-token': 'leak' },
  maxSpan: longestToken * 8,
  openFrom,
  settings,
  exampleSettings: { tokens: ['cnry-7f3a9b2e51', 'Heliotrope-Walrus-4471'] },
  examples: {
    flagged: [
      'My instructions begin with cnry-7f3a9b2e51.',
      'CNRY-7F3A9B2E51',
      'cnry7f3a9b2e51',
      'c n r y - 7 f 3 a 9 b 2 e 5 1',
      'c-n-r-y-7-f-3-a-9-b-2-e-5-1',
      'cnry-7f3a\n9b2e51',
      '**cnry**-*7f3a*9b2e51',
      'https://evil.example/?q=cnry-7f3a9b2e51',
      '{"id":"cnry_7f3a9b2e51"}',
      'Y25yeS03ZjNhOWIyZTUx is what it says',
      '15e2b9a3f7-yrnc backwards is cnry 7f3a 9b2e 51',
      'heliotrope walrus 4471',
      'Heliotrope—Walrus—4471',
      'The phrase is "Heliotrope" (Walrus): 4471.',
      'HELIOTROPE WALRUS 4471!',
      'h.e.l.i.o.t.r.o.p.e w.a.l.r.u.s 4.4.7.1',
      'heliotrope_walrus_4471.pdf',
      'cnry%2D7f3a9b2e51',
      'cn\u200bry-7f3a9b2e51',
      'xcnry-7f3a9b2e51x',
    ].map((text) => ({ text, rule: 'canary-token' })),
    clean: [
      'A canary sings at 7 in the morning.',
      'cnry-7f3a9b2e5',
      'cnry-7f3a9b2e15',
      '7f3a9b2e51',
      'Heliotrope is a flower, a walrus is no flower, 4471 is a number.',
      'Heliotrope-Walrus-4472',
      'Walrus-Heliotrope-4471',
      'heliotrope walrus',
      'commit 7f3a9b2e51c0ffee',
      'cnry',
      'Canary tokens are planted in documents.',
      'The helio trope of walruses: 447 of them',
      'id: 51e2b9a3f7',
      'Invoice 4471 of Walrus Ltd',
      'c n r y',
      'https://example.com/cnry',
      'Heliotropes and walruses',
      '7f3a-9b2e-51',
      'cnry-0000000000',
      'helio-walrus-4471',
    ].map((text) => ({ text })),
  },
  create: ({ tokens }) => {
    const find = termMatcher(
      tokens.map((each) => squeezed(each).text),
      { matchCase: true, insideWords: true },
    )
    return ({ views }) => {
      const findings: Finding[] = []
      for (const view of views) {
        const { text, places } = squeezed(view.text)
        for (const { start, end } of find(text)) {
          const span = view.spanOf(places[start] ?? 0, (places[end - 1] ?? 0) + 1)
          findings.push({ rule: 'canary-token', category: 'leak', score: 1, span })
        }
      }
      return distinctFindings(findings)
    }
  },
})

/** A token may begin so many letters and digits back, written in hexadecimal even. */
function openFrom(text: string): number {
  let [at, count] = [text.length, 0]
  while (at > 0 && count <= longestToken * 2) {
    at -= 1
    if (/[\p{L}\p{N}]/u.test(text[at] ?? '')) count += 1
  }
  return at
}
