import { type ParseArgsOptionsConfig, parseArgs } from 'node:util'
import { nearestNames } from '../core/text/nearest-names.ts'

export { jsonLine } from '../core/wire/json-line.ts'

export interface Command {
  /** One line for the overview. */
  readonly summary: string
  readonly help: string
  /** Gives the exit code. Throws `UsageError` for wrong arguments. */
  run(args: readonly string[], version: string): Promise<number>
}

/** Wrong arguments: one sentence, exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

/** `parseArgs` with errors as sentences, and a suggestion for a mistyped option. At most `words` arguments are no options. */
export function readArguments<const Options extends ParseArgsOptionsConfig>(
  args: readonly string[],
  options: Options,
  words = 0,
) {
  const read = parsed(args, options)
  const extra = read.positionals[words]
  if (extra !== undefined) throw new UsageError(`There is an argument too many: "${extra}".`)
  return read
}

function parsed<const Options extends ParseArgsOptionsConfig>(args: readonly string[], options: Options) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true, strict: true })
  } catch (fault) {
    const { message } = fault as Error
    const unknown = /Unknown option '(--?[^']+)'/.exec(message)?.[1]
    const valueless = /Option '(?:-\w, )?(--[\w-]+)[^']*' argument (?:missing|is ambiguous)/.exec(message)?.[1]
    if (valueless !== undefined) {
      throw new UsageError(`${valueless} needs a value; write ${valueless}=… for one that begins with a dash.`)
    }
    if (unknown === undefined) throw new UsageError(`${message.split('\n')[0]}`)
    throw unknownOption(unknown, Object.keys(options))
  }
}

export function unknownOption(option: string, names: readonly string[]): UsageError {
  if (option === '--config') {
    const instead = names.includes('data') ? "; --data names a gateway's directory." : '.'
    return new UsageError(`There is no option --config here, as no configuration is read${instead}`)
  }
  const known = names.map((name) => `--${name}`)
  const near = nearestNames(option, known, 1)[0]
  return new UsageError(`There is no option ${option}${near === undefined ? '.' : `; did you mean ${near}?`}`)
}

/** A whole number of an option. */
export function wholeNumber(
  name: string,
  value: string,
  range: { readonly min: number; readonly max: number },
): number {
  const number = Number(value)
  // `Number` takes the empty text for 0, and more spellings than people mean.
  if (!/^\d+$/.test(value) || number < range.min || number > range.max) {
    throw new UsageError(`--${name} is a whole number from ${range.min} to ${range.max}.`)
  }
  return number
}

/** Text columns, as wide as their content and at least as `least`. What a terminal would take for a command is taken out. */
export function table(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  least: readonly number[] = [],
): string {
  const lines = [...(head.length === 0 ? [] : [head]), ...rows].map((cells) => cells.map(printable))
  const columns = Math.max(0, ...lines.map((cells) => cells.length))
  const widths = Array.from({ length: columns }, (_, column) =>
    lines.reduce((width, cells) => Math.max(width, cells[column]?.length ?? 0), least[column] ?? 0),
  )
  return lines
    .map(
      (cells) =>
        `${cells
          .map((cell, column) => cell.padEnd(widths[column] ?? 0))
          .join('  ')
          .trimEnd()}\n`,
    )
    .join('')
}

/** Names come from callers and providers, and may hold escape sequences. */
export function printable(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
  return text.replace(/[\u0000-\u001f\u007f-\u009f]/g, '\ufffd')
}

export function printableLines(text: string): string {
  return text.split('\n').map(printable).join('\n')
}
