/** Starts programs on a core of their own and reads what they cost. */
import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { setTimeout as delay } from 'node:timers/promises'

/** With fewer than four cores they share, and ratios mean less: the report says which layout was used. */
export const layout =
  availableParallelism() >= 4
    ? { gateway: '0', secondWorker: '0,1', mock: '2', load: '3' }
    : { gateway: '0', secondWorker: '0,1', mock: '1', load: '1' }

const hasTaskset = existsSync('/usr/bin/taskset')

export interface Started {
  readonly process: ChildProcess
  stop(): Promise<void>
}

export interface StartOptions {
  readonly cores: string
  readonly environment?: NodeJS.ProcessEnv
  readonly folder?: string
}

export function start(command: readonly string[], { cores, environment, folder }: StartOptions): Started {
  const [program = '', ...args] = hasTaskset ? ['taskset', '-c', cores, ...command] : command
  const process_ = spawn(program, args, {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, ...environment },
    ...(folder === undefined ? {} : { cwd: folder }),
  })
  const ended = new Promise<void>((resolve) => process_.once('exit', () => resolve()))
  return {
    process: process_,
    async stop() {
      process_.kill('SIGTERM')
      const patience = setTimeout(() => process_.kill('SIGKILL'), 5000)
      await ended
      clearTimeout(patience)
    },
  }
}

/** The first line that a program prints. */
export async function firstLine({ process: child }: Started): Promise<string> {
  let text = ''
  for await (const chunk of child.stdout ?? []) {
    text += String(chunk)
    const end = text.indexOf('\n')
    if (end >= 0) return text.slice(0, end)
  }
  throw new Error('A program ended before it said anything.')
}

/** Asks until somebody answers on the port. */
export async function answers(port: number): Promise<void> {
  for (let attempt = 0; attempt < 200; attempt++) {
    try {
      await (await fetch(`http://127.0.0.1:${port}/`, { signal: AbortSignal.timeout(2000) })).arrayBuffer()
      return
    } catch {
      await delay(100)
    }
  }
  throw new Error(`Nothing answers on port ${port}.`)
}

export interface Cost {
  readonly cpuMs: number
  readonly rssMb: number
}

/** Of a process and all below it. Linux only; elsewhere zero. */
export function costOf(pid: number): Cost {
  let cpuMs = 0
  let rssMb = 0
  for (const id of [pid, ...descendants(pid)]) {
    try {
      const fields = readFileSync(`/proc/${id}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
      // Ticks of 10 ms.
      cpuMs += (Number(fields[11]) + Number(fields[12])) * 10
      rssMb += Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${id}/status`, 'utf8'))?.[1] ?? 0) / 1024
    } catch {
      // It has ended since.
    }
  }
  return { cpuMs, rssMb }
}

/** At so little in so much time a program does nothing that a measurement would notice. */
const IDLE = { cpuMs: 10, inMs: 250 }
const MAX_WAITS = 120

/** What a process has cost once it has done what it left for later, such as writing its record: whoever is measured next has the core. */
export async function costAtRest(pid: number): Promise<Cost> {
  let before = costOf(pid)
  for (let wait = 0; wait < MAX_WAITS; wait++) {
    await delay(IDLE.inMs)
    const now = costOf(pid)
    if (now.cpuMs - before.cpuMs <= IDLE.cpuMs) return now
    before = now
  }
  return before
}

function descendants(pid: number): number[] {
  const parents = new Map<number, number[]>()
  for (const name of existsSync('/proc') ? readdirSync('/proc') : []) {
    if (!/^\d+$/.test(name)) continue
    try {
      const parent = Number(readFileSync(`/proc/${name}/stat`, 'utf8').split(') ')[1]?.split(' ')[1])
      parents.set(parent, [...(parents.get(parent) ?? []), Number(name)])
    } catch {
      // It has ended since.
    }
  }
  const below = (id: number): number[] => (parents.get(id) ?? []).flatMap((child) => [child, ...below(child)])
  return below(pid)
}
