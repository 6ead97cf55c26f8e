/**
 * How long a lookup of the semantic cache takes and what its entries weigh: `npm run bench:semantic-cache`, or with
 * `-- --vectors 500000` for vectors of a model alone, of which so many are in one bucket.
 */
import { parseArgs } from 'node:util'
import { normalised } from '../src/core/model/embedder.ts'
import { closeness } from '../src/gateway/cache/semantic/compact-vector.ts'
import type { Question } from '../src/gateway/cache/semantic/semantic-index.ts'
import { createRandom } from './random.ts'
import { asked, emptyIndex, entryWith } from './semantic-lookup.ts'

const template = asked('end the membership')
const entryCount = 100_000
const lookupCount = 2000

const nouns = words(
  'order invoice parcel voucher password account booking profile policy tariff contract device router',
)
const verbs = words('cancel change track return renew share reset delete upgrade verify download transfer pause')
const places = words('shop app portal website office branch counter depot store market kiosk hotline desk')

const random = createRandom('semantic index')
let isFirst = true
let weight = 0

main()

function main(): void {
  const { values } = parseArgs({ options: { vectors: { type: 'string' } } })
  if (values.vectors === undefined) reportQuestions()
  else reportVectors(Number(values.vectors))
}

function reportQuestions(): void {
  console.log(`${entryCount} entries in one partition, ${lookupCount} lookups, one thread of ${process.version}\n`)
  console.log('| lookup | p50 µs | p99 µs | CPU µs, mean | entries/s kept |\n|---|---|---|---|---|')
  report(
    'different questions, found',
    (place) => asked(questionText(place)),
    (place) => asked(`Hello, ${questionText(place * 37).toLowerCase()} please?`),
  )
  report(
    'different questions, not found',
    (place) => asked(questionText(place)),
    (place) => asked(questionText(place + entryCount)),
  )
  report(
    'only questions with the same words',
    () => asked('How do I cancel my order?'),
    (place) => asked(`${place % 2 ? 'please ' : ''}how do I cancel the order`),
  )
  console.log(`\nAn entry weighs ${weight.toFixed(0)} bytes beside its answer.`)
}

function report(name: string, kept: (place: number) => Question, looked: (place: number) => Question): void {
  const index = emptyIndex()
  const entry = entryWith([])
  globalThis.gc?.()
  const before = memory()
  const begin = performance.now()
  for (let place = 0; place < entryCount; place++) index.keep(kept(place), String(place), entry)
  const perSecond = (entryCount / (performance.now() - begin)) * 1000
  globalThis.gc?.()
  if (isFirst) weight = (memory() - before) / entryCount
  isFirst = false
  const times: number[] = []
  const cpu = process.cpuUsage()
  for (let place = 0; place < lookupCount; place++) {
    const started = performance.now()
    // The vector and the guards are part of it: all that a call waits for.
    index.find(looked(place), 0.7, () => true)
    times.push((performance.now() - started) * 1000)
  }
  const { user, system } = process.cpuUsage(cpu)
  times.sort((a, b) => a - b)
  const at = (share: number): string => (times[Math.floor(times.length * share)] ?? 0).toFixed(0)
  console.log(
    `| ${name} | ${at(0.5)} | ${at(0.99)} | ${((user + system) / lookupCount).toFixed(0)} | ${perSecond.toFixed(0)} |`,
  )
}

function questionText(place: number): string {
  const pick = (list: readonly string[], step: number): string => list[Math.floor(place / step) % list.length] ?? ''
  return `How do I ${pick(verbs, 1)} the ${pick(nouns, 13)} that I made in the ${pick(places, 169)} of area ${Math.floor(place / 2197)}?`
}

/** Texts of 2,000 topics, as close to others of theirs as 0.6; lookups are as close to what is kept as 0.95 and more. */
function reportVectors(count: number): void {
  const topics = Array.from({ length: 2000 }, () => direction())
  const kept = Array.from({ length: count }, (_, place) => near(topics[place % topics.length] ?? direction(), 0.8))
  const index = emptyIndex()
  const entry = entryWith([])
  const adding = process.cpuUsage()
  for (const [place, vector] of kept.entries()) index.keep(questionWith(vector), String(place), entry)
  const added = microseconds(adding) / count
  const looked = Array.from({ length: 100 }, () => near(kept[Math.floor(random.next() * count)] ?? direction(), 0.25))
  const looking = process.cpuUsage()
  const times: number[] = []
  const found = looked.map((vector) => {
    const started = performance.now()
    const { id } = index.find(questionWith(vector), 0.9, () => true) ?? {}
    times.push((performance.now() - started) * 1000)
    return id
  })
  const perLook = microseconds(looking) / looked.length
  times.sort((a, b) => a - b)
  const plain = process.cpuUsage()
  const right = looked.filter((vector, place) => nearest(vector, kept, 0.9) === found[place]).length
  console.log(
    '| vectors of 384 numbers | CPU µs to keep | µs of a lookup, p10 | p50 | CPU µs, mean | of them all compared | the same found |',
  )
  console.log('|---|---|---|---|---|---|---|')
  const at = (share: number): string => (times[Math.floor(times.length * share)] ?? 0).toFixed(0)
  console.log(
    `| ${count} | ${added.toFixed(0)} | ${at(0.1)} | ${at(0.5)} | ${perLook.toFixed(0)} | ${(microseconds(plain) / looked.length).toFixed(0)} | ${right} of ${looked.length} |`,
  )
}

function nearest(vector: Float32Array, kept: readonly Float32Array[], least: number): string | undefined {
  let [score, best] = [least, -1]
  for (const [place, one] of kept.entries()) {
    const found = closeness(vector, one)
    if (found < score) continue
    score = found
    best = place
  }
  return best < 0 ? undefined : String(best)
}

function direction(): Float32Array {
  return normalised(Float32Array.from({ length: 384 }, () => random.next() - 0.5))
}

function near(vector: Float32Array, noise: number): Float32Array {
  const aside = direction()
  return normalised(vector.map((value, at) => value + noise * (aside[at] ?? 0)))
}

function questionWith(vector: Float32Array): Question {
  return { ...template, vector, isLexical: false }
}

function microseconds(since: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(since)
  return user + system
}

function memory(): number {
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return heapUsed + arrayBuffers
}

function words(text: string): readonly string[] {
  return text.split(' ')
}
