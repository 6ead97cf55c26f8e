#!/usr/bin/env node
// Plain JavaScript for any Node from 20 on: its only work is to find a Node that can run the program.
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, realpathSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const needed = [24, 12]
const neededText = `Node ${needed.join('.')} or newer`
const here = dirname(realpathSync(fileURLToPath(import.meta.url)))
const source = join(here, '../src/cli/main.ts')
// A checkout runs its sources; the published package has only what was built from them.
const program = existsSync(source) ? source : join(here, '../dist/cli/main.js')

if (isEnough(process.versions.node)) {
  await import(program)
} else {
  const node = findNode() ?? nodeOfNpm(['--offline']) ?? fetchedNode()
  if (node === undefined) {
    console.error(`Portcullis needs ${neededText}, and no such Node was found; set PORTCULLIS_NODE to one.`)
    process.exit(1)
  }
  // That Node itself and not through npm, which keeps signals to itself.
  const child = spawn(node, [program, ...process.argv.slice(2)], { stdio: 'inherit' })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  child.on('error', ({ message }) => {
    console.error(`${node} cannot be started (${message}); set PORTCULLIS_NODE to another.`)
    process.exit(1)
  })
  child.on('exit', (code, signal) => process.exit(code ?? (signal ? 1 : 0)))
}

/** The first Node that is new enough: the one named, one installed beside this package, any on the PATH. */
function findNode() {
  const name = process.platform === 'win32' ? 'node.exe' : 'node'
  const places = [process.env.PORTCULLIS_NODE]
  for (let folder = here; ; folder = dirname(folder)) {
    places.push(join(folder, 'node_modules/node/bin', name))
    if (dirname(folder) === folder) break
  }
  for (const folder of (process.env.PATH ?? '').split(process.platform === 'win32' ? ';' : ':'))
    places.push(join(folder, name))
  return places.find((place) => {
    if (!place || !existsSync(place)) return false
    const { stdout } = spawnSync(place, ['--version'], { encoding: 'utf8' })
    return isEnough((stdout ?? '').trim().replace(/^v/, ''))
  })
}

function fetchedNode() {
  console.error(
    `Portcullis needs ${neededText} and this is ${process.versions.node}: fetching Node 26 through npm (set PORTCULLIS_NODE to choose another).`,
  )
  return nodeOfNpm([])
}

/** The path of the Node 26 that npm has in its cache, or gets. */
function nodeOfNpm(options) {
  const { stdout } = spawnSync(
    'npm',
    ['exec', '--yes', ...options, '--package=node@26', '--', 'node', '-p', 'process.execPath'],
    {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', options.length > 0 ? 'ignore' : 'inherit'],
      // npm is a script there.
      shell: process.platform === 'win32',
    },
  )
  const path = (stdout ?? '').trim().split('\n').at(-1)
  return path && existsSync(path) ? path : undefined
}

function isEnough(version) {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  return major > needed[0] || (major === needed[0] && minor >= needed[1])
}
