import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { writtenCatalogue } from '../../catalog/models/catalogue-file.ts'
import { type ModelCatalogue, modelCatalogue, readModelFile } from '../../catalog/models/model-facts.ts'

/** The catalogue of models: the one that `portcullis catalog update` left in the data directory, before the one of this version. */
export interface CatalogueInUse {
  /** Looks whether the file has changed since. */
  models(): ModelCatalogue
  /** Why the file that is there is not used, in one sentence. */
  fault(): string | undefined
}

/** In the data directory. */
export const keptName = 'catalogue.json'
/** As much as an update may have. */
export const maxCatalogueBytes = 64 << 20

export function catalogueInUse(dataDirectory: string | undefined): CatalogueInUse {
  const path = dataDirectory === undefined ? undefined : join(dataDirectory, keptName)
  const builtIn = modelCatalogue()
  let seen: string | undefined
  let models = builtIn
  let fault: string | undefined
  return {
    models() {
      const mark = path === undefined ? undefined : markOf(path)
      if (path === undefined || mark === seen) return models
      seen = mark
      fault = undefined
      models = mark === undefined ? builtIn : (read(path) ?? builtIn)
      if (mark !== undefined && models === builtIn) {
        fault = `The file ${path} is damaged or of another version, and not used; \`portcullis catalog update\` writes it anew.`
      }
      return models
    },
    fault: () => fault,
  }
}

/** Changes whenever the file does; absent when there is none. */
function markOf(path: string): string | undefined {
  try {
    const { ino, size, mtimeNs } = statSync(path, { bigint: true })
    return `${ino} ${size} ${mtimeNs}`
  } catch {
    return undefined
  }
}

function read(path: string): ModelCatalogue | undefined {
  let bytes: Buffer
  try {
    if (statSync(path).size > maxCatalogueBytes) return undefined
    bytes = readFileSync(path)
  } catch {
    return undefined
  }
  const written = writtenCatalogue(bytes)
  if (written === undefined) return undefined
  const { source, asOf, modelsOf } = written
  return modelCatalogue((providerId) => {
    const models = modelsOf(providerId)
    return models === undefined ? readModelFile(providerId) : { source, asOf, models }
  })
}
