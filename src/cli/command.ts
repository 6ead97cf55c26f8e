import { type ParseArgsOptionsConfig, parseArgs } from 'node:util'
import { nearestNames } from '../core/nearest-names.ts'

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

/** `parseArgs` with errors as sentences, and a suggestion for a mistyped option. */
export function readArguments<const Options extends ParseArgsOptionsConfig>(args: readonly string[], options: Options) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true, strict: true })
  } catch (fault) {
    const message = (fault as Error).message
    const unknown = /Unknown option '(--?[^']+)'/.exec(message)?.[1]
    if (unknown === undefined) throw new UsageError(`${message.split('\n')[0]}`)
    const near = nearestNames(unknown, Object.keys(options).map((name) => `--${name}`), 1)[0]
    throw new UsageError(`There is no option ${unknown}${near === undefined ? '.' : `; did you mean ${near}?`}`)
  }
}

/** A whole number of an option. */
export function wholeNumber(name: string, value: string, range: { readonly min: number; readonly max: number }): number {
  const number = Number(value)
  if (!Number.isInteger(number) || number < range.min || number > range.max) {
    throw new UsageError(`--${name} is a whole number from ${range.min} to ${range.max}.`)
  }
  return number
}

/** Text columns, as wide as their content. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((title, column) => Math.max(title.length, ...rows.map((row) => (row[column] ?? '').length)))
  const line = (cells: readonly string[]): string => cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ').trimEnd()
  return `${[head, ...rows].map(line).join('\n')}\n`
}
