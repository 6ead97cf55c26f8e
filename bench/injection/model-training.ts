/** From texts to a model: which texts a channel learns from, and where its threshold lies. */
import { join } from 'node:path'
import { deflateRawSync } from 'node:zlib'
import { isOfForm, isOfOther } from '../../src/catalog/detectors/prompt-injection/features.ts'
import type { StoredModel } from '../../src/catalog/detectors/prompt-injection/model.ts'
import { createRandom } from '../random.ts'
import { everydaySamples } from './everyday-samples.ts'
import { learn, pooledScoreOf, prepare, type Weights } from './learner.ts'
import { withoutLookalikes } from './lookalikes.ts'
import { nearMisses } from './near-misses.ts'
import { folds, misplacedRequests, type PublicSample, publicSamples, readmePieces } from './public-samples.ts'
import {
  type Channel,
  embeddedSamples,
  harmlessPastedSamples,
  madeSamples,
  pastedSamples,
  type Sample,
} from './training-set.ts'

export interface Corpus {
  readonly shared: readonly PublicSample[]
  readonly made: readonly Sample[]
}

const madeCount = 9000
/** No source gives more texts than that: beyond, they teach what the source looks like. */
const maxOfSource = 2500
/** The rate of false alarms on families never seen at which a score is 0.5, on average over families. */
const falseAlarms = { prompt: 0.004, document: 0.011 } as const
/** And of any one family of prompts that is large enough to tell. */
const mostOfFamily = 0.005
const largeEnough = 100

export function readCorpus(dataFolder: string): Corpus {
  const readmes = readmePieces(join(import.meta.dirname, '../../node_modules'), 3000).map(
    ({ text, half }): PublicSample => ({
      text,
      isAttack: false,
      source: 'readmes/',
      channel: 'document',
      family: `readmes-${half}`,
    }),
  )
  return {
    shared: [...publicSamples(dataFolder), ...readmes],
    made: [...madeSamples(madeCount, 'injection'), ...everydaySamples(madeCount, 'everyday')],
  }
}

/** What a model of the channel learns from, without the families named. */
export function trainingSamples(
  { shared, made }: Corpus,
  channel: Channel,
  without: readonly string[],
): readonly Sample[] {
  const random = createRandom('samples')
  const held = shared.filter(({ family, isAttack }) => isAttack && without.includes(family))
  const seen = withoutLookalikes(
    shared.filter(({ family }) => !without.includes(family)),
    held,
  )
  const capped = (samples: readonly Sample[], most: number): readonly Sample[] =>
    [...Map.groupBy(samples, ({ source }) => source).values()].flatMap((list) => random.shuffled(list).slice(0, most))
  const documents = seen.filter((sample) => sample.channel === 'document' && !sample.isAttack)
  const hosts = documents.filter(({ source }) => !source.includes('quote')).map(({ text }) => text)
  const own = made.filter((sample) => sample.channel === channel)
  const public_ = capped(
    seen.filter((sample) => sample.channel === channel),
    maxOfSource,
  )
  if (channel === 'prompt')
    return [
      ...own,
      ...public_,
      ...pastedSamples(hosts, madeCount / 5, 'pasted'),
      ...harmlessPastedSamples(hosts, madeCount / 5, 'harmless-pasted'),
      ...capped(documents, 600),
    ]
  const misplaced = requestFamilies.flatMap((family) => {
    const requests = seen.filter((sample) => sample.family === family).map(({ text }) => text)
    return requests.length > 0 ? misplacedRequests(requests, hosts, 2000, family, random) : []
  })
  return [...own, ...public_, ...embeddedSamples(hosts, madeCount * 1.5, 'embedded'), ...misplaced]
}

/** What people ask an assistant: in a document, nobody is to answer it. */
const requestFamilies = ['queries']

