import { existsSync, realpathSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { readConfigFile } from '../server/config/read-file.ts'
import { type Command, jsonLine, printable, readArguments, UsageError } from './command.ts'
import { type Imported, importText } from './import/import-text.ts'
import { sources } from './import/sources.ts'

const ids = sources.map(({ id }) => id)

export const importFile: Command = {
  summary: 'make a configuration of that of another gateway',
  help: `Usage: portcullis import <file> [options]

  --from <kind>    ${ids.join(', ')}; recognised when left out
  --out <file>     write there, in place of stdout
  --force          replace that file
  --keep-secrets   copy secrets; else each becomes a variable, and you are told which to set
  --json           one JSON object: the configuration and everything that is not in it

Reads the settings of ${sources.map(({ title }) => title).join(', ')}. What is written has passed the check of portcullis config check.
Everything that could not be said in it is listed on stderr with its place and the reason.
Exit 0: nothing is missing, 3: something is, 2: the file cannot be read as one of these.`,
  run(args) {
    const { values, positionals } = readArguments(
      args,
      {
        from: { type: 'string' },
        out: { type: 'string' },
        force: { type: 'boolean', default: false },
        'keep-secrets': { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
      },
      1,
    )
    const [file] = positionals
    if (file === undefined) throw new UsageError('Name the file: portcullis import <file>.')
    if (values.from !== undefined && !ids.includes(values.from)) {
      throw new UsageError(`--from takes one of ${ids.join(', ')}.`)
    }
    const { out } = values
    if (out !== undefined) checkOut(out, file, values.force)
    const imported = importText(textOf(file), {
      ...(values.from === undefined ? {} : { from: values.from }),
      keepSecrets: values['keep-secrets'],
    })
    if (out !== undefined) write(out, imported.config, values.force)
    if (values.json) {
      process.stdout.write(jsonLine({ file, ...(out === undefined ? {} : { out }), ...imported }))
    } else {
      if (out === undefined) process.stdout.write(imported.config)
      process.stderr.write(reportOf(file, imported, out))
    }
    return Promise.resolve(imported.notes.some(({ kind }) => kind === 'unmapped') ? 3 : 0)
  },
}

function textOf(file: string): string {
  try {
    return readConfigFile(file)
  } catch (fault) {
    throw new UsageError(fault instanceof Error ? fault.message : String(fault))
  }
}

function checkOut(out: string, file: string, mayReplace: boolean): void {
  if (!existsSync(out)) return
  if (!mayReplace) throw new UsageError(`There is a file ${out} already; --force replaces it.`)
  if (existsSync(file) && realpathSync(out) === realpathSync(file)) {
    throw new UsageError('--out names the file that is read.')
  }
}

/** For its owner only, as it may hold secrets, and as a whole or not at all. */
function write(out: string, text: string, mayReplace: boolean): void {
  if (!mayReplace) {
    writeFileSync(out, text, { flag: 'wx', mode: 0o600 })
    return
  }
  const beside = `${out}.${process.pid}.new`
  try {
    writeFileSync(beside, text, { flag: 'wx', mode: 0o600 })
    renameSync(beside, out)
  } finally {
    rmSync(beside, { force: true })
  }
}

function reportOf(file: string, { notes }: Imported, out: string | undefined): string {
  const lines = notes.map(({ kind, line, column, place, message }) =>
    printable(`${file}:${line}:${column} ${place}: ${kind === 'action' ? 'to do: ' : ''}${message}`),
  )
  const missing = notes.filter(({ kind }) => kind === 'unmapped').length
  const end = missing === 0 ? 'Everything is in the result.' : `${missing} not in the result, as listed.`
  return `${[...lines, `${out === undefined ? '' : `${printable(out)} was written. `}${end}`].join('\n')}\n`
}
