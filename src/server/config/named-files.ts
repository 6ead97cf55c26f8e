/** Files that settings of guardrails name, and what becomes of what they hold. */
import { basename } from 'node:path'
import { detectors } from '../../catalog/detectors.generated.ts'
import type { Detector, ListFile } from '../../core/inspection/detection.ts'
import type { DetectorFileFacts } from '../../core/inspection/detector-file.ts'
import type { GuardrailEntry } from './guardrails-section.ts'

/** As it was when the configuration was read. Plain data, so that it can be sent to a worker process. */
export interface NamedFile {
  /** As the configuration names it. */
  readonly name: string
  readonly text: string
  /** Of a file of code that was run. */
  readonly facts?: DetectorFileFacts
}

type FaultIn = (path: readonly (string | number)[], message: string) => void

export interface FileSetting {
  readonly path: readonly (string | number)[]
  readonly name: string
  /** It is a detector, and is run. */
  readonly isCode: boolean
}

/** Which files are named, and where. What is no text is a fault of the settings, told elsewhere. */
export function fileSettings(entries: readonly GuardrailEntry[]): readonly FileSetting[] {
  return entries.flatMap(({ detector, settings = {} }, index) => {
    const codeFile = codeFileOf(detector)
    const lists = Object.keys(listFilesOf(detector)).flatMap((setting) => namesIn(index, settings, setting))
    const code =
      codeFile === undefined ? [] : namesIn(index, settings, codeFile).filter(({ path }) => path.length === 3)
    return [...lists, ...code.map((file) => ({ ...file, isCode: true }))]
  })
}

/** One name, or a list of names. */
function namesIn(index: number, settings: Settings, setting: string): FileSetting[] {
  const given = Object.hasOwn(settings, setting) ? settings[setting] : undefined
  const path = [index, 'settings', setting]
  const isName = (name: unknown): name is string => typeof name === 'string' && name !== ''
  if (isName(given)) return [{ name: given, path, isCode: false }]
  if (!Array.isArray(given) || !given.every(isName)) return []
  return given.map((name, at) => ({ name, path: [...path, at], isCode: false }))
}

/** The same with what the files hold in place of their names. Pure: nothing is read here. */
export function withNamedFiles(
  entries: readonly GuardrailEntry[],
  files: readonly NamedFile[],
  fault: FaultIn,
): readonly GuardrailEntry[] {
  return entries.map((entry, index) => {
    let { settings } = entry
    const codeFile = codeFileOf(entry.detector)
    // Code comes from a file that whoever runs the gateway has put there, and by no other way.
    if (codeFile !== undefined && settings !== undefined && typeof settings[codeFile] !== 'string')
      settings = Object.fromEntries(Object.entries(settings).filter(([name]) => name !== codeFile))
    for (const { path, name, isCode } of fileSettings([entry])) {
      const setting = String(path[2])
      const at = [index, ...path.slice(1)]
      const file = files.find((one) => one.name === name)
      if (file === undefined)
        fault(at, `\`${setting}\` names a file, and files are only read beside a configuration file.`)
      const { [setting]: _name, ...others } = settings ?? {}
      settings = others
      if (file === undefined) continue
      if (isCode) {
        settings = { ...settings, [setting]: codeOf(file) }
        continue
      }
      const list = listFilesOf(entry.detector)[setting]
      const own = list === undefined ? undefined : (settings[list.list] ?? [])
      if (list === undefined || !Array.isArray(own)) continue
      settings = { ...settings, [list.list]: [...own, ...held(file.text, list.holds, (message) => fault(at, message))] }
    }
    return settings === undefined ? entry : { ...entry, settings }
  })
}

function codeOf({ name, text, facts }: NamedFile): Settings[string] {
  const { rule, span } = facts ?? {}
  return {
    name: basename(name),
    text,
    ...(rule === undefined ? {} : { rule }),
    ...(span === undefined ? {} : { span }),
  }
}

function codeFileOf(detector: string): string | undefined {
  return Object.hasOwn(detectors, detector) ? detectors[detector]?.codeFile : undefined
}

function listFilesOf(detector: string): NonNullable<Detector['listFiles']> {
  return (Object.hasOwn(detectors, detector) ? detectors[detector]?.listFiles : undefined) ?? {}
}

type Settings = NonNullable<GuardrailEntry['settings']>

/** A fault quotes nothing of it. */
function held(text: string, holds: ListFile['holds'], fault: (message: string) => void): Settings[string][] {
  const values = holds === 'json-lines' ? jsonLines(text, fault) : holds === 'lines' ? plainLines(text) : [text]
  if (text.trim() === '') fault('The file is empty.')
  return values
}

function plainLines(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
}

function jsonLines(text: string, fault: (message: string) => void): Settings[string][] {
  const values: Settings[string][] = []
  for (const [index, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue
    try {
      values.push(JSON.parse(line))
    } catch {
      fault(`Line ${index + 1} of the file is not JSON.`)
      return values
    }
  }
  return values
}
