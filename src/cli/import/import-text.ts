import { type ModelCatalogue, modelCatalogue } from '../../catalog/models/model-facts.ts'
import { allProviders, ConfigError, checkedConfig } from '../../server/checked-config.ts'
import { UsageError } from '../command.ts'
import { createDraft, type Part } from './draft.ts'
import { type Note, placeOf, readFields } from './field.ts'
import { keepValid } from './keep-valid.ts'
import { readSourceFile } from './read-source.ts'
import { documentOf, nameSecrets, sampleEnvironment, yamlOf } from './render.ts'
import { reasonFrom, type Source } from './source.ts'
import { sourceOf, sources } from './sources.ts'
import type { Value } from './value.ts'

export interface Imported {
  readonly from: string
  /** The text of a `portcullis.yaml` that has passed the check. */
  readonly config: string
  readonly notes: readonly PlacedNote[]
}

export interface PlacedNote {
  readonly kind: Note['kind']
  readonly line: number
  readonly column: number
  /** Such as `model_list[0].litellm_params.rpm`. */
  readonly place: string
  readonly message: string
}

export interface ImportOptions {
  /** Id of the product; recognised when left out. */
  readonly from?: string
  /** Secrets are written as they are, in place of variables. */
  readonly keepSecrets?: boolean
  readonly models?: ModelCatalogue
}

/** The text of another product's file as ours. Throws one sentence when it is none of theirs. */
export function importText(text: string, options: ImportOptions = {}): Imported {
  const file = readSourceFile(text)
  const reading = readFields(file.content)
  if (!reading.root.isMap()) throw new UsageError('The file holds no settings: it is not a map.')
  const recognised = sourceOf(reading.root)
  const source = options.from === undefined ? recognised : sources.find(({ id }) => id === options.from)
  if (source === undefined) throw new UsageError(notRecognised)
  if (recognised !== undefined && !source.isOwn(reading.root)) {
    throw new UsageError(`This is a file of ${recognised.title}, not of ${source.title}.`)
  }
  const draft = createDraft()
  const models = options.models ?? modelCatalogue()
  source.read(reading.root, draft, {
    providers: allProviders,
    hasModel: (provider, model) => models.modelFacts(provider, model) !== undefined,
  })
  if (recognised === undefined && draft.parts.length === 0) {
    throw new UsageError(`Nothing in the file is a setting of ${source.title}.`)
  }
  const secrets = nameSecrets(draft.parts, (id) => vendorVariable(id))
  const textOf = (value: Value): string => {
    if (value.kind === 'literal') return value.text
    const name = value.kind === 'variable' ? value.name : secrets.nameOf(value.text)
    if (value.kind === 'secret' && options.keepSecrets === true) return value.text
    return `\${${name ?? ''}}`
  }
  const write = (parts: readonly Part[]): string => yamlOf(documentOf(parts, textOf), headOf(source))
  const environment = sampleEnvironment(draft.parts, secrets)
  const kept = keepValid(
    draft.parts,
    (parts) => {
      try {
        checkedConfig(write(parts), environment, models)
        return undefined
      } catch (fault) {
        if (!(fault instanceof ConfigError)) throw fault
        return fault.faults[0]?.message ?? 'It is not valid.'
      }
    },
    ({ path }, fault) => reading.note({ kind: 'unmapped', path, message: `cannot be used: ${fault}` }),
  )
  if (options.keepSecrets !== true) {
    for (const { name, path } of secrets.needed) {
      reading.note({ kind: 'action', path, message: `is a secret and was not copied: set ${name} to it` })
    }
  }
  const notes = reading
    .notes((path) => reasonFrom(source.reasons, path))
    .map(({ kind, path, message }) => ({ kind, ...file.positionOf(path), place: placeOf(path), message }))
  return {
    from: source.id,
    config: write(kept),
    notes: notes.toSorted((a, b) => a.line - b.line || a.column - b.column),
  }
}

const notRecognised = `The file is none of ${sources.map(({ title }) => title).join(', ')}; name its kind with --from ${sources
  .map(({ id }) => id)
  .join('|')}.`

function vendorVariable(provider: string): string | undefined {
  const name = allProviders.find(({ id }) => id === provider)?.environment.apiKey[0]
  return name !== undefined && /^[A-Z_]/.test(name) ? name : undefined
}

function headOf({ title }: Source): readonly string[] {
  return [`Made by \`portcullis import\` from a file of ${title}.`]
}
