import { readFileSync, statSync } from 'node:fs'

/** Of a configuration file. */
export const maxFileBytes = 1 << 20

/** The text of a configuration file. Throws one sentence that says what to do. */
export function readConfigFile(path: string, maxBytes = maxFileBytes): string {
  let bytes: Buffer
  try {
    const { size } = statSync(path)
    if (size > maxBytes) throw new Error(`The file ${path} is larger than ${maxBytes} bytes.`)
    bytes = readFileSync(path)
  } catch (fault) {
    const code = fault instanceof Error && 'code' in fault ? String(fault.code) : undefined
    throw code === undefined ? fault : new Error(faultText(path, code), { cause: fault })
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (cause) {
    throw new Error(`The file ${path} is not UTF-8 text; save it as UTF-8.`, { cause })
  }
}

function faultText(path: string, code: string): string {
  switch (code) {
    case 'ENOENT':
      return `There is no file ${path}.`
    case 'EISDIR':
      return `${path} is a directory; name the file in it.`
    case 'EACCES':
    case 'EPERM':
      return `The file ${path} cannot be read; let this user read it.`
    default:
      return `The file ${path} cannot be read (${code}).`
  }
}
