/**
 * Entry of the process that runs the detector of one file. It imports nothing of the program, as it may read no file but
 * this one. Between two questions it stands still in a read: nothing that a detector leaves behind goes on then, and it ends
 * when the other end of the pipe does.
 */
import { readSync, writeSync } from 'node:fs'
import { isBuiltin, registerHooks, stripTypeScriptTypes } from 'node:module'
import { isMainThread, Worker, workerData } from 'node:worker_threads'
import type { FromDetector, ToDetector } from './detector-talk.ts'

const PIPE = 3
const MAX_FINDINGS = 1000
const MAX_ANSWER = 512 * 1024
const MAX_SPAN = 16_384
const LOOK_EVERY_MS = 250
/** For the thread that does nothing but look. */
const resourceLimits = { maxOldGenerationSizeMb: 16, maxYoungGenerationSizeMb: 1, stackSizeMb: 1 }

if (isMainThread) await serve()
else watchParent(workerData as number)

/** A loop without end never sees that the pipe is closed. */
function watchParent(parent: number): void {
  setInterval(() => {
    if (process.ppid !== parent) process.kill(process.pid, 'SIGKILL')
  }, LOOK_EVERY_MS)
}

async function serve(): Promise<void> {
  if (process.permission.has('worker')) {
    new Worker(new URL(import.meta.url), { workerData: process.ppid, env: {}, resourceLimits }).unref()
  }
  const first = take()
  if (first.type !== 'load') return
  giveUpPermissions()
  const loaded = await load(first.name, first.text)
  if ('fault' in loaded) {
    give({ type: 'failed', ...loaded })
    return
  }
  const { detect, facts, lineOf } = loaded
  give({ type: 'ready', ...facts })
  for (;;) {
    const question = take()
    if (question.type !== 'ask') return
    const { number, text, ...context } = question
    try {
      const findings: unknown = await detect(text, context)
      give({ type: 'answered', number, ...answerOf(findings) })
    } catch (fault) {
      give({ type: 'threw', number, ...lineOf(fault) })
    }
    // Timers that are due, and rejections that nobody takes, have their turn now or never.
    await new Promise(setImmediate)
  }
}

/** Those that this file itself has needed. Signals are no permission: nobody is to be ended by accident. */
function giveUpPermissions(): void {
  const { permission } = process
  if ('drop' in permission) for (const scope of ['worker', 'fs'] as const) permission.drop(scope)
  Object.assign(process, { kill: undefined, _kill: undefined })
}

interface Loaded {
  readonly facts: { readonly rule: string; readonly span?: number }
  detect(text: string, context: object): unknown
  lineOf(fault: unknown): { readonly line?: number }
}

interface LoadFault {
  readonly fault: string
  readonly line?: number
}

async function load(name: string, text: string): Promise<Loaded | LoadFault> {
  const url = `file:///${encodeURIComponent(name)}`
  const format = /\.[cm]?ts$/.test(name) ? 'module-typescript' : 'module'
  registerHooks({
    resolve(specifier, context, next) {
      if (specifier === url) return { url, format, shortCircuit: true }
      if (isBuiltin(specifier)) return next(specifier, context)
      throw new Error(
        `It imports ${JSON.stringify(specifier)}; a detector is one file, and imports modules of Node alone.`,
      )
    },
    load: (asked, context, next) =>
      asked === url ? { format, source: text, shortCircuit: true } : next(asked, context),
  })
  const lineOf = (fault: unknown): { readonly line?: number } => {
    const stack = fault instanceof Error && typeof fault.stack === 'string' ? fault.stack : ''
    const at = stack.indexOf(`${url}:`)
    const line = at < 0 ? Number.NaN : Number.parseInt(stack.slice(at + url.length + 1, at + url.length + 9), 10)
    return Number.isInteger(line) ? { line } : {}
  }
  let exported: unknown
  try {
    exported = ((await import(url)) as { readonly default?: unknown }).default
  } catch (fault) {
    const place = { ...(fault instanceof SyntaxError ? lineOf(syntaxFault(text, url)) : {}), ...lineOf(fault) }
    return { fault: fault instanceof Error ? `${fault.name}: ${fault.message}` : 'It threw something.', ...place }
  }
  if (typeof exported !== 'object' || exported === null) return { fault: 'Its default export is no object.' }
  const {
    name: rule,
    span,
    detect,
  } = exported as { readonly name?: unknown; readonly span?: unknown; readonly detect?: unknown }
  if (typeof detect !== 'function') return { fault: 'Its default export has no function `detect`.' }
  if (typeof rule !== 'string') return { fault: 'Its default export has no `name`.' }
  if (span !== undefined && !isSpan(span)) return { fault: `Its \`span\` is no whole number from 1 to ${MAX_SPAN}.` }
  const facts = { rule, ...(span === undefined ? {} : { span }) }
  return { facts, lineOf, detect: (given, context) => Reflect.apply(detect, exported, [given, context]) }
}

/** The parser of TypeScript tells where it is, that of JavaScript does not. */
function syntaxFault(text: string, sourceUrl: string): unknown {
  try {
    stripTypeScriptTypes(text, { sourceUrl })
    return undefined
  } catch (fault) {
    return fault
  }
}

function isSpan(given: unknown): given is number {
  return typeof given === 'number' && Number.isInteger(given) && given >= 1 && given <= MAX_SPAN
}

/** As JSON, of which the gateway believes nothing. */
function answerOf(findings: unknown): { readonly findings?: unknown; readonly excess?: true } {
  if (Array.isArray(findings) && findings.length > MAX_FINDINGS) return { excess: true }
  const text = JSON.stringify(findings ?? [])
  return text === undefined || text.length > MAX_ANSWER ? { excess: true } : { findings: JSON.parse(text) }
}

/** A length of four bytes, and JSON. */
function take(): ToDetector {
  const length = readExactly(4).readUInt32LE()
  return JSON.parse(readExactly(length).toString('utf8'))
}

function readExactly(length: number): Buffer {
  const bytes = Buffer.allocUnsafe(length)
  for (let at = 0; at < length; ) {
    const count = readSync(PIPE, bytes, at, length - at, null)
    if (count === 0) process.exit()
    at += count
  }
  return bytes
}

function give(message: FromDetector): void {
  const body = Buffer.from(JSON.stringify(message))
  const bytes = Buffer.allocUnsafe(4 + body.length)
  bytes.writeUInt32LE(body.length)
  body.copy(bytes, 4)
  for (let at = 0; at < bytes.length; ) at += writeSync(PIPE, bytes, at)
}
