import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { guardFacts, isOther } from './guards.ts'

/** As the stage has it for the built-in embedder, which knows no synonyms. */
function agree(a: string, b: string): boolean {
  const [left, right] = [guardFacts(a), guardFacts(b)]
  return left.signature === right.signature && [...left.words].join() === [...right.words].join()
}

/** As the stage has it for the embedder of a provider. */
function mayAgree(a: string, b: string): boolean {
  const [left, right] = [guardFacts(a), guardFacts(b)]
  return left.signature === right.signature && !isOther(left.words, right.words)
}

const frame = (text: string): string =>
  `Translate the following sentence from English into French and keep its formal tone: ${text}`

const different: readonly (readonly [string, string, string])[] = [
  ['negation', 'cancel my subscription', 'do not cancel my subscription'],
  ['negation', 'Is this drug safe?', "Isn't this drug unsafe?"],
  ['negation', 'cook pasta with salt', 'cook pasta without salt'],
  ['negation', 'Ist das erlaubt?', 'Ist das nicht erlaubt?'],
  [
    'negation',
    '\u042d\u0442\u043e \u0440\u0430\u0437\u0440\u0435\u0448\u0435\u043d\u043e?',
    '\u042d\u0442\u043e \u043d\u0435 \u0440\u0430\u0437\u0440\u0435\u0448\u0435\u043d\u043e?',
  ],
  ['prefix', 'how to enable and install updates', 'how to disable and install updates'],
  ['amounts', 'send $100 to my savings', 'send $1,000 to my savings'],
  ['amounts', 'send $100 to my savings', 'send \u20ac100 to my savings'],
  ['numbers', 'what is 12 times 7', 'what is 12 times 8'],
  ['numbers', 'what is 5 - 3', 'what is 5 + 3'],
  ['numbers', 'roots of x = 1.5', 'roots of x = 15'],
  ['spelled numbers', 'book a table for two', 'book a table for three'],
  ['dates', 'flights on 2026-05-01', 'flights on 2026-05-02'],
  ['dates', 'what happened on monday', 'what happened on tuesday'],
  ['dates', 'weather tomorrow', 'weather yesterday'],
  ['units', 'how far is 5 km', 'how far is 5 miles'],
  ['names', 'Who is the president of France?', 'Who is the president of Chad?'],
  ['names', 'convert USD to EUR', 'convert EUR to USD'],
  ['order', 'flights from paris to london', 'flights from london to paris'],
  ['identifiers', 'what does getUserName do', 'what does getUserId do'],
  ['identifiers', 'explain os.path.join', 'explain os.path.split'],
  ['identifiers', 'what is git --soft', 'what is git --hard'],
  ['identifiers', 'error E1001 in my build', 'error E1002 in my build'],
  ['identifiers', 'is C a good language', 'is C++ a good language'],
  ['identifiers', 'mail of ann@example.com', 'mail of bob@example.com'],
  ['quotes', 'what does "left" mean', 'what does "right" mean'],
  ['question words', 'when does my card arrive', 'why does my card arrive'],
  ['persons', 'what is your name', 'what is my name'],
  ['persons', 'what did he say', 'what did she say'],
  ['direction', 'things to do before surgery', 'things to do after surgery'],
  ['comparison', 'ways to use more water', 'ways to use less water'],
  ['payload in a frame', frame('the cat sat on the mat'), frame('the dog sat on the mat')],
  ['payload in a frame', frame('close the door'), frame('open the door')],
]

describe('two questions', () => {
  it.each(different)('that differ in %s are two: %s / %s', (_what, a, b) => {
    expect([agree(a, b), mayAgree(a, b), agree(b, a), mayAgree(b, a)]).toEqual([false, false, false, false])
  })

  it.each([
    ['How do I cancel my order?', 'how do i cancel my order'],
    ['How do I cancel my order?', 'Hello, how can I cancel an order please?'],
    ['Could you tell me how to reset the password?', 'how do I reset my password'],
    ["I can't log in", 'I cannot log in'],
    ['What\u2019s the capital of France?', 'what is the capital of France'],
    ['send 1,000 EUR', 'please send 1000 EUR'],
    ['Which currencies are supported?', 'which currency is supported'],
  ])('that say the same in other words around it are one: %s / %s', (a, b) => {
    expect([agree(a, b), mayAgree(a, b)]).toEqual([true, true])
  })

  it('that share a long frame are one only with the same payload, whatever it is', () => {
    const word = fc.stringMatching(/^[a-z]{3,12}$/)
    fc.assert(
      fc.property(word, word, (a, b) => {
        const isSame = agree(frame(`buy ${a} soon`), frame(`buy ${b} soon`))
        expect(isSame || a !== b).toBe(true)
        // Where both words are known to be said around a question, the vectors decide.
        if (isSame) expect(guardFacts(a).signature).toBe(guardFacts(b).signature)
      }),
    )
  })

  it('are one or two in whatever order they are compared, and each is one with itself', () => {
    const text = fc.oneof(fc.string({ unit: 'grapheme' }), fc.constantFrom(...different.flatMap(([, a, b]) => [a, b])))
    fc.assert(
      fc.property(text, text, (a, b) => {
        expect(agree(a, a)).toBe(true)
        expect(mayAgree(a, a)).toBe(true)
        expect(mayAgree(a, b)).toBe(mayAgree(b, a))
        if (agree(a, b)) expect(mayAgree(a, b)).toBe(true)
      }),
    )
  })

  it('differ by a synonym: only an embedder that knows it may say that they are one', () => {
    const [a, b] = ['end my membership', 'cancel my subscription']
    expect([agree(a, b), mayAgree(a, b)]).toEqual([false, true])
  })
})
