import { detectors } from '../../catalog/detectors.generated.ts'
import { ConfigError } from '../checked-config.ts'
import type { GuardrailEntry } from '../config/guardrails-section.ts'
import { type ModelFolder, modelFolderFault } from '../config/model-folder.ts'
import { readDocument } from '../config/read-document.ts'

/**
 * Looks at what a configuration names outside of its file. For one that is new: what is gone later must not keep a running
 * gateway from anything else. Throws `ConfigError`.
 */
export function checkFiles(text: string, environment: NodeJS.ProcessEnv): void {
  const read = readDocument(text, environment)
  if (!('document' in read)) return
  const { cache, guardrails = [] } = read.document
  const embedder = cache?.semantic?.embedder
  const faults: ReturnType<typeof read.faultAt>[] = []
  if (typeof embedder === 'object') {
    const fault = modelFolderFault(embedder)
    if (fault !== undefined) faults.push(read.faultAt(['cache', 'semantic', 'embedder', 'model'], fault))
  }
  for (const [index, entry] of guardrails.entries()) {
    const folder = entry.state === 'off' ? undefined : modelOf(entry)
    const fault = folder === undefined ? undefined : modelFolderFault(folder)
    if (fault !== undefined) faults.push(read.faultAt(['guardrails', index, 'settings', 'model'], fault))
  }
  if (faults.length > 0) throw new ConfigError(faults)
}

/** The folder that a guardrail's detector asks. Settings that are wrong are told elsewhere. */
function modelOf({ detector, settings = {} }: GuardrailEntry): ModelFolder | undefined {
  const found = Object.hasOwn(detectors, detector) ? detectors[detector] : undefined
  const parsed = found?.settings.safeParse(settings)
  return parsed?.success === true ? (found?.localModel?.(parsed.data) as ModelFolder | undefined) : undefined
}
