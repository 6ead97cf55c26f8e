/** Learns the weights of the prompt-injection model: logistic regression on windows, of which the worst of each text counts. */
import {
  createSeen,
  featureCount,
  featuresIn,
  firstTriple,
  firstWord,
} from '../../src/catalog/detectors/prompt-injection/features.ts'
import { lonenessOf } from '../../src/catalog/detectors/prompt-injection/loneness.ts'
import { createTokens, tokenize } from '../../src/catalog/detectors/prompt-injection/tokens.ts'
import { forEachWindow, scales, sentencesOf } from '../../src/catalog/detectors/prompt-injection/windows.ts'
import { createWordTable } from '../../src/catalog/detectors/prompt-injection/word-table.ts'
import { createRandom, type Random } from '../random.ts'
import type { Sample } from './training-set.ts'

/** One expert: it knows one kind of attack. */
export interface Expert {
  readonly weights: Float32Array
  readonly biases: Float32Array
}

/** The experts of a model, of which the surest counts. */
export type Weights = readonly Expert[]

interface Window {
  readonly scale: number
  readonly from: number
  readonly to: number
}

export interface Prepared {
  readonly sample: Sample
  readonly features: Uint16Array | Uint32Array
  /** The first feature of each token, and the count of features behind the last. */
  readonly offsets: Uint32Array
  readonly windows: readonly Window[]
  /** Of these, the ones that the attack stands in. */
  readonly hit: readonly Window[]
}

export function prepare(
  samples: readonly Sample[],
  isLearnt: (feature: number) => boolean = () => true,
): readonly Prepared[] {
  const table = createWordTable()
  const tokens = createTokens()
  const seen = createSeen()
  return samples.flatMap((sample): Prepared[] => {
    tokenize(sample.text.slice(0, 12_000), table, tokens)
    if (tokens.count < 2) return []
    const features: number[] = []
    const offsets = new Uint32Array(tokens.count + 1)
    let last = -1
    const found = featuresIn(tokens, seen, { forms: true, others: true })
    for (let at = 0; at < found.count; at++) {
      const [token = 0, feature = 0] = [found.tokens[at], found.features[at]]
      while (last < token) offsets[++last] = features.length
      if (isLearnt(feature)) features.push(feature)
    }
    while (last < tokens.count) offsets[++last] = features.length
    const windows: Window[] = []
    forEachWindow(sentencesOf(tokens), (scale, from, to) => windows.push({ scale, from, to }))
    const { attack } = sample
    const hit =
      attack === undefined
        ? windows
        : windows.filter(({ from, to }) => {
            const start = tokens.starts[from] ?? 0
            const end = tokens.ends[to - 1] ?? 0
            const shared = Math.min(end, attack.end) - Math.max(start, attack.start)
            return shared > 0.5 * Math.min(end - start, attack.end - attack.start)
          })
    return [{ sample, features: Uint32Array.from(features), offsets, windows, hit: hit.length > 0 ? hit : windows }]
  })
}

/** The logit of each window. Windows overlap: sums up to each token give them all at the price of one. */
function logitsOf({ features, offsets }: Prepared, windows: readonly Window[], model: Expert): readonly number[] {
  const sums = new Float64Array(offsets.length)
  for (let token = 1; token < offsets.length; token++) {
    let sum = sums[token - 1] ?? 0
    const end = offsets[token] ?? 0
    for (let index = offsets[token - 1] ?? 0; index < end; index++) sum += model.weights[features[index] ?? 0] ?? 0
    sums[token] = sum
  }
  return windows.map(
    ({ scale, from, to }) =>
      (model.biases[scale] ?? 0) + ((sums[to] ?? 0) - (sums[from] ?? 0)) / Math.sqrt(4 + to - from),
  )
}

/** Of the worst window. */
function scoreOf(text: Prepared, model: Expert): number {
  return logitsOf(text, text.windows, model).reduce((most, logit) => Math.max(most, logit), Number.NEGATIVE_INFINITY)
}

/** Of the worst window, less what it loses where it stands alone. */
export function pooledScoreOf(text: Prepared, model: Expert, most: number): number {
  const logits = logitsOf(text, text.windows, model)
  const scaleOf = text.windows.map(({ scale }) => scale)
  return Math.max(...logits) - lonenessOf(logits, scaleOf, logits.length, most)
}

export interface LearnSettings {
  readonly rounds: number
  readonly epochs: number
  readonly rate: number
  readonly decay: number
  /** The share of attacks in the weight of all texts. */
  readonly prior: number
  /** The share of features that are hidden in each step, drawn anew, so that the model leans on many and not on a few. */
  readonly hidden: number
}

export function learn(
  texts: readonly Prepared[],
  expertOf: (source: string) => number,
  count: number,
  { rounds, epochs, rate, decay, prior, hidden }: LearnSettings,
): Weights {
  const experts = Array.from({ length: count }, createLearner)
  const importance = importanceOf(texts, prior)
  const random = createRandom('learner')
  let stepped = 0
  for (let round = 0; round < rounds; round++) {
    const examples = random.shuffled(
      texts.flatMap((text, index) =>
        expertsFor(text, expertOf(text.sample.source), round, experts).flatMap((expert) => {
          const weight = (importance[index] ?? 0) * (text.sample.isAttack ? count : 1)
          return chosenWindows(text, weight, round, expert, random.next)
        }),
      ),
    )
    for (let epoch = 0; epoch < epochs; epoch++) {
      const speed = rate * (1 - (0.8 * stepped++) / (rounds * epochs))
      for (const example of random.shuffled(examples)) step(example, speed, decay, hidden, random)
    }
  }
  return experts
}

