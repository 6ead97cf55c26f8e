/**
 * Pairs of questions made from templates, ours: the same question in other words, and hard ones that only look the same. Two sets
 * without a frame or a payload in common, so that what is chosen with one is reported on the other.
 */
export interface QuestionPair {
  readonly kind: string
  readonly a: string
  readonly b: string
  readonly isSame: boolean
}

interface Source {
  /** Things that are asked for, with what may be done with them. */
  readonly things: readonly string[]
  readonly actions: readonly string[]
  readonly texts: readonly string[]
  readonly names: readonly string[]
  readonly cities: readonly string[]
  readonly frames: readonly ((text: string) => string)[]
  readonly synonyms: readonly (readonly [string, string])[]
}

const sources: Readonly<Record<'tuning' | 'held-out', Source>> = {
  tuning: {
    things: [
      'order',
      'subscription',
      'invoice',
      'delivery address',
      'gift card',
      'warranty claim',
      'parcel',
      'voucher',
    ],
    actions: ['cancel', 'change', 'track', 'return', 'renew', 'share'],
    texts: [
      'the cat sat on the mat',
      'the train leaves late',
      'we met in spring',
      'prices rose again',
      'she plays the violin',
      'close the door',
    ],
    names: ['Alice', 'Carlos', 'Mehmet', 'Yuki'],
    cities: ['Paris', 'London', 'Cairo', 'Lima'],
    frames: [
      (text) => `Translate the following sentence into formal French: ${text}`,
      (text) => `Rewrite this so that a child of ten understands it, in one paragraph: ${text}`,
    ],
    synonyms: [
      ['cancel the order', 'abort the purchase'],
      ['find my invoice', 'locate my bill'],
    ],
  },
  'held-out': {
    things: [
      'password',
      'booking',
      'account',
      'profile picture',
      'phone plan',
      'insurance policy',
      'library card',
      'prescription',
    ],
    actions: ['reset', 'delete', 'upgrade', 'verify', 'download', 'transfer'],
    texts: [
      'a dog barked all night',
      'the river froze early',
      'our team won the cup',
      'rents fell this year',
      'he paints old ships',
      'open the window',
    ],
    names: ['Priya', 'Olga', 'Kwame', 'Lars'],
    cities: ['Berlin', 'Madrid', 'Nairobi', 'Osaka'],
    frames: [
      (text) => `Classify the sentiment of the review below as positive, neutral or negative. Review: ${text}`,
      (text) => `You get one line of a novel. Continue it in the style of its author: ${text}`,
    ],
    synonyms: [
      ['delete my account', 'remove my profile'],
      ['upgrade my phone plan', 'get a better mobile tariff'],
    ],
  },
}

export function questionPairs(source: 'tuning' | 'held-out'): readonly QuestionPair[] {
  return [...samePairs(sources[source]), ...otherPairs(sources[source])]
}

function samePairs({ things, actions, texts, frames, cities, synonyms }: Source): QuestionPair[] {
  const same = (kind: string, a: string, b: string): QuestionPair => ({ kind, a, b, isSame: true })
  return [
    ...each(actions, things, (action, thing) => [
      same('article, case, mark', `How do I ${action} my ${thing}?`, `how do i ${action} the ${thing}`),
      same('courtesy', `How do I ${action} my ${thing}?`, `Hello, how can I ${action} my ${thing} please?`),
      same('request around it', `How do I ${action} a ${thing}?`, `Could you tell me how to ${action} a ${thing}?`),
      same('contraction', `I can't ${action} my ${thing}`, `I cannot ${action} the ${thing}.`),
      same('plural, -ing', `How does ${action}ing a ${thing} work?`, `how does ${action}ing ${thing}s work`),
      same('order of words', `How do I ${action} my ${thing}?`, `My ${thing}: how do I ${action} it?`),
    ]),
    ...each(frames, texts, (frame, text) => [same('frame', frame(text), `Please ${lowerFirst(frame(text))}.`)]),
    ...each(cities, cities, (from, to) =>
      from === to ? [] : [same('names', `How do I get from ${from} to ${to}?`, `how can I get from ${from} to ${to}`)],
    ),
    ...synonyms.map(([a, b]) => same('synonym', `How do I ${a}?`, `How do I ${b}?`)),
  ]
}

function otherPairs({ things, actions, texts, frames, names, cities }: Source): QuestionPair[] {
  const other = (kind: string, a: string, b: string): QuestionPair => ({ kind, a, b, isSame: false })
  return [
    ...each(actions, things, (action, thing) => [
      other('negation', `${action} my ${thing}`, `do not ${action} my ${thing}`),
      other('question word', `When can I ${action} my ${thing}?`, `Why can I ${action} my ${thing}?`),
      other('may or should', `Can I ${action} my ${thing} twice?`, `Should I ${action} my ${thing} twice?`),
      other('whose', `How do I ${action} my ${thing}?`, `How do I ${action} your ${thing}?`),
      other('amount', `What does it cost to ${action} 2 ${thing}s?`, `What does it cost to ${action} 20 ${thing}s?`),
      other('money', `I paid $45 to ${action} my ${thing}, why?`, `I paid $54 to ${action} my ${thing}, why?`),
      other('date', `Can I ${action} my ${thing} before 2026-03-01?`, `Can I ${action} my ${thing} before 2026-03-11?`),
      other('day', `Can I ${action} a ${thing} on Monday?`, `Can I ${action} a ${thing} on Sunday?`),
      other('unit', `Do I have 3 days to ${action} my ${thing}?`, `Do I have 3 weeks to ${action} my ${thing}?`),
      other(
        'before or after',
        `What if I ${action} the ${thing} before it ships?`,
        `What if I ${action} the ${thing} after it ships?`,
      ),
      other(
        'identifier',
        `What does ${action}_one do in the ${thing} code?`,
        `What does ${action}_all do in the ${thing} code?`,
      ),
      other('one word more', `How do I ${action} my ${thing}?`, `How do I ${action} my business ${thing}?`),
    ]),
    ...pairsOf(actions).flatMap(([one, two]) =>
      things.map((thing) => other('action', `How do I ${one} my ${thing}?`, `How do I ${two} my ${thing}?`)),
    ),
    ...pairsOf(things).flatMap(([one, two]) =>
      actions.map((action) => other('thing', `How do I ${action} my ${one}?`, `How do I ${action} my ${two}?`)),
    ),
    ...pairsOf(texts).flatMap(([one, two]) => frames.map((frame) => other('payload', frame(one), frame(two)))),
    ...pairsOf(names).map(([one, two]) => other('name', `Who is ${one} in our team?`, `Who is ${two} in our team?`)),
    ...pairsOf(cities).flatMap(([one, two]) => [
      other('direction', `trains from ${one} to ${two}`, `trains from ${two} to ${one}`),
      other('direction', `trains from ${one} to ${two}`.toLowerCase(), `trains from ${two} to ${one}`.toLowerCase()),
    ]),
  ]
}

function each<A, B, Item>(a: readonly A[], b: readonly B[], make: (a: A, b: B) => readonly Item[]): Item[] {
  return a.flatMap((one) => b.flatMap((two) => make(one, two)))
}

function pairsOf<Item>(items: readonly Item[]): (readonly [Item, Item])[] {
  return items.flatMap((one, index) => items.slice(index + 1).map((two) => [one, two] as const))
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1)
}
