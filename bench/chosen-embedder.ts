import { statSync } from 'node:fs'
import { stringify } from 'yaml'
import { lexical } from '../src/catalog/embedders/lexical.ts'
import type { Embedder } from '../src/core/model/embedder.ts'
import { ConfigError } from '../src/server/checked-config.ts'
import { readDocument } from '../src/server/config/read-document.ts'
import { readConfigFile } from '../src/server/config/read-file.ts'
import { createEngine } from '../src/server/engine.ts'
import { checkFiles } from '../src/server/reload/check-files.ts'

export interface ChosenEmbedder {
  readonly embedder: Embedder
  close(): Promise<void>
}

/**
 * The embedder that a gateway would take for `lexical`, a folder with a model, or `account/model` of the configuration file or of
 * the environment. Throws `ConfigError`.
 */
export function chosenEmbedder(name: string, configPath: string | undefined): ChosenEmbedder {
  if (name === 'lexical') return { embedder: lexical, close: () => Promise.resolve() }
  const read = readDocument(configPath === undefined ? '' : readConfigFile(configPath), process.env)
  if ('faults' in read) throw new ConfigError(read.faults)
  const embedder = statSync(name, { throwIfNoEntry: false })?.isDirectory() === true ? { model: name } : name
  const { providers } = read.document
  const configText = stringify({
    ...(providers === undefined ? {} : { providers }),
    cache: { semantic: { threshold: 1, embedder } },
  })
  checkFiles(configText, process.env)
  const engine = createEngine({ configText, keys: [] }, process.env, undefined)
  return { embedder: engine.runtime().embedder, close: engine.close }
}
