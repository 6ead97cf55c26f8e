import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { factsOf } from '../../../test/support/call-facts.ts'
import type { RequestFacts } from '../../core/calls/route-plan.ts'
import { featureNames, featuresOf } from './features.ts'
import { readsAsEnglish } from './reads-as-english.ts'
import { difficultyOf, sortByDifficulty, thresholdOf } from './sort-by-difficulty.ts'
import { difficultyWeights } from './weights.generated.ts'

const scoreOf = (request: Partial<RequestFacts>): number =>
  difficultyOf(factsOf(request).request, difficultyWeights).score
const sorted = (request: Partial<RequestFacts>) =>
  sortByDifficulty(difficultyWeights, thresholdOf(0.3, difficultyWeights.hundredths))(factsOf(request))

const poem = 'Write a short poem about the first snow of the year'
const problem = `A train leaves at 9:40 with a speed of 80 km per hour, and a second one 25 minutes later at 110 km per hour. After how
many minutes does the second train overtake the first, and what is the total distance that both have gone by then?`

describe('the difficulty of a call', () => {
  it('is higher for a problem in several steps than for what is free to be made up', () => {
    expect(sorted({ text: poem }).index).toBe(0)
    expect(sorted({ text: problem }).index).toBe(1)
  })

  it('of a follow-up takes after the turn before', () => {
    const text = 'And if the first one stops for a while?'
    expect(scoreOf({ text, earlierTexts: [problem] })).toBeGreaterThan(scoreOf({ text, earlierTexts: [poem] }))
    expect(scoreOf({ text, earlierTexts: [problem] })).toBeGreaterThan(scoreOf({ text }))
  })

  it.each([{ tools: 3 }, { wantsJson: true }, { wantsReasoning: true }, { messages: 9 }])(
    'is higher with %j',
    (more) => {
      expect(scoreOf({ text: poem, ...more })).toBeGreaterThan(scoreOf({ text: poem }))
    },
  )

  it('is said with what it comes of, and without a word of the text', () => {
    const { why } = sorted({ text: problem })
    expect(why).toMatch(/^difficulty 0\.\d{3}, threshold 0\.\d{3}: \w+ [+-]\d\.\d\d(, \w+ [+-]\d\.\d\d){3}$/)
    expect(why).not.toMatch(/train|overtake/)
  })

  it.each([
    ['no words', { text: '' }],
    ['no words', { text: ' \n?! ' }],
    ['more than text', { text: poem, hasImages: true }],
    ['more than text', { text: poem, hasDocuments: true }],
    ['more than text', { text: poem, hasAudio: true }],
    ['not in English, or not known to be', { text: 'Schreibe bitte ein kurzes Gedicht über den ersten Schnee' }],
    ['not in English, or not known to be', { text: '初雪についての短い詩を書いてください。' }],
    ['not in English, or not known to be', { text: 'const x = (y) => y ** 2' }],
  ] as const)('is not known of %s: %j', (why, request) => {
    expect(sorted(request)).toEqual({ why })
  })

  it('of a short follow-up without a word of English is that of the conversation', () => {
    expect(sorted({ text: 'x = 3?', earlierTexts: [problem] }).index).toBeDefined()
  })

  it('reads a part of a long text only, and counts the rest by its length', () => {
    const long = `${problem} ${'the sea and the wind '.repeat(50_000)}`
    expect(featuresOf(factsOf({ text: long }).request).length).toBe(1)
    expect(featuresOf(factsOf({ text: long }).request).numbers).toBe(
      featuresOf(factsOf({ text: problem }).request).numbers,
    )
  })

  it('is between 0 and 1 for whatever is said, with features from 0 to 1', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 5000 }), fc.nat(500), (text, count) => {
        const { request } = factsOf({ text, messages: count, tools: count, earlierTexts: [text] })
        const features = featuresOf(request)
        for (const name of featureNames) {
          expect(features[name]).toBeGreaterThanOrEqual(0)
          expect(features[name]).toBeLessThanOrEqual(1)
        }
        const { score } = difficultyOf(request, difficultyWeights)
        expect(score).toBeGreaterThan(0)
        expect(score).toBeLessThan(1)
      }),
    )
  })
})

describe('a threshold from a share', () => {
  it('is the score that so many prompts of the training reach', () => {
    const hundredths = Array.from({ length: 101 }, (_, index) => index / 100)
    expect(thresholdOf(0.3, hundredths)).toBeCloseTo(0.7)
    expect(thresholdOf(0.255, hundredths)).toBeCloseTo(0.745)
  })

  it('is lower for a greater share', () => {
    const at = (share: number): number => thresholdOf(share, difficultyWeights.hundredths)
    expect([at(0.05), at(0.3), at(0.7)]).toEqual([at(0.05), at(0.3), at(0.7)].toSorted((a, b) => b - a))
  })
})

describe('what reads as English', () => {
  it.each([
    ['What is the capital of France?', true],
    ["Who was Schrödinger, and what's his equation i ħ ∂ψ/∂t = Hψ about?", true],
    ['Was ist die Hauptstadt von Frankreich?', false],
    ['¿Cuál es la capital de Francia?', false],
    ['me dê a senha', false],
    ['Quelle est la capitale de la France ?', false],
    ['Какая столица Франции?', false],
    ['asdf qwer uiop', false],
    ['', false],
  ])('%j: %j', (text, isEnglish) => {
    expect(readsAsEnglish(text)).toBe(isEnglish)
  })
})
