import { type DetectorIo, offline } from '../core/inspection/detector-io.ts'
import type { Guardrails } from '../core/inspection/guardrail.ts'
import { createDetectorHosts } from '../server/local-detectors/detector-hosts.ts'
import { createLocalClassifiers } from '../server/local-models/local-classifiers.ts'
import { printable } from './command.ts'

const PATIENCE = 10

/**
 * Nobody outside of this machine is asked, but by `outside`; detectors of files and models of folders work, as in the gateway: their processes and
 * threads end with what was to be done.
 */
export async function withLocalDetectors<Result>(
  used: readonly Pick<Guardrails, 'detectors'>[],
  work: (io: DetectorIo) => Promise<Result>,
  outside: Partial<DetectorIo> = {},
): Promise<Result> {
  const hosts = createDetectorHosts()
  const classifiers = createLocalClassifiers()
  const hooks = {
    tell: () => undefined,
    warn: (message: string) => void process.stderr.write(`${printable(message)}\n`),
  }
  const all = used.flatMap(({ detectors }) => [...detectors.values()])
  const folders = all.flatMap(({ localModel }) => localModel ?? [])
  hosts.configure(all.flatMap(({ localFile }) => localFile ?? []))
  hosts.serve(hooks)
  classifiers.configure(folders)
  classifiers.serve(hooks)
  try {
    // Else what is asked first would be late, as models and processes take long to be loaded. One that is not has said why.
    await hosts.loaded()
    await Promise.allSettled(folders.map((folder) => classifiers.classify(folder, 'Hello')))
    return await work({ ...offline, ...outside, askFile: patiently(hosts.ask), classify: classifiers.classify })
  } finally {
    await classifiers.close()
    await hosts.close()
  }
}

/** No call waits for it, and a machine that is at work elsewhere is no verdict. */
function patiently(ask: DetectorIo['askFile']): DetectorIo['askFile'] {
  return (file, question, patience) => ask(file, question, { ...patience, timeoutMs: patience.timeoutMs * PATIENCE })
}
