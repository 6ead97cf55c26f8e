/** What the head of a form's part says of it (RFC 7578, section 4.2). */
export interface PartName {
  /** Empty where the head gives none. */
  readonly name: string
  readonly isFile: boolean
  /** Empty for a field that is no file. */
  readonly fileName: string
  /** Its content type, where the head says one. */
  readonly type?: string
}

const parameterPattern = /;[\t ]*([^\s;="]+)[\t ]*=[\t ]*(?:"((?:[^"\\]|\\.)*)"|([^;"]*?))[\t ]*(?=;|$)/gy

/**
 * `undefined` for a head that two readers could read differently: bare or folded lines, more than one disposition or
 * name, escapes in the name. `latin1` and `text` are the same head, byte by byte and as it is meant.
 */
export function partName(latin1: string, text: string): PartName | undefined {
  if (/\0|\r(?!\n)|(?<!\r)\n|\r\n[\t ]/.test(latin1)) return undefined
  const lines = text.split('\r\n')
  const type = lines
    .map((line) => /^content-type[\t ]*:[\t ]*(.*)$/i.exec(line)?.[1])
    .find((said) => said !== undefined)
  const name = nameIn(lines.filter((line) => /^content-disposition[\t ]*:/i.test(line)))
  return name === undefined || type === undefined ? name : { ...name, type }
}

function nameIn(lines: readonly string[]): PartName | undefined {
  const [line] = lines
  if (line === undefined) return { name: '', isFile: false, fileName: '' }
  if (lines.length > 1) return undefined
  const start = line.indexOf(';')
  if (start < 0) return { name: '', isFile: false, fileName: '' }
  const parameters = new Map<string, string>()
  parameterPattern.lastIndex = start
  let end = start
  for (let match = parameterPattern.exec(line); match !== null; match = parameterPattern.exec(line)) {
    const name = match[1]?.toLowerCase() ?? ''
    if (parameters.has(name)) return undefined
    parameters.set(name, match[2] ?? match[3] ?? '')
    end = parameterPattern.lastIndex
  }
  const name = parameters.get('name') ?? ''
  if (!/^;?[\t ]*$/.test(line.slice(end)) || parameters.has('name*') || name.includes('\\')) return undefined
  const isFile = parameters.has('filename') || parameters.has('filename*')
  return { name, isFile, fileName: parameters.get('filename') ?? '' }
}