export function train(samples: readonly Sample[], channel: Channel): Weights {
  const kinds = expertKinds[channel]
  const expertOf = (source: string): number => kinds.findIndex((pattern) => pattern.test(source))
  // Prompts are short: there, what stands around a word taught the model what its sources look like.
  const isLearnt = channel === 'document' ? not(isOfOther) : not(isOfForm)
  return learn(prepare(samples, isLearnt), expertOf, kinds.length, {
    rounds: 4,
    epochs: 1,
    rate: 0.25,
    decay: 1e-5,
    prior: 0.35,
    hidden: channel === 'prompt' ? 0.5 : 0,
  })
}

function not(isOf: (feature: number) => boolean): (feature: number) => boolean {
  return (feature) => !isOf(feature)
}

/** Kinds of attacks of templates, by the expert that learns them. */
const expertKinds: Readonly<Record<Channel, readonly RegExp[]>> = {
  prompt: [
    /^(?:direct:direct|language:|pasted)/,
    /^(?:direct:extract|extraction:)/,
    /^(?:direct:(?:jailbreak|pair|suppress)|jailbreak:|persona:)/,
  ],
  document: [
    /^(?:embedded:(?:addressed|tool|direct)|document-language:)/,
    /^(?:embedded:question|request:)/,
    /^embedded:(?:alter|code)/,
  ],
}

/** What a channel is judged on: its own texts, and for prompts also documents, which people paste. */
export function heldSamples({ shared }: Corpus, channel: Channel, fold: readonly string[]): readonly PublicSample[] {
  return shared.filter(
    (sample) =>
      fold.includes(sample.family) && (sample.channel === channel || (channel === 'prompt' && !sample.isAttack)),
  )
}

export interface FoldModel {
  readonly fold: readonly string[]
  readonly model: Weights
}

export function foldModels(corpus: Corpus, channel: Channel): readonly FoldModel[] {
  return folds.map((fold) => ({ fold, model: train(trainingSamples(corpus, channel, fold), channel) }))
}

/**
 * How often an expert may err, compared with the others. Few ask for the system prompt, and orders to leave instructions are plain;
 * role-play without limits is found by what is closest to ordinary talk.
 */
const errorShares: Readonly<Record<Channel, readonly number[]>> = { prompt: [0.5, 0.4, 1], document: [1, 1, 1] }

/**
 * The most that a window loses among ordinary ones, by expert. An order to leave instructions is one sentence; talking a model into
 * a role takes several, and single sentences of ordinary texts look like it.
 */
const loneness: Readonly<Record<Channel, readonly number[]>> = { prompt: [1.5, 1.5, 2], document: [] }

/** Documents are pasted into few prompts. What an assistant answered speaks of itself as an attack does, and is seldom read. */
function shareOf(family: string, channel: Channel): number {
  if (channel === 'prompt') return documentFamilies.has(family) ? 0.3 : 1
  return family === 'responses' ? 0.05 : 1
}

const documentFamilies = new Set(['bipia', 'wikipedia', 'responses', 'readmes-0', 'readmes-1'])

/**
 * The logits, one of each expert, at which ordinary texts of families that a model never saw are taken for attacks as rarely as
 * they may be: on average over families, and in prompts in each large one.
 */
export function thresholdsOf(corpus: Corpus, channel: Channel, models: readonly FoldModel[]): readonly number[] {
  const families = scoredFamilies(corpus, channel, models)
  const rateOf = (rates: readonly number[]): number =>
    rates.reduce((sum, rate, index) => sum + rate * (families[index]?.share ?? 0), 0) /
    families.reduce((sum, { share }) => sum + share, 0)
  const worstOf = (rates: readonly number[]): number =>
    Math.max(0, ...rates.filter((_, index) => families[index]?.isStrict))
  const thresholdsAt = (most: number, mostOfOne: number): readonly number[] =>
    Array.from({ length: expertKinds[channel].length }, (_, expert) => {
      const share = errorShares[channel][expert] ?? 1
      return leastWhere(-5, 15, (threshold) => {
        const rates = families.map(({ sorted, texts }) => countAbove(sorted[expert] ?? [], threshold) / texts.length)
        return rateOf(rates) <= most * share && worstOf(rates) <= mostOfOne * share
      })
    })
  const ratesAt = (thresholds: readonly number[]): readonly number[] =>
    families.map(
      ({ texts }) =>
        texts.filter((scores) => scores.some((score, expert) => score > (thresholds[expert] ?? 0))).length /
        texts.length,
    )
  const thresholdsWith = (mostOfOne: number): readonly number[] => {
    const rarity = leastWhere(
      0,
      1,
      (rare) => rateOf(ratesAt(thresholdsAt((1 - rare) * falseAlarms[channel], mostOfOne))) <= falseAlarms[channel],
    )
    return thresholdsAt((1 - rarity) * falseAlarms[channel], mostOfOne)
  }
  // What several experts flag of one family is more than what each may.
  for (let mostOfOne = mostOfFamily; ; mostOfOne *= 0.97) {
    const thresholds = thresholdsWith(mostOfOne)
    if (worstOf(ratesAt(thresholds)) <= mostOfFamily) return thresholds
  }
}

