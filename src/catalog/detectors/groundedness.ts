import { z } from 'zod'
import { type ConversationContext, defineDetector, type Finding } from '../../core/inspection/detection.ts'
import { citationsIn, labelledIn } from './groundedness/citations.ts'
import { type Sentence, sentencesOf } from './groundedness/facts.ts'
import { searchIn } from './groundedness/search-in.ts'
import { type Support, supportOf } from './groundedness/support.ts'

const settings = z.strictObject({
  minScore: z.number().min(0).max(1).default(0.5).describe('Findings with a lower score are not reported.'),
})

const rules = {
  'unsupported-claim': 'hallucination',
  'number-mismatch': 'hallucination',
  'name-mismatch': 'hallucination',
  'negation-mismatch': 'hallucination',
  'unknown-link': 'fabrication',
  'unknown-quote': 'fabrication',
  'unknown-citation': 'fabrication',
} as const

const source =
  'The Eiffel Tower in Paris was completed in 1889. It is 330 metres tall. Gustave Eiffel designed the tower for the World Fair. The tower is not open on 24 December. See https://example.com/tower for tickets.'
const about = (text: string, rule?: keyof typeof rules) => ({
  text,
  ...(rule === undefined ? {} : { rule }),
  conversation: { instructions: [], sources: [source], question: 'Tell me about the tower.' },
})

export default defineDetector({
  id: 'groundedness',
  title: 'Groundedness',
  about:
    'Compares each sentence of an answer with the documents and results of tools in the conversation. Numbers, names and negation must agree with the place that says the rest; links, quotations and sources that it cites by number must stand there. A finding names the place of the sources that comes nearest (`evidence`). It compares words and does not understand: what is said in quite other words counts as unsupported, and a claim whose words are all there but in other roles passes. Without documents it finds nothing.',
  points: ['output'],
  taxonomy: ['LLM09'],
  rules,
  isHarmlessInPart: true,
  maxSpan: 1000,
  openFrom: (text) => {
    const least = Math.max(0, text.length - 1000)
    return Math.max(least, text.lastIndexOf('\n'))
  },
  settings,
  examples: {
    flagged: [
      about('The tower was completed in 1899.', 'number-mismatch'),
      about('The Eiffel Tower is 350 metres tall.', 'number-mismatch'),
      about('The tower was designed by Norman Foster for the World Fair.', 'name-mismatch'),
      about('The Eiffel Tower in Berlin was completed in 1889.', 'name-mismatch'),
      about('The Eiffel Tower in Paris was not completed in 1889.', 'negation-mismatch'),
      about('Elephants migrate across savannas during monsoon rainfall.', 'unsupported-claim'),
      about('Tickets are at https://tickets.example.net/tower.', 'unknown-link'),
      about('The guide calls it "the greatest building of the entire modern world".', 'unknown-quote'),
      about('It was completed in 1899.', 'number-mismatch'),
      about('The tower is open on 24 December.', 'negation-mismatch'),
      about('The Eiffel Tower was completed in 1889 [4].', 'unknown-citation'),
      about('The Eiffel Tower was completed in 1889【7†source】.', 'unknown-citation'),
    ],
    clean: [
      about('The Eiffel Tower was completed in 1889.'),
      about('The Eiffel Tower was completed in 1889 [1].'),
      about('The tower is 330 metres tall [1], and it was completed in 1889【1†source】.'),
      about('It was completed in 1889.'),
      about('The tower is closed on 24 December.'),
      about('The Eiffel Tower was completed in 1889 [4].\n\n[4] See https://example.com/tower for tickets.'),
      about('It is 330 metres tall, and Gustave Eiffel designed it.'),
      about('The tower is not open on 24 December.'),
      about('See https://example.com/tower for tickets.'),
      about('I do not know who painted the tower.'),
      about('Would you like to know more about Rome?'),
      { text: 'The tower was completed in 1899.' },
    ],
  },
  create: ({ minScore }) => {
    // By the conversation: a stream asks many times.
    const known = new WeakMap<ConversationContext, Sources>()
    return ({ text }, { conversation }) => {
      if (conversation === undefined || conversation.sources.every((one) => one.trim() === '')) return []
      const sources = known.get(conversation) ?? sourcesOf(conversation)
      known.set(conversation, sources)
      const support = sources.support()
      const claims = sentencesOf(text).filter(isClaim)
      const findings = claims.flatMap((claim): Finding[] => {
        const supported = support(claim)
        const { rule, score } = verdict(claim, supported)
        const span = { start: claim.start, end: claim.end }
        const evidence = supported.nearest === undefined ? {} : { evidence: supported.nearest }
        return score < minScore || score <= 0 ? [] : [{ rule, category: rules[rule], score, span, ...evidence }]
      })
      const pieces = [...unknownPieces(text, sources), ...unknownCitations(text, sources)]
      return [...findings, ...pieces].sort((a, b) => a.span.start - b.span.start)
    }
  },
})

