/** A catalogue of models as one file: ours, or the `api.json` of models.dev. Pure. */
import { createHash } from 'node:crypto'
import * as z from 'zod'
import type { ModelFacts } from '../../core/model/prices.ts'
import { isJsonObject, type JsonObject, parseJson } from '../../core/wire/json.ts'
import { ModelFields } from './model-fields.ts'
import { fromModelsDev, ModelsDevModel } from './models-dev.ts'

export interface Catalogue {
  readonly source: string
  /** ISO date. */
  readonly asOf: string
  /** By provider. */
  readonly providers: ReadonlyMap<string, readonly ModelFacts[]>
}

export interface ReadCatalogue extends Catalogue {
  /** Models that cannot be read, and providers that this version does not have, by their names. */
  readonly leftOut: readonly string[]
}

const FORMAT = 'portcullis-catalogue/1'
const maxModels = 200_000

const OwnFile = z.strictObject({
  format: z.literal(FORMAT),
  source: z.string().min(1).max(500),
  asOf: z.iso.date(),
  sha256: z.string().optional(),
  providers: z.record(z.string().regex(/^[a-z0-9-]{1,64}$/), z.array(ModelFields).max(maxModels)),
})

/**
 * Reads either format. Ours is refused as a whole for any fault; of models.dev, which others write, what cannot be read is
 * left out and named. `here` is the source and the date of a file that does not say them. Throws one sentence.
 */
export function readCatalogue(
  text: string,
  here: { readonly source: string; readonly asOf: string },
  providerIds: ReadonlySet<string>,
): ReadCatalogue {
  const json = parseJson(text)
  if (!isJsonObject(json)) throw new Error('It is not a JSON object.')
  const read = 'format' in json ? readOwn(json) : readModelsDev(json, here)
  const providers = new Map([...read.providers].filter(([id]) => providerIds.has(id)))
  const unknown = [...read.providers.keys()].filter((id) => !providerIds.has(id))
  const count = countModels(providers)
  if (count === 0) {
    const [unread] = read.leftOut
    if (unread !== undefined) {
      const name = JSON.stringify(unread.slice(0, 100))
      throw new Error(
        `None of its models can be read, ${name} for one: a field is missing or is not as models.dev has it.`,
      )
    }
    throw new Error(
      'It holds no model of a provider that is known here; is it a catalogue of Portcullis or the api.json of models.dev?',
    )
  }
  if (count > maxModels) throw new Error(`It holds more than ${maxModels} models.`)
  return { ...read, providers, leftOut: [...read.leftOut, ...unknown] }
}

export function countModels(providers: Catalogue['providers']): number {
  let count = 0
  for (const models of providers.values()) count += models.length
  return count
}

function readOwn(json: JsonObject): ReadCatalogue {
  const result = OwnFile.safeParse(json)
  if (!result.success) {
    const { path = [], message = '' } = result.error.issues[0] ?? {}
    throw new Error(`It is not of the format ${FORMAT}: ${path.join('.') || 'the file'}: ${message}.`)
  }
  const { source, asOf, providers } = result.data
  const lists = Object.entries(providers).map(([id, models]) => [id, models.map((model) => facts(model))] as const)
  for (const [id, models] of lists) {
    if (new Set(models.map((model) => model.id)).size < models.length) throw new Error(`It has a model of ${id} twice.`)
  }
  return { source, asOf, providers: new Map(lists), leftOut: [] }
}

/** Without the fields that Zod gives as `undefined`. */
function facts(fields: z.infer<typeof ModelFields>): ModelFacts {
  return JSON.parse(JSON.stringify(fields)) as ModelFacts
}

function readModelsDev(json: JsonObject, here: { source: string; asOf: string }): ReadCatalogue {
  const leftOut: string[] = []
  const providers = fromModelsDev((id) => {
    const provider = Object.hasOwn(json, id) ? json[id] : undefined
    const models = isJsonObject(provider) ? provider['models'] : undefined
    if (!isJsonObject(models)) return []
    return Object.entries(models).flatMap(([name, model]) => {
      const result = ModelsDevModel.safeParse(model)
      if (result.success && result.data.id === name) return [result.data]
      leftOut.push(`${id}/${name}`)
      return []
    })
  })
  const checked = new Map<string, readonly ModelFacts[]>()
  for (const [id, models] of providers) {
    const good = models.filter((model) => {
      const isGood = ModelFields.safeParse(model).success
      if (!isGood) leftOut.push(`${id}/${model.id}`)
      return isGood
    })
    if (good.length > 0) checked.set(id, good)
  }
  return { ...here, providers: checked, leftOut: [...new Set(leftOut)] }
}

/** In our format, with one line for each provider, so that `providerLines` finds one without reading the others. */
export function writeCatalogue({ source, asOf, providers }: Catalogue): string {
  const lines = [...providers]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([id, models]) => `${JSON.stringify(id)}:${JSON.stringify(models)}`)
  const rest = `\n${lines.join(',\n')}\n}}\n`
  const sha256 = createHash('sha256').update(rest).digest('hex')
  return `${JSON.stringify({ format: FORMAT, source, asOf, sha256 }).slice(0, -1)},"providers":{${rest}`
}

/** What `writeCatalogue` wrote: where it comes from, and the models of a provider, read when they are asked for. */
export interface WrittenCatalogue {
  readonly source: string
  readonly asOf: string
  modelsOf(providerId: string): readonly ModelFacts[] | undefined
}

/** Absent: the bytes are not as `writeCatalogue` left them, or of another version. */
export function writtenCatalogue(bytes: Buffer): WrittenCatalogue | undefined {
  const headEnd = bytes.indexOf('\n')
  const head = headEnd < 0 ? undefined : parseJson(`${bytes.toString('utf8', 0, headEnd)}}}`)
  if (!isJsonObject(head)) return undefined
  const { format, source, asOf, sha256 } = head
  if (format !== FORMAT || typeof source !== 'string' || typeof asOf !== 'string') return undefined
  if (createHash('sha256').update(bytes.subarray(headEnd)).digest('hex') !== sha256) return undefined
  const lines = providerLines(bytes, headEnd + 1)
  return {
    source,
    asOf,
    modelsOf(providerId) {
      const line = lines.get(providerId)
      // The checksum says that they are what was checked before it was written.
      return line === undefined ? undefined : (JSON.parse(line.toString('utf8')) as readonly ModelFacts[])
    },
  }
}

function providerLines(bytes: Buffer, from: number): ReadonlyMap<string, Buffer> {
  const lines = new Map<string, Buffer>()
  for (
    let start = from, end = bytes.indexOf('\n', start);
    end >= 0;
    start = end + 1, end = bytes.indexOf('\n', start)
  ) {
    const line = bytes.subarray(start, end)
    const colon = line.indexOf(':')
    const isLast = line.at(-1) !== COMMA
    if (line.at(0) === QUOTE && colon > 2) {
      lines.set(line.toString('utf8', 1, colon - 1), line.subarray(colon + 1, isLast ? undefined : -1))
    }
  }
  return lines
}

const QUOTE = 34
const COMMA = 44