interface Learner extends Expert {
  readonly squares: Float32Array
  readonly biasSquares: Float32Array
}

function createLearner(): Learner {
  return {
    weights: new Float32Array(featureCount),
    biases: new Float32Array(scales.length).fill(-1),
    squares: new Float32Array(featureCount).fill(0.02),
    biasSquares: new Float32Array(scales.length).fill(0.1),
  }
}

/** What is no attack is none to any expert. An attack of unknown kind belongs to the expert who is surest of it, once they know something. */
function expertsFor(text: Prepared, own: number, round: number, experts: readonly Learner[]): readonly Learner[] {
  if (!text.sample.isAttack || experts.length === 1) return experts
  if (own >= 0) return experts.slice(own, own + 1)
  if (round === 0) return []
  const scores = experts.map((expert) => scoreOf(text, expert))
  const surest = scores.indexOf(Math.max(...scores))
  return experts.slice(surest, surest + 1)
}

function step(
  { text, window, weight, learner }: Example,
  speed: number,
  decay: number,
  hidden: number,
  random: Random,
): void {
  const { weights, biases, squares, biasSquares } = learner
  const { features } = text
  const end = text.offsets[window.to] ?? 0
  const salt = hidden === 0 ? 0 : Math.floor(random.next() * 2 ** 31)
  const norm = Math.sqrt(4 + window.to - window.from)
  let sum = 0
  let count = 0
  for (let at = text.offsets[window.from] ?? 0; at < end; at++) {
    const feature = features[at] ?? 0
    if (hidden > 0 && isHidden(feature, salt, hidden)) continue
    if (count === shown.length) shown = twice(shown)
    shown[count++] = feature
    sum += weights[feature] ?? 0
  }
  // What is seen stands for what is hidden, too.
  const logit = (biases[window.scale] ?? 0) + sum / (1 - hidden) / norm
  const slope = (1 / (1 + Math.exp(-logit)) - Number(text.sample.isAttack)) * weight
  const scaled = slope / norm
  for (let at = 0; at < count; at++) {
    const feature = shown[at] ?? 0
    const gradient = scaled + decayOf(feature, decay) * (weights[feature] ?? 0)
    const square = (squares[feature] ?? 0) + gradient * gradient
    squares[feature] = square
    weights[feature] = (weights[feature] ?? 0) - (speed * gradient) / Math.sqrt(square)
  }
  const square = (biasSquares[window.scale] ?? 0) + slope * slope
  biasSquares[window.scale] = square
  biases[window.scale] = (biases[window.scale] ?? 0) - (0.1 * speed * slope) / Math.sqrt(square)
}

/** The features of a step that are not hidden: one list for all steps, as there are millions. */
let shown = new Uint32Array(4096)

function twice(list: Uint32Array<ArrayBuffer>): Uint32Array<ArrayBuffer> {
  const larger = new Uint32Array(list.length * 2)
  larger.set(list)
  return larger
}

/** A feature is hidden wherever it stands in the window, or nowhere. */
function isHidden(feature: number, salt: number, share: number): boolean {
  const once = feature ^ salt
  const mixed = Math.imul(once ^ (once >>> 16), 0x85ebca6b)
  return (((mixed ^ (mixed >>> 13)) >>> 0) & 1023) < share * 1024
}

/** What only few texts have is drawn to nothing more strongly: it would be learnt by heart. */
function decayOf(feature: number, decay: number): number {
  if (feature < firstTriple) return decay
  return feature < firstWord ? 100 * decay : 300 * decay
}

/** A large source counts more than a small one, but not as much more as it is larger. */
function importanceOf(texts: readonly Prepared[], prior: number): readonly number[] {
  const counts = new Map<string, number>()
  for (const { sample } of texts) counts.set(sample.source, (counts.get(sample.source) ?? 0) + 1)
  const raw = texts.map(({ sample }) => 1 / Math.sqrt(counts.get(sample.source) ?? 1))
  const totals = [0, 0]
  for (const [index, { sample }] of texts.entries())
    totals[Number(sample.isAttack)] = (totals[Number(sample.isAttack)] ?? 0) + (raw[index] ?? 0)
  return texts.map(({ sample }, index) => {
    const share = sample.isAttack ? prior : 1 - prior
    return ((raw[index] ?? 0) * share * texts.length) / (totals[Number(sample.isAttack)] ?? 1)
  })
}

interface Example {
  readonly text: Prepared
  readonly window: Window
  readonly weight: number
  readonly learner: Learner
}

function chosenWindows(
  text: Prepared,
  weight: number,
  round: number,
  learner: Learner,
  chance: () => number,
): readonly Example[] {
  const from = text.sample.isAttack ? text.hit : text.windows
  const any = (): Window => from[Math.floor(chance() * from.length)] ?? { scale: 0, from: 0, to: 1 }
  if (from.length === 1) return [{ text, window: any(), weight, learner }]
  const logits = round === 0 ? [] : logitsOf(text, from, learner)
  const byScale = scales.flatMap((_, scale) => {
    const own = from.flatMap((window, index) => (window.scale === scale ? [{ window, logit: logits[index] ?? 0 }] : []))
    if (own.length === 0) return []
    if (round === 0) return [own[Math.floor(chance() * own.length)]?.window ?? any()]
    return [own.reduce((most, one) => (one.logit > most.logit ? one : most)).window]
  })
  if (!text.sample.isAttack) {
    const random = any()
    return [
      ...byScale.map((window) => ({ text, window, weight: weight / 1.5, learner })),
      { text, window: random, weight: weight / 3, learner },
    ]
  }
  return byScale.map((window) => ({ text, window, weight: (weight * 1.4) / byScale.length, learner }))
}
