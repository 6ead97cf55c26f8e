import type { RunningGateway, StartOptions } from '../server/running-gateway.ts'
import { banner } from './banner.ts'
import { type Command, printableLines, readArguments, UsageError, wholeNumber } from './command.ts'
import { defaultConfigPath } from './config-path.ts'

export const start: Command = {
  summary: 'start the gateway',
  help: `Usage: portcullis start [options]

  --config <file>         configuration; default ${defaultConfigPath} if there is one
  --data <directory>      where records are kept; default ./data
  --host <address>        address to listen on; default 127.0.0.1
  --port <number>         data plane; default 8787
  --control-port <number> control plane; default 8788
  --workers <number>      processes that serve calls; default 1

Environment: PORTCULLIS_KEY (first virtual key), PORTCULLIS_ADMIN_TOKEN, and the vendors' own
variables for provider accounts (OPENAI_API_KEY, ANTHROPIC_API_KEY, …).`,
  async run(args, version) {
    const { values } = readArguments(args, {
      config: { type: 'string' },
      data: { type: 'string', default: './data' },
      host: { type: 'string' },
      port: { type: 'string' },
      'control-port': { type: 'string' },
      workers: { type: 'string', default: '1' },
    })
    const port = { min: 0, max: 65_535 }
    const configPath = values.config ?? defaultConfigPath
    if (values.host === '') throw new UsageError('--host needs an address, such as 127.0.0.1.')
    const log = (message: string): void => void process.stderr.write(`${printableLines(message)}\n`)
    const gateway = await started({
      configPath,
      configMayBeAbsent: values.config === undefined,
      dataDirectory: values.data,
      ...(values.host === undefined ? {} : { host: values.host }),
      ...(values.port === undefined ? {} : { port: wholeNumber('port', values.port, port) }),
      ...(values['control-port'] === undefined
        ? {}
        : { controlPort: wholeNumber('control-port', values['control-port'], port) }),
      workers: wholeNumber('workers', values.workers, { min: 1, max: 128 }),
      environment: process.env,
      version,
      log,
    })
    // Before the banner: who reads it may stop the gateway at once.
    const stopped = stopSignal()
    process.stdout.write(banner(gateway, version))
    await stopped
    process.stderr.write('Stopping: calls in flight may end.\n')
    await gateway.close()
    return 0
  },
}

/** Loaded when the arguments are right: it is the whole program. */
async function started(options: StartOptions & { readonly configPath: string }): Promise<RunningGateway> {
  const [{ allProviders, ConfigError }, { environmentNotices }, { startGateway }, { faultsText }] = await Promise.all([
    import('../server/checked-config.ts'),
    import('../server/process/environment.ts'),
    import('../server/start.ts'),
    import('./foreign-config.ts'),
  ])
  for (const notice of environmentNotices(options.environment, allProviders)) options.log(notice)
  return await startGateway(options).catch((fault: unknown) => {
    throw fault instanceof ConfigError ? new Error(faultsText(fault, options.configPath)) : fault
  })
}

/** npm and a launcher pass on what the terminal has sent to the whole group already. */
const SAME_SIGNAL_MS = 500

/** The first SIGINT or SIGTERM. A second one ends the process at once. */
function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    const stop = (): void => {
      const at = performance.now()
      const end = (code: number) => (): void => {
        if (performance.now() - at > SAME_SIGNAL_MS) process.exit(code)
      }
      process.on('SIGINT', end(130))
      process.on('SIGTERM', end(143))
      resolve()
    }
    process.once('SIGINT', stop)
    process.once('SIGTERM', stop)
  })
}
