import { existsSync } from 'node:fs'
import { parse } from 'yaml'
import { readConfigFile } from '../server/config/read-file.ts'
import { configInUse } from './config-in-use.ts'
import { defaultConfigPath } from './start.ts'

const defaultPort = 8788

/** The control plane of the gateway of the configuration here, unless another one is given. */
export function controlUrl(given: string | undefined): string {
  return given ?? `http://127.0.0.1:${portHere()}`
}

/** Of a file with faults, or with variables that are set for the gateway only, the port is read all the same. */
function portHere(): number {
  if (!existsSync(defaultConfigPath)) return defaultPort
  try {
    const port: unknown = parse(readConfigFile(defaultConfigPath))?.listen?.controlPort
    if (typeof port === 'number' && Number.isInteger(port) && port > 0 && port < 65_536) return port
    if (typeof port !== 'string') return defaultPort
    return configInUse(undefined, './data').config.listen.controlPort ?? defaultPort
  } catch {
    return defaultPort
  }
}
