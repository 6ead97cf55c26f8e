import { existsSync } from 'node:fs'
import { defaultConfigPath } from './config-path.ts'

const defaultPort = 8788

/** The control plane of the gateway of the configuration here, unless another one is given. */
export async function controlUrl(given: string | undefined): Promise<string> {
  return given ?? `http://127.0.0.1:${await portHere()}`
}

/**
 * Of a file with faults, or with variables that are set for the gateway only, the port is read all the same.
 * What reads files is loaded when there is one: the whole of it takes longer than the question to the gateway.
 */
async function portHere(): Promise<number> {
  if (!existsSync(defaultConfigPath)) return defaultPort
  const [{ parse }, { readConfigFile }] = await Promise.all([import('yaml'), import('../server/config/read-file.ts')])
  try {
    const port: unknown = parse(readConfigFile(defaultConfigPath))?.listen?.controlPort
    if (typeof port === 'number' && Number.isInteger(port) && port > 0 && port < 65_536) return port
    if (typeof port !== 'string') return defaultPort
    const { configInUse } = await import('./config-in-use.ts')
    return configInUse(undefined, './data').config.listen.controlPort ?? defaultPort
  } catch {
    return defaultPort
  }
}
