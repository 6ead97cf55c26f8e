/** How long a lookup of the semantic cache takes and what its entries weigh: `npm run bench:semantic-cache`. */
import { normalised } from '../src/core/embedder.ts'
import type { Question } from '../src/gateway/cache/semantic/semantic-index.ts'
import { asked, emptyIndex, entryWith } from './semantic-lookup.ts'

const entryCount = 100_000
const lookupCount = 2000

const nouns = words(
  'order invoice parcel voucher password account booking profile policy tariff contract device router',
)
const verbs = words('cancel change track return renew share reset delete upgrade verify download transfer pause')
const places = words('shop app portal website office branch counter depot store market kiosk hotline desk')

let seed = 1
let isFirst = true
let weight = 0

main()

function main(): void {
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
  report('vectors of a provider (1,536 numbers), one signature, none close', outside, outside)
  console.log(`\nAn entry weighs ${weight.toFixed(0)} bytes beside its answer.`)
}

function report(name: string, kept: (place: number) => Question, looked: (place: number) => Question): void {
  const index = emptyIndex()
  // Vectors of a provider would fill the memory of a small machine: no bucket has more than is compared.
  const count = name.includes('provider') ? 1000 : entryCount
  const entry = entryWith([])
  globalThis.gc?.()
  const before = memory()
  const begin = performance.now()
  for (let place = 0; place < count; place++) index.keep(kept(place), String(place), entry)
  const perSecond = (count / (performance.now() - begin)) * 1000
  globalThis.gc?.()
  if (isFirst) weight = (memory() - before) / count
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

function outside(): Question {
  const vector = new Float32Array(1536)
  for (let index = 0; index < vector.length; index++) {
    seed = (Math.imul(seed, 1_103_515_245) + 12_345) & 0x7fffffff
    vector[index] = seed / 0x7fffffff - 0.5
  }
  return { ...asked('end the membership'), vector: normalised(vector), isLexical: false }
}

function memory(): number {
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return heapUsed + arrayBuffers
}

function words(text: string): readonly string[] {
  return text.split(' ')
}
