/**
 * The ladder: `npm run bench -- [--peer portkey] [--only <scenario>] [--rounds 5] [--seconds 2] [--node <path>] [--write]`.
 * All programs of a scenario run at once and are loaded in turn, so that a slow moment of the machine hits all of them;
 * the report gives medians over the rounds and their ratios. `--soak [--minutes 10]` measures memory instead.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { type Figures, measure, medians } from './measure.ts'
import { answers, firstLine, layout, type Started, start } from './processes.ts'
import type { Program, RunningProgram } from './program.ts'
import { direct } from './programs/direct.ts'
import { nginx } from './programs/nginx.ts'
import {
  portcullisBudgets,
  portcullisHit,
  portcullisInspect,
  portcullisKey,
  portcullisRecord,
  portcullisRoute,
  portcullisTranslated,
  portcullisTwo,
} from './programs/portcullis.ts'
import { portkey } from './programs/portkey.ts'
import { type Measured, report } from './report.ts'
import { writeLadder } from './results-file.ts'
import { type Scenario, scenarios } from './scenarios.ts'
import { soak } from './soak.ts'

const { values } = parseArgs({
  options: {
    peer: { type: 'string' },
    only: { type: 'string' },
    rounds: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '2' },
    node: { type: 'string', default: process.execPath },
    soak: { type: 'boolean', default: false },
    minutes: { type: 'string', default: '10' },
    write: { type: 'boolean', default: false },
  },
})
const programs: readonly Program[] = [
  direct,
  nginx,
  portcullisKey,
  portcullisRecord,
  portcullisTranslated,
  portcullisTwo,
  portcullisHit,
  portcullisRoute,
  portcullisBudgets,
  portcullisInspect,
  ...(values.peer === 'portkey' ? [portkey] : []),
]

/** After one second most programs were still getting faster. */
const usualWarmUpSeconds = 3

const folder = await mkdtemp(join(tmpdir(), 'portcullis-bench-'))
const mock = start([process.execPath, join(import.meta.dirname, 'mock-upstream.ts')], { cores: layout.mock })
try {
  const mockPort = Number(await firstLine(mock))
  if (values.soak) {
    const running = await startProgram(portcullisRecord, mockPort)
    console.log(await soak(running, Number(values.minutes)).finally(() => running.started.stop()))
  } else {
    const chosen = scenarios.filter(({ id }) => values.only === undefined || values.only.split(',').includes(id))
    const measured: Measured[] = []
    for (const scenario of chosen) measured.push(await runScenario(scenario, mockPort))
    const text = report(measured, { rounds: Number(values.rounds), seconds: Number(values.seconds), node: values.node })
    console.log(text)
    if (values.write) await writeLadder(text)
  }
} finally {
  await mock.stop()
  await rm(folder, { recursive: true, force: true })
}

async function runScenario(scenario: Scenario, mockPort: number): Promise<Measured> {
  const running: { readonly id: string; readonly program: RunningProgram; readonly rounds: Figures[] }[] = []
  const notes: string[] = []
  try {
    for (const program of programs.filter(({ id }) => scenario.programs.includes(id))) {
      try {
        running.push({ id: program.id, program: await startProgram(program, mockPort), rounds: [] })
      } catch (fault) {
        notes.push(`${program.id}: ${fault instanceof Error ? fault.message : 'did not start'}`)
      }
    }
    // Round 0 warms up.
    for (let round = 0; round <= Number(values.rounds); round++) {
      for (const { id, program, rounds } of running) {
        const load = {
          ...scenario.order,
          seconds: round === 0 ? (scenario.warmUpSeconds ?? usualWarmUpSeconds) : Number(values.seconds),
        }
        try {
          const figures = await measure(program, load)
          if (round > 0) rounds.push(figures)
          process.stderr.write(`${scenario.id} ${round} ${id} ${figures.callsPerSecond.toFixed(0)}/s\n`)
        } catch (fault) {
          notes.push(`${id}, round ${round}: ${fault instanceof Error ? fault.message : 'failed'}`)
        }
      }
    }
  } finally {
    for (const { program } of running) await program.started.stop()
  }
  const figures = new Map(
    running.filter(({ rounds }) => rounds.length > 0).map(({ id, rounds }) => [id, medians(rounds)]),
  )
  return { scenario, figures, notes }
}

async function startProgram(
  program: Program,
  mockPort: number,
): Promise<RunningProgram & { readonly started: Started }> {
  const port = await freePort()
  const cores = program.id === 'two-workers' ? layout.secondWorker : layout.gateway
  const started = await program.start({ mockPort, port, cores, folder: join(folder, program.id), node: values.node })
  if ('missing' in started) throw new Error(started.missing)
  await answers(started.port)
  return started
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0))
    })
  })
}
