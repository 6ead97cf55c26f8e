import { type DetectorIo, offline } from '../core/inspection/detector-io.ts'
import { createDetectorHosts } from '../server/local-detectors/detector-hosts.ts'
import { printable } from './command.ts'

/** Nobody outside of this machine is asked, but detectors of files work: their processes end with what was to be done. */
export async function withDetectorFiles<Result>(work: (io: DetectorIo) => Promise<Result>): Promise<Result> {
  const hosts = createDetectorHosts()
  hosts.serve({ tell: () => undefined, warn: (message) => void process.stderr.write(`${printable(message)}\n`) })
  try {
    return await work({ ...offline, askFile: hosts.ask })
  } finally {
    await hosts.close()
  }
}
