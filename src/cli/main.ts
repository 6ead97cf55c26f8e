import { readFileSync } from 'node:fs'
import { nearestNames } from '../core/text/nearest-names.ts'
import { type Command, printableLines, UsageError, unknownOption } from './command.ts'
import { guardTerminal } from './terminal.ts'

/** A command is loaded when it is asked for: most of the program is behind `start`. */
const commands: Readonly<Record<string, () => Promise<Command>>> = {
  start: async () => (await import('./start.ts')).start,
  config: async () => (await import('./config.ts')).config,
  keys: async () => (await import('./keys.ts')).keys,
  analytics: async () => (await import('./analytics.ts')).analytics,
  credentials: async () => (await import('./credentials.ts')).credentials,
  access: async () => (await import('./access.ts')).access,
  alerts: async () => (await import('./alerts.ts')).alerts,
  consumption: async () => (await import('./consumption.ts')).consumption,
  budgets: async () => (await import('./budgets.ts')).budgets,
  calls: async () => (await import('./calls.ts')).calls,
  sessions: async () => (await import('./sessions.ts')).sessions,
  decisions: async () => (await import('./decisions.ts')).decisions,
  traces: async () => (await import('./traces.ts')).traces,
  routes: async () => (await import('./routes.ts')).routes,
  cache: async () => (await import('./cache.ts')).cache,
  approvals: async () => (await import('./approvals.ts')).approvals,
  audit: async () => (await import('./audit.ts')).audit,
  privacy: async () => (await import('./privacy.ts')).privacy,
  providers: async () => (await import('./catalogue.ts')).providers,
  models: async () => (await import('./catalogue.ts')).models,
  catalog: async () => (await import('./catalog.ts')).catalog,
  doctor: async () => (await import('./doctor.ts')).doctor,
  inspect: async () => (await import('./inspect.ts')).inspect,
  fingerprints: async () => (await import('./fingerprints.ts')).fingerprints,
  policy: async () => (await import('./policy.ts')).policy,
  import: async () => (await import('./import.ts')).importFile,
}

const packageFile = new URL('../../package.json', import.meta.url)
const { version } = JSON.parse(readFileSync(packageFile, 'utf8')) as { version: string }

guardTerminal(process.stdout)
guardTerminal(process.stderr)

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
    process.stdout.write(await overview())
    return 0
  }
  const load = Object.hasOwn(commands, name) ? commands[name] : undefined
  if (load === undefined) {
    if (name.startsWith('-')) throw unknownOption(name, ['version', 'help'])
    const near = nearestNames(name, Object.keys(commands), 1)[0]
    throw new UsageError(
      `There is no command "${name}"${near === undefined ? '. See portcullis --help.' : `; did you mean "${near}"?`}`,
    )
  }
  const command = await load()
  if (args.includes('--help') || args.includes('-h')) {
    process.stdout.write(`${command.help}\n`)
    return 0
  }
  return await command.run(args, version)
}

async function overview(): Promise<string> {
  const loaded = await Promise.all(Object.entries(commands).map(async ([name, load]) => [name, await load()] as const))
  const width = Math.max(...loaded.map(([name]) => name.length)) + 2
  const lines = loaded.map(([name, { summary }]) => `  ${name.padEnd(width)}${summary}`)
  return `Portcullis ${version}, an AI gateway.\n\nUsage: portcullis <command> [options]\n\n${lines.join('\n')}\n\nportcullis <command> --help says more.\n`
}
