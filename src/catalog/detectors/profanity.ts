import { z } from 'zod'
import { defineDetector } from '../../core/inspection/detection.ts'
import { distinctFindings } from '../../core/inspection/distinct-findings.ts'
import type { TextViewKind } from '../../core/inspection/inspected-text.ts'
import { termMatcher } from '../../core/text/term-matcher.ts'
import { type Profanity, profanities } from './profanity/lexicon.ts'

const settings = z.strictObject({
  except: z
    .array(z.string().trim().min(1).max(100))
    .max(1000)
    .default([])
    .describe('Words that are meant otherwise here: names of people, places and products.'),
})

const scores: Readonly<Record<Profanity, number>> = { slur: 0.95, profanity: 0.85, 'mild-profanity': 0.4 }
const maxSpan = 64

export default defineDetector({
  id: 'profanity',
  title: 'Profanity',
  about:
    'Finds swear words and slurs of English, German, French, Spanish, Italian, Portuguese, Dutch, Polish, Russian, Swedish, Turkish, Chinese and Korean, as whole words, also where letters are masked, split or replaced. Words with a harmless meaning are left out. Mild ones score below 0.5: a threshold of 0.3 counts them too. It tells words and not what is meant by them: a quotation is found as well.',
  points: ['output', 'input', 'tool-call', 'tool-result', 'artifact'],
  taxonomy: ['LLM05'],
  rules: { slur: 'profanity', profanity: 'profanity', 'mild-profanity': 'profanity' },
  isHarmlessInPart: true,
  maxSpan,
  openFrom: (text) => Math.max(0, text.length - maxSpan),
  settings,
  exampleSettings: { except: ['Puta Island'] },
  examples: {
    flagged: [
      { text: 'What the fuck is this?', rule: 'profanity' },
      { text: 'You are an ASSHOLE.', rule: 'profanity' },
      { text: 'this is bullshit, you motherfuckers', rule: 'profanity' },
      { text: 'f*ck off', rule: 'profanity' },
      { text: 'f u c k   y o u', rule: 'profanity' },
      { text: 'ｆｕｃｋ', rule: 'profanity' },
      { text: 'Du bist ein Arschloch!', rule: 'profanity' },
      { text: 'Fils de pute', rule: 'profanity' },
      { text: 'eres un hijo de puta', rule: 'profanity' },
      { text: 'Vaffanculo!', rule: 'profanity' },
      { text: 'иди нахуй', rule: 'profanity' },
      { text: '你这个傻逼', rule: 'profanity' },
      { text: 'spierdalaj stąd', rule: 'profanity' },
      { text: 'He called me a kike.', rule: 'slur' },
    ],
    clean: [
      { text: 'The people of Scunthorpe, Penistone and Cockermouth voted.' },
      { text: 'Dick Cheney and Philip K. Dick' },
      { text: 'The cock crowed at dawn; the donkey is an ass.' },
      { text: 'We assess the class, pass the assignment and discuss the analysis.' },
      { text: 'a shiitake mushroom' },
      { text: 'The retarded growth of plants; a fire retardant.' },
      { text: 'a chink in the armour' },
      { text: 'spic and span' },
      { text: 'We sailed to Puta Island.' },
      { text: 'Das dicke Buch ist Mist, sagt der Hahn.' },
      { text: 'la putativa, reputation, computation' },
      { text: 'Nigeria and the Niger' },
      { text: 'f(x) = 2 * x; s** is a pointer' },
    ],
  },
  create: ({ except }) => {
    const find = termMatcher([...profanities.map(([word]) => word), ...except])
    return ({ views }) =>
      distinctFindings(
        views.flatMap((view) =>
          unreadable.has(view.kind)
            ? []
            : find(view.text).flatMap(({ start, end, term }) => {
                const rule = profanities[term]?.[1]
                return rule === undefined
                  ? []
                  : [{ rule, category: 'profanity', score: scores[rule], span: view.spanOf(start, end) }]
              }),
        ),
      )
  },
})

/** Nobody is hurt by what nobody reads, and letters by chance make short words. */
const unreadable: ReadonlySet<TextViewKind> = new Set(['rot13', 'reversed', 'base64', 'hex', 'binary', 'numbers'])
