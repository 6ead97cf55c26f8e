import { modelFolderFault } from '../config/model-folder.ts'
import { readDocument } from '../config/read-document.ts'
import { ConfigError } from '../engine.ts'

/**
 * Looks at what a configuration names outside of its file. For one that is new: what is gone later must not keep a running
 * gateway from anything else. Throws `ConfigError`.
 */
export function checkFiles(text: string, environment: NodeJS.ProcessEnv): void {
  const read = readDocument(text, environment)
  const embedder = 'document' in read ? read.document.cache?.semantic?.embedder : undefined
  if (!('document' in read) || embedder === undefined || typeof embedder === 'string') return
  const fault = modelFolderFault(embedder)
  if (fault !== undefined) throw new ConfigError([read.faultAt(['cache', 'semantic', 'embedder', 'model'], fault)])
}
