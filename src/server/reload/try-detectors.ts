import { basename } from 'node:path'
import { ConfigError } from '../checked-config.ts'
import { fileSettings, type NamedFile } from '../config/named-files.ts'
import { readDocument } from '../config/read-document.ts'
import { tryDetectorFile } from '../local-detectors/detector-hosts.ts'

/**
 * Runs the code that a configuration names once, and gives its files with what they say of themselves. Rejects with a
 * `ConfigError` where one cannot be used.
 */
export async function tryDetectors(
  text: string,
  environment: NodeJS.ProcessEnv,
  files: readonly NamedFile[],
): Promise<readonly NamedFile[]> {
  const read = readDocument(text, environment)
  if (!('document' in read)) return files
  const code = fileSettings(read.document.guardrails ?? []).filter(({ isCode }) => isCode)
  const faults: ReturnType<typeof read.faultAt>[] = []
  const tried: NamedFile[] = []
  for (const file of files) {
    const { name } = file
    const first = code.find((one) => one.name === name)
    if (first === undefined) {
      tried.push(file)
      continue
    }
    const facts = await tryDetectorFile({ name: basename(name), text: file.text })
    if ('fault' in facts) faults.push(read.faultAt(['guardrails', ...first.path], `${name}: ${facts.fault}`))
    else tried.push({ ...file, facts })
  }
  if (faults.length > 0) throw new ConfigError(faults)
  return tried
}
