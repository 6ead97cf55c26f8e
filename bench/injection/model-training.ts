/** From texts to a model: which texts a channel learns from, and where its threshold lies. */
import { join } from 'node:path'
import { deflateRawSync } from 'node:zlib'
import type { StoredModel } from '../../src/catalog/detectors/prompt-injection/model.ts'
import { createRandom } from '../random.ts'
import { learn, type Prepared, prepare, scoreOf, type Weights } from './learner.ts'
import { folds, misplacedRequests, type PublicSample, publicSamples, readmePieces } from './public-samples.ts'
import { type Channel, embeddedSamples, madeSamples, pastedSamples, type Sample } from './training-set.ts'

export interface Corpus {
  readonly shared: readonly PublicSample[]
  readonly made: readonly Sample[]
}

const madeCount = 9000
/** No source gives more texts than that: beyond, they teach what the source looks like. */
const maxOfSource = 2500
/** The rate of false alarms on families never seen at which a score is 0.5, on average over families. */
const falseAlarms = { prompt: 0.006, document: 0.015 } as const

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
  return { shared: [...publicSamples(dataFolder), ...readmes], made: madeSamples(madeCount, 'injection') }
}

/** What a model of the channel learns from, without the families named. */
export function trainingSamples(
  { shared, made }: Corpus,
  channel: Channel,
  without: readonly string[],
): readonly Sample[] {
  const random = createRandom('samples')
  const seen = shared.filter(({ family }) => !without.includes(family))
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
    return [...own, ...public_, ...pastedSamples(hosts, madeCount / 5, 'pasted'), ...capped(documents, 600)]
  const requests = seen.filter(({ family }) => family === 'queries').map(({ text }) => text)
  const misplaced = requests.length > 0 ? misplacedRequests(requests, hosts, 2000, random) : []
  return [...own, ...public_, ...embeddedSamples(hosts, madeCount * 1.5, 'embedded'), ...misplaced]
}

export function train(samples: readonly Sample[]): Weights {
  return learn(prepare(samples), { rounds: 4, epochs: 2, rate: 0.25, decay: 1e-5, prior: 0.35 })
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
  return folds.map((fold) => ({ fold, model: train(trainingSamples(corpus, channel, fold)) }))
}

/** Documents are pasted into few prompts. What an assistant answered speaks of itself as an attack does, and is seldom read. */
function shareOf(family: string, channel: Channel): number {
  if (channel === 'prompt') return documentFamilies.has(family) ? 0.3 : 1
  return family === 'responses' ? 0.05 : 1
}

const documentFamilies = new Set(['bipia', 'wikipedia', 'responses', 'readmes-0', 'readmes-1'])

/** The logit at which ordinary texts of families that a model never saw are taken for attacks as rarely as they may be. */
export function thresholdOf(corpus: Corpus, channel: Channel, models: readonly FoldModel[]): number {
  const families = new Map<string, number[]>()
  for (const { fold, model } of models) {
    const ordinary = heldSamples(corpus, channel, fold).filter(
      ({ isAttack, source, family }) =>
        !isAttack && !source.includes('quote') && (channel === 'document' || family !== 'synthetic-tools'),
    )
    for (const text of prepare(ordinary)) addScore(families, text, model)
  }
  const rateAt = (threshold: number): number => {
    const rates = [...families].map(([family, scores]) => ({
      rate: scores.filter((score) => score > threshold).length / scores.length,
      share: shareOf(family, channel),
    }))
    return (
      rates.reduce((sum, { rate, share }) => sum + rate * share, 0) / rates.reduce((sum, { share }) => sum + share, 0)
    )
  }
  let [low, high] = [-5, 15]
  for (let step = 0; step < 30; step++) {
    const middle = (low + high) / 2
    if (rateAt(middle) > falseAlarms[channel]) low = middle
    else high = middle
  }
  return high
}

function addScore(families: Map<string, number[]>, text: Prepared, model: Weights): void {
  const { family } = text.sample as PublicSample
  const scores = families.get(family) ?? []
  scores.push(scoreOf(text, model))
  families.set(family, scores)
}

/** As bytes: what is small is nothing, and the largest do not make the others coarse. */
export function stored({ weights, biases }: Weights, threshold: number): StoredModel {
  const sizes = weights
    .map(Math.abs)
    .filter((size) => size > 0.01)
    .toSorted()
  const most = sizes[Math.floor(sizes.length * 0.999)] ?? 1
  const unit = most / 127
  const bytes = Int8Array.from(weights, (weight) => Math.max(-127, Math.min(127, Math.round(weight / unit))))
  return {
    weights: deflateRawSync(Buffer.from(bytes.buffer), { level: 9 }).toString('base64'),
    unit: Number(unit.toPrecision(6)),
    biases: [...biases].map((bias) => Number(bias.toFixed(4))),
    threshold: Number(threshold.toFixed(4)),
  }
}
