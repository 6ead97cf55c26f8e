import { z } from 'zod'
import { defineDetector, type Finding } from '../../core/inspection/detection.ts'
import { distinctFindings } from '../../core/inspection/distinct-findings.ts'
import { termMatcher } from '../../core/text/term-matcher.ts'

const topic = z.strictObject({
  name: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]{0,63}$/, 'takes small letters, digits and dashes, at most 64')
    .default('topic')
    .describe(
      'The rule of its findings, for `rules` of the guardrail and its exceptions: small letters, digits and dashes.',
    ),
  terms: z
    .array(z.string().trim().min(1).max(200))
    .min(1)
    .max(10_000)
    .describe('Words and phrases: names of competitors, words of a topic.'),
  except: z
    .array(z.string().trim().min(1).max(200))
    .max(10_000)
    .default([])
    .describe('Longer phrases in which a term is allowed: `apple pie`.'),
  minTerms: z.int().min(1).max(20).default(1).describe('So many different terms make a topic.'),
  matchCase: z.boolean().default(false).describe('Whether capitals and small letters differ.'),
  score: z
    .number()
    .gt(0)
    .max(1)
    .default(0.9)
    .describe('How sure a finding is; the `threshold` of the guardrail looks at it.'),
})

const settings = z.strictObject({ topics: z.array(topic).min(1).max(100).describe('What is looked for.') })

export default defineDetector({
  id: 'topics',
  title: 'Topics and competitors',
  about:
    'Finds topics of the settings by their words and phrases, also in decoded views of the text. A topic may need several different terms, and names phrases in which a term is allowed. The rule of a finding is the name of the topic.',
  points: ['output', 'input', 'tool-call', 'tool-result', 'artifact'],
  taxonomy: ['LLM05'],
  rules: { topic: 'topic' },
  rulesOf: ({ topics }) => Object.fromEntries(topics.map(({ name }) => [name, ['topic']])),
  maxSpan: 200,
  settings,
  exampleSettings: {
    topics: [
      {
        name: 'competitors',
        terms: ['Globex', 'Initech', 'apple'],
        except: ['apple pie', 'apple juice'],
        minTerms: 1,
        matchCase: false,
        score: 0.9,
      },
      {
        name: 'topic',
        terms: ['ballot', 'candidate', 'election', 'Wahl'],
        except: [],
        minTerms: 2,
        matchCase: false,
        score: 0.7,
      },
    ],
  },
  examples: {
    flagged: [
      { text: 'GLOBEX has a better offer.', rule: 'competitors' },
      { text: 'Ask Initech.', rule: 'competitors' },
      { text: 'Buy an apple phone and an apple pie.', rule: 'competitors' },
      { text: 'Who should win the election? My candidate.', rule: 'topic' },
      { text: 'Initech的产品更好。', rule: 'competitors' },
    ],
    clean: [
      { text: 'We bake apple pie and drink apple juice.' },
      { text: 'The candidate for the job has left.' },
      { text: 'Globexes and initechnology are other words.' },
      { text: 'Nothing to see.' },
    ],
  },
  create: ({ topics }) => {
    const matchers = topics.map(({ name, terms, except, minTerms, matchCase, score }) => {
      // A longer phrase takes the place of a term inside of it.
      return {
        rule: name,
        score,
        minTerms,
        count: terms.length,
        find: termMatcher([...terms, ...except], { matchCase }),
      }
    })
    return ({ views }) => {
      const findings: Finding[] = []
      for (const view of views) {
        for (const { rule, score, minTerms, count, find } of matchers) {
          const matches = find(view.text).filter(({ term }) => term < count)
          if (new Set(matches.map(({ term }) => term)).size < minTerms) continue
          for (const { start, end } of matches)
            findings.push({ rule, category: 'topic', score, span: view.spanOf(start, end) })
        }
      }
      return distinctFindings(findings)
    }
  },
})
