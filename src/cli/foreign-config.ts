import { existsSync } from 'node:fs'
import type { ConfigError } from '../server/checked-config.ts'
import { type ConfigFault, placedText } from '../server/config/read-document.ts'
import { readConfigFile } from '../server/config/read-file.ts'
import { ConfigDocument } from '../server/config/schema.ts'
import { UsageError } from './command.ts'
import { readFields } from './import/field.ts'
import { readSourceFile } from './import/read-source.ts'
import { sourceOf } from './import/sources.ts'

/** What is wrong with a file: that it is another product's, or each of its faults. */
export function explainedFaults({ faults }: ConfigError, file: string, text: string): readonly ConfigFault[] {
  const title = ownerOf(text)
  if (title === undefined) return faults
  const message = `This is a file of ${title}; \`portcullis import ${file}\` makes a configuration of it.`
  return [{ line: 1, column: 1, message }]
}

/** The same as text. There need not be a file: variables alone may be what is wrong. */
export function faultsText(error: ConfigError, file: string): string {
  return explainedFaults(error, file, existsSync(file) ? readConfigFile(file) : '')
    .map((fault) => placedText(file, fault))
    .join('\n')
}

/** Keys that others have too, with another meaning. */
const shared = ['cache', 'providers']
const own = Object.keys(ConfigDocument.shape).filter((key) => !shared.includes(key))

function ownerOf(text: string): string | undefined {
  let content: unknown
  try {
    ;({ content } = readSourceFile(text))
  } catch (fault) {
    if (fault instanceof UsageError) return undefined
    throw fault
  }
  const { root } = readFields(content)
  // A key of ours that is mistyped may be one of theirs.
  const isOurs = own.some((key) => root.get(key).isThere) || root.get('providers').items().length > 0
  return isOurs ? undefined : sourceOf(root)?.title
}
