import { type DetectorIo, offline } from '../core/inspection/detector-io.ts'
import type { Guardrails } from '../core/inspection/guardrail.ts'
import { createDetectorHosts } from '../server/local-detectors/detector-hosts.ts'
import { createLocalClassifiers } from '../server/local-models/local-classifiers.ts'
import { printable } from './command.ts'

/**
 * Nobody outside of this machine is asked, but detectors of files and models of folders work, as in the gateway: their processes and
 * threads end with what was to be done.
 */
export async function withLocalDetectors<Result>(
  used: readonly Pick<Guardrails, 'detectors'>[],
  work: (io: DetectorIo) => Promise<Result>,
): Promise<Result> {
  const hosts = createDetectorHosts()
  const classifiers = createLocalClassifiers()
  const hooks = {
    tell: () => undefined,
    warn: (message: string) => void process.stderr.write(`${printable(message)}\n`),
  }
  const folders = used.flatMap(({ detectors }) => [...detectors.values()]).flatMap(({ localModel }) => localModel ?? [])
  hosts.serve(hooks)
  classifiers.configure(folders)
  classifiers.serve(hooks)
  try {
    // Else what is asked first would be late, as a model takes long to be loaded. One that is not has said why.
    await Promise.allSettled(folders.map((folder) => classifiers.classify(folder, 'Hello')))
    return await work({ ...offline, askFile: hosts.ask, classify: classifiers.classify })
  } finally {
    await classifiers.close()
    await hosts.close()
  }
}
