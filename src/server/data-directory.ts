import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** Makes the directory, readable by its owner only, and takes it for this process. Throws a sentence when another gateway has it. */
export function openDataDirectory(path: string): { release(): void } {
  mkdirSync(path, { recursive: true, mode: 0o700 })
  const lock = join(path, 'lock')
  for (let attempt = 0; attempt < 2; attempt++) {
    try {
      writeFileSync(lock, String(process.pid), { flag: 'wx' })
      return { release: () => rmSync(lock, { force: true }) }
    } catch (fault) {
      if ((fault as NodeJS.ErrnoException).code !== 'EEXIST') throw fault
      const owner = Number(readFileSync(lock, 'utf8'))
      if (isRunning(owner)) {
        throw new Error(
          `The data directory ${path} is in use by the gateway with process id ${owner}; stop it, or choose another with --data.`,
        )
      }
      // Its owner was killed.
      rmSync(lock, { force: true })
    }
  }
  throw new Error(`The data directory ${path} cannot be locked.`)
}

function isRunning(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0 || pid === process.pid) return false
  try {
    process.kill(pid, 0)
    return true
  } catch (fault) {
    return (fault as NodeJS.ErrnoException).code === 'EPERM'
  }
}
