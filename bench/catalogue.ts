/**
 * What the catalogue of providers and models adds to start-up and memory, each step in a process of its own:
 *
 *   node bench/catalogue.ts [runs]
 *
 * The steps from `a start` on are without loading code. From sources, loading it is mostly taking the types out.
 */
import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

const steps = [
  'gateway without the catalogue',
  'providers',
  'a start with five accounts',
  'the same, with an update kept',
  'every model of every provider',
] as const
type Step = (typeof steps)[number]
const environment = Object.fromEntries(
  ['OPENAI', 'ANTHROPIC', 'GEMINI', 'GROQ', 'OPENROUTER'].map((vendor) => [`${vendor}_API_KEY`, 'sk-0123456789abcdef']),
)

if (process.argv[2] === 'step') await take(process.argv[3] as Step, process.argv[4] ?? '')
else await report(Number(process.argv[2] ?? 5))

/** Runs one step and prints its time and the memory that is left. */
async function take(step: Step, dataDirectory: string): Promise<void> {
  // What every step has: the wire formats, the configuration and the router.
  await import('../src/catalog/dialects.generated.ts')
  await import('../src/server/config/compile.ts')
  await import('../src/registry/resolve-model.ts')
  const started = cpuMs()
  if (step !== steps[0]) await import('../src/catalog/providers.generated.ts')
  if (step === steps[2] || step === steps[3] || step === steps[4]) {
    const { createEngine } = await import('../src/server/engine.ts')
    const { allProviders } = await import('../src/server/checked-config.ts')
    const afterImport = cpuMs()
    const engine = createEngine(
      { configText: '', keys: [] },
      environment,
      step === steps[3] ? dataDirectory : undefined,
    )
    if (step === steps[4]) for (const { id } of allProviders) engine.models().listModels(id)
    print(cpuMs() - afterImport)
    engine.close()
    return
  }
  print(cpuMs() - started)
}

/** Of all threads, so that what else the machine does counts little. */
function cpuMs(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}

function print(ms: number): void {
  setFlagsFromString('--expose_gc')
  runInNewContext('gc')()
  process.stdout.write(JSON.stringify({ ms, megabytes: process.memoryUsage.rss() / 2 ** 20 }))
}

async function report(runs: number): Promise<void> {
  const dataDirectory = await mkdtemp(join(tmpdir(), 'portcullis-bench-'))
  try {
    await keepEverything(dataDirectory)
    console.log('| step | ms of CPU | MB of RSS |\n|---|---|---|')
    for (const step of steps) {
      const found: { ms: number; megabytes: number }[] = []
      for (let run = 0; run < runs; run++) {
        const args = [import.meta.filename, 'step', step, dataDirectory]
        const { stdout } = await promisify(execFile)(process.execPath, args, { env: {} })
        found.push(JSON.parse(stdout))
      }
      const median = (values: readonly number[]): string =>
        (values.toSorted((a, b) => a - b)[runs >> 1] ?? 0).toFixed(1)
      console.log(
        `| ${step} | ${median(found.map(({ ms }) => ms))} | ${median(found.map(({ megabytes }) => megabytes))} |`,
      )
    }
  } finally {
    await rm(dataDirectory, { recursive: true, force: true })
  }
}

/** As an update of all that this version knows would leave it. */
async function keepEverything(dataDirectory: string): Promise<void> {
  const { providers } = await import('../src/catalog/providers.generated.ts')
  const { modelCatalogue } = await import('../src/catalog/models/model-facts.ts')
  const { writeCatalogue } = await import('../src/catalog/models/catalogue-file.ts')
  const { listModels } = modelCatalogue()
  const lists = new Map(Object.keys(providers).map((id) => [id, listModels(id)]))
  const text = writeCatalogue({ source: 'a bench', asOf: '2026-11-25', providers: lists })
  await writeFile(join(dataDirectory, 'catalogue.json'), text)
}