interface ScoredFamily {
  /** Of each text, the score of each expert. */
  readonly texts: readonly (readonly number[])[]
  /** Of each expert, the scores of all texts. */
  readonly sorted: readonly (readonly number[])[]
  readonly share: number
  /** Whether it is prompts, and large enough to have a limit of its own. */
  readonly isStrict: boolean
}

function scoredFamilies(corpus: Corpus, channel: Channel, models: readonly FoldModel[]): readonly ScoredFamily[] {
  const families = new Map<string, (readonly number[])[]>()
  for (const { fold, model } of models) {
    const ordinary = heldSamples(corpus, channel, fold).filter(
      ({ isAttack, source, family }) =>
        !isAttack && !source.includes('quote') && (channel === 'document' || family !== 'synthetic-tools'),
    )
    for (const text of prepare(channel === 'prompt' ? [...ordinary, ...nearMisses] : ordinary)) {
      const { family } = text.sample as PublicSample
      const scores = families.get(family) ?? []
      scores.push(model.map((expert, index) => pooledScoreOf(text, expert, loneness[channel][index] ?? 0)))
      families.set(family, scores)
    }
  }
  return [...families].map(([family, texts]) => ({
    texts,
    sorted: expertKinds[channel].map((_, expert) => texts.map((scores) => scores[expert] ?? 0).sort((a, b) => a - b)),
    share: shareOf(family, channel),
    isStrict: channel === 'prompt' && !documentFamilies.has(family) && texts.length >= largeEnough,
  }))
}

function countAbove(sorted: readonly number[], threshold: number): number {
  let [from, to] = [0, sorted.length]
  while (from < to) {
    const middle = (from + to) >> 1
    if ((sorted[middle] ?? 0) > threshold) to = middle
    else from = middle + 1
  }
  return sorted.length - from
}

/** The least value that fulfils a condition, which all above it fulfil too. */
function leastWhere(low: number, high: number, isFulfilled: (value: number) => boolean): number {
  let [from, to] = [low, high]
  for (let step = 0; step < 24; step++) {
    const middle = (from + to) / 2
    if (isFulfilled(middle)) to = middle
    else from = middle
  }
  return to
}

/** As bytes, whose squares are weights: equal steps would be too coarse for what is small, or cut off what is large. */
export function stored(experts: Weights, thresholds: readonly number[], channel: Channel): StoredModel {
  return experts.map(({ weights, biases }, index) => {
    const most = weights.reduce((largest, weight) => Math.max(largest, Math.abs(weight)), 0)
    const unit = Number((most / 127 ** 2).toPrecision(6))
    const bytes = Int8Array.from(weights, (weight) => {
      const size = Math.abs(weight) < least ? 0 : Math.min(127, Math.round(Math.sqrt(Math.abs(weight) / unit)))
      return Math.sign(weight) * size
    })
    return {
      weights: deflateRawSync(Buffer.from(bytes.buffer), { level: 9 }).toString('base64'),
      unit,
      biases: Array.from(biases, (bias) => Number((bias - (thresholds[index] ?? 0)).toFixed(4))),
      loneness: loneness[channel][index] ?? 0,
    }
  })
}

/** What is smaller counts as nothing, and takes no room. */
const least = 0.006
