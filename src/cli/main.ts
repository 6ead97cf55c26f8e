import { readFileSync } from 'node:fs'
import { nearestNames } from '../core/nearest-names.ts'
import { cache } from './cache.ts'
import { calls } from './calls.ts'
import { catalog } from './catalog.ts'
import { models, providers } from './catalogue.ts'
import { type Command, printableLines, UsageError, unknownOption } from './command.ts'
import { config } from './config.ts'
import { doctor } from './doctor.ts'
import { importFile } from './import.ts'
import { keys } from './keys.ts'
import { routes } from './routes.ts'
import { start } from './start.ts'

const commands: ReadonlyMap<string, Command> = new Map(
  Object.entries({ start, config, keys, calls, routes, cache, providers, models, catalog, doctor, import: importFile }),
)

const packageFile = new URL('../../package.json', import.meta.url)
const { version } = JSON.parse(readFileSync(packageFile, 'utf8')) as { version: string }

// A reader that has left, as `head` does, changes nothing of what a command does or finds.
process.stderr.on('error', () => {
  // A log that nobody can take any more, on a full disk as well, never ends a gateway.
})
process.stdout.on('error', ({ code }: NodeJS.ErrnoException) => {
  if (code === 'EPIPE') return
  process.stderr.write(`The output cannot be written (${code}).\n`)
  process.exit(1)
})

try {
  process.exitCode = await run(process.argv.slice(2))
} catch (fault) {
  process.stderr.write(`${printableLines(fault instanceof Error ? fault.message : String(fault))}\n`)
  process.exitCode = fault instanceof UsageError ? 2 : 1
}

async function run([name, ...args]: string[]): Promise<number> {
  if (name === '--version' || name === '-v') {
    process.stdout.write(`${version}\n`)
    return 0
  }
  const [about] = args
  if (name === 'help' && about !== undefined) return await run([about, '--help'])
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    process.stdout.write(overview())
    return 0
  }
  const command = commands.get(name)
  if (command === undefined) {
    if (name.startsWith('-')) throw unknownOption(name, ['version', 'help'])
    const near = nearestNames(name, [...commands.keys()], 1)[0]
    throw new UsageError(
      `There is no command "${name}"${near === undefined ? '. See portcullis --help.' : `; did you mean "${near}"?`}`,
    )
  }
  if (args.includes('--help') || args.includes('-h')) {
    process.stdout.write(`${command.help}\n`)
    return 0
  }
  return await command.run(args, version)
}

function overview(): string {
  const lines = [...commands].map(([name, { summary }]) => `  ${name.padEnd(12)}${summary}`)
  return `Portcullis ${version}, an AI gateway.\n\nUsage: portcullis <command> [options]\n\n${lines.join('\n')}\n\nportcullis <command> --help says more.\n`
}
