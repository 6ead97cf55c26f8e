import { createReadStream, existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { sha256Pattern } from '../core/record/audit.ts'
import { canonicalJson } from '../core/wire/canonical-json.ts'
import { type Checkpoint, isTornCheckpoint, readCheckpoint } from '../observe/audit/checkpoint.ts'
import { createExportVerifier } from '../observe/audit/verify-export.ts'
import { openAudit } from '../server/audit/open-audit.ts'
import { type Command, readArguments, UsageError } from './command.ts'

const MAX_LINE_BYTES = 1 << 20
const PAGE = 500

export const audit: Command = {
  summary: 'export the audit log, sign where it stands, and verify an export',
  help: `Usage: portcullis audit export [--data <directory>]
       portcullis audit checkpoint [--data <directory>]
       portcullis audit verify <export> [--checkpoint <file>] [--public-key <hex>]

  export      every entry, one line of canonical JSON each
  checkpoint  how many entries there are and the root of their tree, signed: keep it elsewhere
  verify      offline: names the first entry that was altered, is missing or stands elsewhere. That the end was cut off, or
              all of it written anew, shows only with a checkpoint that was kept. Exit code 0: whole; 1: not; 2: nothing was
              compared

  --checkpoint <file>  one or more lines of checkpoints, or a directory with such files
  --public-key <hex>   the key that must have signed them
  --data <directory>   data directory of a gateway, running or not; default ./data`,
  async run(args) {
    const { values, positionals } = readArguments(
      args,
      {
        data: { type: 'string', default: './data' },
        checkpoint: { type: 'string' },
        'public-key': { type: 'string' },
      },
      2,
    )
    const [action, file] = positionals
    const { checkpoint, 'public-key': publicKey } = values
    if (action !== 'verify' && (file !== undefined || checkpoint !== undefined || publicKey !== undefined)) {
      throw new UsageError('A file, --checkpoint and --public-key are for portcullis audit verify.')
    }
    switch (action) {
      case 'export':
        return withLog(values.data, (log) => {
          for (let from = 0; ; from += PAGE) {
            const lines = log.lines(from, PAGE)
            // As bytes, which nothing takes a letter out of: each line is hashed as it stands.
            process.stdout.write(Buffer.from(lines.map((line) => `${line}\n`).join('')))
            if (lines.length < PAGE) return
          }
        })
      case 'checkpoint':
        return withLog(values.data, (log) => process.stdout.write(Buffer.from(`${canonicalJson(log.checkpoint())}\n`)))
      case 'verify':
        if (file === undefined) throw new UsageError('Name the export: portcullis audit verify <export>.')
        if (publicKey !== undefined && !sha256Pattern.test(publicKey))
          throw new UsageError('Give --public-key as a checkpoint names it: 64 hexadecimal digits in lower case.')
        if (publicKey !== undefined && checkpoint === undefined)
          throw new UsageError('--public-key says who signed a --checkpoint; give both.')
        return await verify(file, checkpoint === undefined ? [] : keptCheckpoints(checkpoint, publicKey), publicKey)
      default:
        throw new UsageError('Use: portcullis audit export, checkpoint or verify.')
    }
  },
}

function withLog(data: string, use: (log: ReturnType<typeof openAudit>) => void): number {
  if (!existsSync(join(data, 'audit.db'))) {
    throw new Error(`There is no audit log in ${data}; name a gateway's directory with --data.`)
  }
  const log = openAudit(data)
  try {
    use(log)
    return 0
  } finally {
    log.close()
  }
}

function keptCheckpoints(path: string, publicKey: string | undefined): readonly Checkpoint[] {
  try {
    return checkpointsIn(path, publicKey)
  } catch (fault) {
    throw unreadable(path, fault)
  }
}

/** Objects of a bucket are files when they were copied from it. */
function checkpointsIn(path: string, publicKey: string | undefined): readonly Checkpoint[] {
  if (!statSync(path).isDirectory()) return checkpointsOf(path, publicKey)
  const files = readdirSync(path, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
  if (files.length === 0) throw new UsageError(`There is no file of checkpoints in ${path}.`)
  return files.flatMap((entry) => checkpointsOf(join(entry.parentPath, entry.name), publicKey))
}

function checkpointsOf(file: string, publicKey: string | undefined): readonly Checkpoint[] {
  const checkpoints: Checkpoint[] = []
  const torn: number[] = []
  for (const [index, line] of readFileSync(file, 'utf8').split('\n').entries()) {
    // A gateway that may not read the file begins a new line each time.
    if (line === '') continue
    const checkpoint = readCheckpoint(line)
    if (checkpoint === undefined && isTornCheckpoint(line)) {
      torn.push(index + 1)
      continue
    }
    if (checkpoint === undefined)
      throw new Error(`Line ${index + 1} of ${file} is no checkpoint, or its signature is wrong.`)
    if (publicKey !== undefined && checkpoint.publicKey !== publicKey) {
      throw new Error(`Line ${index + 1} of ${file} was signed by another key, ${checkpoint.publicKey}.`)
    }
    checkpoints.push(checkpoint)
  }
  if (torn.length > 0) process.stderr.write(tornSentence(torn, file))
  if (checkpoints.length === 0) throw new UsageError(`There is no whole checkpoint in ${file}.`)
  return checkpoints
}

function tornSentence(lines: readonly number[], file: string): string {
  if (lines.length === 1) return `Line ${lines[0]} of ${file} was cut off while it was written and is skipped.\n`
  const named = `${lines.slice(0, -1).join(', ')} and ${lines.at(-1)}`
  return `Lines ${named} of ${file} were cut off while they were written and are skipped.\n`
}

/** Nothing was compared then, so that nothing was altered either. */
function unreadable(path: string, fault: unknown): unknown {
  if (!(fault instanceof Error) || !('syscall' in fault) || !('code' in fault)) return fault
  return new UsageError(
    fault.code === 'ENOENT' ? `There is no file ${path}.` : `${path} cannot be read (${String(fault.code)}).`,
  )
}

async function verify(
  file: string,
  checkpoints: readonly Checkpoint[],
  publicKey: string | undefined,
): Promise<number> {
  const verifier = createExportVerifier(checkpoints)
  await readExport(file, verifier)
  const { entries, fault } = verifier.end()
  if (fault !== undefined) {
    process.stdout.write(`${fault}\n`)
    return 1
  }
  process.stdout.write(`${entries} entries, each as it was written.\n`)
  if (checkpoints.length === 0) {
    process.stderr.write('Without --checkpoint nobody can tell whether entries are missing at the end.\n')
  } else if (publicKey === undefined) {
    process.stderr.write(
      `Signed by ${[...new Set(checkpoints.map((one) => one.publicKey))].join(', ')}: compare it, or give --public-key.\n`,
    )
  }
  return 0
}

async function readExport(file: string, verifier: ReturnType<typeof createExportVerifier>): Promise<void> {
  let rest: Buffer = Buffer.alloc(0)
  try {
    for await (const chunk of createReadStream(file)) {
      rest = Buffer.concat([rest, chunk as Buffer])
      for (let feed = rest.indexOf(10); feed >= 0; feed = rest.indexOf(10)) {
        verifier.push(rest.subarray(0, feed), true)
        rest = rest.subarray(feed + 1)
      }
      // No entry is so long; it is told as an altered one.
      if (rest.length > MAX_LINE_BYTES) break
    }
  } catch (fault) {
    throw unreadable(file, fault)
  }
  if (rest.length > 0) verifier.push(rest, false)
}
