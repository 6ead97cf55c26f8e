import { existsSync } from 'node:fs'
import type { CompiledConfig } from '../config/compile.ts'
import type { NamedFile } from '../config/named-files.ts'
import { placedText } from '../config/read-document.ts'
import { readConfigFile } from '../config/read-file.ts'
import { createEngine } from '../engine.ts'
import type { StartOptions } from '../running-gateway.ts'
import { checkFiles } from './check-files.ts'
import { readNamedFiles } from './read-named-files.ts'
import { tryDetectors } from './try-detectors.ts'

export interface ConfigAtStart {
  /** Empty without a file. */
  readonly text: string
  readonly files: readonly NamedFile[]
  readonly isThere: boolean
  readonly config: CompiledConfig
  tellWarnings(config: CompiledConfig): void
}

/**
 * What the gateway starts with, looked at as a whole before anything is made on disk.
 * Throws `ConfigError`, and a sentence where a file cannot be read.
 */
export async function configAtStart(options: StartOptions, dataDirectory: string): Promise<ConfigAtStart> {
  const { configPath, environment, log } = options
  const isThere = configPath !== undefined && (options.configMayBeAbsent !== true || existsSync(configPath))
  const text = isThere ? readConfigFile(configPath) : ''
  const named = configPath === undefined ? [] : readNamedFiles(text, environment, configPath)
  const files = await tryDetectors(text, environment, named)
  const probe = createEngine({ configText: text, configFiles: files, keys: [] }, environment, dataDirectory)
  try {
    checkFiles(text, environment)
    const config = probe.config()
    const tellWarnings = ({ warnings }: CompiledConfig): void => {
      for (const warning of warnings) log(placedText(configPath ?? '', warning, 'warning'))
    }
    tellWarnings(config)
    return { text, files, isThere, config, tellWarnings }
  } finally {
    await probe.close()
  }
}