interface Sources {
  readonly count: number
  /** The numbers that parts of them have. */
  labelled(): ReadonlySet<number>
  support(): (claim: Sentence) => Support
  /** All that was said, in lower case. */
  readonly said: string
  /** The same with one blank for any. */
  readonly plain: string
}

function sourcesOf({ sources, question = '', instructions }: ConversationContext): Sources {
  const said = [...sources, question, ...instructions].join('\n').toLowerCase()
  let labelled: ReadonlySet<number> | undefined
  return {
    count: sources.length,
    labelled: () => {
      labelled ??= labelledIn(said)
      return labelled
    },
    support: supportOf(sources, [question, ...instructions].join('\n')),
    said,
    plain: said.replaceAll(/\s+/g, ' '),
  }
}

function verdict(claim: Sentence, support: Support): { readonly rule: keyof typeof rules; readonly score: number } {
  const { overlap, missingNumbers, strayNumbers, missingNames, isNegatedOtherwise } = support
  const unsupported = Math.min(0.99, 1 - overlap)
  const candidates = [
    { rule: 'unsupported-claim' as const, score: unsupported * Math.min(1, claim.stems.length / 4) },
    {
      rule: 'number-mismatch' as const,
      score: missingNumbers.length > 0 ? 0.85 + 0.1 * unsupported : strayNumbers.length > 0 ? 0.6 : 0,
    },
    { rule: 'name-mismatch' as const, score: missingNames.length > 0 ? 0.75 + 0.2 * unsupported : 0 },
    { rule: 'negation-mismatch' as const, score: isNegatedOtherwise ? 0.65 : 0 },
  ]
  return candidates.reduce((worst, one) => (one.score > worst.score ? one : worst))
}

/** Questions, offers, headings and what says that it does not know claim nothing. */
function isClaim({ text, stems, numbers }: Sentence): boolean {
  const isShort = stems.length < (numbers.length > 0 ? 1 : 2)
  if (isShort || text.endsWith('?') || text.endsWith(':')) return false
  return !/^(?:i(?:'m| am)? (?:do not|don['’]t|cannot|can['’]t|could not|couldn['’]t|not|sorry|happy|glad)|let me|please|sure|of course|thank|the (?:documents?|text|context|sources?|passage) (?:do|does|did)(?: not|n['’]t)|there is no (?:information|mention)|if you)\b/i.test(
    text,
  )
}

function* unknownCitations(text: string, { count, labelled }: Sources): Iterable<Finding> {
  const citations = citationsIn(text)
  if (citations.length === 0) return
  const notes = Array.from(text.matchAll(/^\s{0,3}\[\^?\d{1,3}\](?::|\s{1,3}\S)[^\n]{0,200}/gm), ([note]) => note)
  const known = labelled().union(labelledIn(notes.join('\n')))
  for (const { start, end, numbers } of citations) {
    if (numbers.every((number) => number <= count || known.has(number))) continue
    yield { rule: 'unknown-citation', category: rules['unknown-citation'], score: 0.75, span: { start, end } }
  }
}

function* unknownPieces(text: string, { said, plain }: Sources): Iterable<Finding> {
  const isLinked = searchIn(said)
  for (const match of text.matchAll(/https?:\/\/[^\s<>"')\]]{3,500}/g)) {
    const url = match[0].replace(/[.,;:!?]+$/, '')
    if (isLinked(url.toLowerCase().replace(/\/$/, ''))) continue
    yield {
      rule: 'unknown-link',
      category: rules['unknown-link'],
      score: 0.8,
      span: { start: match.index, end: match.index + url.length },
    }
  }
  const isQuoted = searchIn(plain)
  for (const match of text.matchAll(/["“«]([^"“”«»\n]{25,400})["”»]/g)) {
    const quote = (match[1] ?? '')
      .toLowerCase()
      .replaceAll(/\s+/g, ' ')
      .replace(/[.,;…]+$/, '')
      .trim()
    if (isQuoted(quote)) continue
    yield {
      rule: 'unknown-quote',
      category: rules['unknown-quote'],
      score: 0.7,
      span: { start: match.index, end: match.index + match[0].length },
    }
  }
}
