/** Files that settings of guardrails name, and what becomes of what they hold. */
import { basename } from 'node:path'
import { detectors } from '../../catalog/detectors.generated.ts'
import type { Detector } from '../../core/inspection/detection.ts'
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
    const named = [...Object.keys(lineFilesOf(detector)), ...(codeFile === undefined ? [] : [codeFile])]
    return named.flatMap((setting): FileSetting[] => {
      const name = Object.hasOwn(settings, setting) ? settings[setting] : undefined
      const path = [index, 'settings', setting]
      return typeof name === 'string' && name !== '' ? [{ path, name, isCode: setting === codeFile }] : []
    })
  })
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
      const setting = String(path.at(-1))
      const list = lineFilesOf(entry.detector)[setting]
      const file = files.find((one) => one.name === name)
      if (settings === undefined || (list === undefined && !isCode)) continue
      const at = [index, 'settings', setting]
      const { [setting]: _name, ...others } = settings
      settings = others
      if (file === undefined) {
        fault(at, `\`${setting}\` names a file, and files are only read beside a configuration file.`)
        continue
      }
      if (list === undefined) {
        settings = { ...settings, [setting]: codeOf(file) }
        continue
      }
      const own = settings[list] ?? []
      if (!Array.isArray(own)) continue
      settings = { ...settings, [list]: [...own, ...linesOf(file.text, (message) => fault(at, message))] }
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

function lineFilesOf(detector: string): NonNullable<Detector['lineFiles']> {
  return (Object.hasOwn(detectors, detector) ? detectors[detector]?.lineFiles : undefined) ?? {}
}

type Settings = NonNullable<GuardrailEntry['settings']>

/** One JSON value a line. A fault quotes nothing of it. */
function linesOf(text: string, fault: (message: string) => void): Settings[string][] {
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
  if (values.length === 0) fault('The file is empty.')
  return values
}
