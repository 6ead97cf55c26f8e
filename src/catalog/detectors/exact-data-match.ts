import { z } from 'zod'
import { defineDetector, type Finding } from '../../core/inspection/detection.ts'
import { distinctFindings } from '../../core/inspection/distinct-findings.ts'
import type { TextView } from '../../core/inspection/inspected-text.ts'
import { sipHasher } from '../../core/secrets/sip-hash.ts'
import { lastWordsFrom, wordsOf } from '../../core/text/text-words.ts'
import { clean, exampleFingerprints, exampleSalt, flagged } from './exact-data-match/examples.ts'
import { Fingerprints, fingerprintKey } from './exact-data-match/fingerprints.ts'
import { documentMatcher, valueMatcher, wordsOfPiece } from './exact-data-match/match.ts'

const settings = z.strictObject({
  salt: z.string().min(16).describe('What the fingerprints were made with. A secret: with it values can be tried out.'),
  fingerprints: z
    .array(Fingerprints)
    .min(1)
    .max(100)
    .describe(
      'What `portcullis fingerprints` prints, one object for each document or column. `fingerprintsFile` names a file with them instead, one a line.',
    ),
  minWords: z
    .number()
    .int()
    .min(5)
    .max(wordsOfPiece)
    .default(8)
    .describe('So many words of a document in a row are an excerpt of it.'),
  minValues: z
    .number()
    .int()
    .min(1)
    .max(1000)
    .default(1)
    .describe('So many different values of a column in one text are reported.'),
})

export default defineDetector({
  id: 'exact-data-match',
  title: 'Documents and columns of your own',
  about:
    'Recognises passages of documents and values of columns (customers, accounts, patients) by keyed hashes that are made of them beforehand, so that the gateway knows your data without holding it. Case, marks and blanks make no difference, numbers may be grouped in any way, and decoded views are read too. A paraphrase or a translation is not found. Fingerprints stand in the settings, or in a file that `fingerprintsFile` names beside the configuration: what `portcullis fingerprints` prints, one a line.',
  points: ['input', 'output', 'tool-call', 'tool-result', 'artifact'],
  taxonomy: ['LLM02', 'AML.T0057', 'CWE-200'],
  rules: { 'document-excerpt': 'confidential', 'listed-value': 'confidential' },
  maxSpan: 4096,
  openFrom: (text) => lastWordsFrom(text, 2 * wordsOfPiece + 8),
  settings,
  listFiles: { fingerprintsFile: { list: 'fingerprints', holds: 'json-lines' } },
  exampleSettings: { salt: exampleSalt, fingerprints: [...exampleFingerprints], minWords: 8, minValues: 1 },
  examples: { flagged, clean },
  create: ({ salt, fingerprints, minWords, minValues }) => {
    const hasher = sipHasher(fingerprintKey(salt))
    const matchers = fingerprints.map((one) =>
      one.kind === 'document'
        ? { rule: 'document-excerpt', match: documentMatcher(one, hasher, minWords) }
        : { rule: 'listed-value', match: valueMatcher(one, hasher, minValues) },
    )
    const inView = (view: TextView): readonly Finding[] => {
      const words = wordsOf(view.text)
      return matchers.flatMap(({ rule, match }) =>
        match(view.text, words).map(
          ({ start, end, score }): Finding => ({
            rule,
            category: 'confidential',
            score,
            span: view.spanOf(start, end),
          }),
        ),
      )
    }
    return ({ views }) => distinctFindings(views.flatMap(inView))
  },
})
