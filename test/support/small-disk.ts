import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A disk of its own, which a test can fill. */
export interface SmallDisk {
  readonly path: string
  /** Begins a command that sees the disk at `path`; this process does not. */
  readonly within: readonly string[]
  /** Takes the last byte. */
  fill(): void
  /** Gives back what `fill` took. */
  free(): void
  close(): Promise<void>
}

/**
 * Mounts one in a namespace of its own, which needs no rights where Linux lets users have namespaces, and is gone with the process
 * that holds it. Rejects with what the system says against it.
 */
export function mountSmallDisk(bytes: number): Promise<SmallDisk> {
  const place = mkdtempSync(join(tmpdir(), 'portcullis-disk-'))
  const script = `mount -t tmpfs -o size=${bytes} tmpfs "$0" && echo mounted && exec cat`
  const holder = spawn('unshare', ['--user', '--map-root-user', '--mount', 'sh', '-c', script, place])
  return new Promise((resolve, reject) => {
    let said = ''
    holder.stderr.on('data', (text) => {
      said += String(text)
    })
    holder.on('error', reject)
    holder.on('exit', () => reject(new Error(`No disk can be mounted: ${said}`)))
    holder.stdout.once('data', () => resolve(diskOf(holder, place)))
  })
}

function diskOf(holder: ChildProcess, place: string): SmallDisk {
  const filler = `/proc/${holder.pid}/root${place}/filler`
  return {
    path: place,
    within: ['nsenter', '--target', String(holder.pid), '--user', '--mount', '--preserve-credentials'],
    fill() {
      const file = openSync(filler, 'a')
      for (let size = 1 << 16; size >= 1; ) {
        try {
          writeSync(file, Buffer.alloc(size))
        } catch {
          size >>= 1
        }
      }
      closeSync(file)
    },
    free: () => rmSync(filler, { force: true }),
    async close() {
      const gone = new Promise((resolve) => holder.once('close', resolve))
      holder.stdin?.end()
      await gone
      rmSync(place, { recursive: true })
    },
  }
}
