import { hashKey } from '../registry/virtual-keys.ts'
import { configOutline } from '../server/config/outline.ts'
import { readConfigFile } from '../server/config/read-file.ts'
import { jsonLine, printable, UsageError } from './command.ts'
import { askControl } from './control-client.ts'

/** What a gateway would change if it read this file now. Exit 0: nothing. */
export async function diff(file: string, url: string | undefined, isJson: boolean): Promise<number> {
  const { data } = (await trouble(() => askControl(url, '/api/v1/config'))) as { data: Record<string, string> }
  const token = process.env['PORTCULLIS_ADMIN_TOKEN'] ?? ''
  const wanted = await trouble(() => configOutline(readConfigFile(file), hashKey(token)))
  const changes = changesOf(data, wanted)
  if (isJson) process.stdout.write(jsonLine({ file, changes }))
  else for (const change of changes) process.stdout.write(`${printable(lineOf(change))}\n`)
  return changes.length === 0 ? 0 : 1
}

interface Change {
  readonly path: string
  /** In the running gateway; absent: not there. */
  readonly running?: string
  /** In the file. */
  readonly file?: string
}

function changesOf(running: Readonly<Record<string, string>>, file: Readonly<Record<string, string>>): Change[] {
  const paths = new Set([...Object.keys(running), ...Object.keys(file)])
  const of = (values: Readonly<Record<string, string>>, path: string) =>
    Object.hasOwn(values, path) ? values[path] : undefined
  return [...paths].flatMap((path) => {
    const [before, after] = [of(running, path), of(file, path)]
    if (before === after) return []
    return [
      {
        path,
        ...(before === undefined ? {} : { running: before }),
        ...(after === undefined ? {} : { file: after }),
      },
    ]
  })
}

function lineOf({ path, running, file }: Change): string {
  if (running === undefined) return `+ ${path}: ${file}`
  return file === undefined ? `- ${path}: ${running}` : `~ ${path}: ${running} -> ${file}`
}

/** As `diff` does it, 1 says that there are changes; what could not be compared is another code. */
async function trouble<Result>(work: () => Result | Promise<Result>): Promise<Result> {
  try {
    return await work()
  } catch (fault) {
    throw new UsageError((fault as Error).message)
  }
}
