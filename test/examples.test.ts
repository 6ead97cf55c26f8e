import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { demoModelNames } from '../src/server/demo/demo-answer.ts'
import { startTestGateway, type TestGateway } from './support/gateway.ts'

const run = promisify(execFile)
const root = join(import.meta.dirname, '..')
let gateway: TestGateway
let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'portcullis-documents-'))
  const file = join(root, 'examples/detectors/ticket-number.ts')
  // A busy machine may take longer than the usual time for the first text.
  const guardrail = { id: 'tickets', detector: 'local', settings: { file, timeoutMs: 10_000 } }
  const inspection = { images: { maxPixels: 16_000_000 } }
  gateway = await startTestGateway({ config: { guardrails: [guardrail], inspection } })
})
afterAll(async () => {
  await gateway.close()
  await rm(folder, { recursive: true })
})

const outputs: Readonly<Record<string, string>> = {
  'analytics.ts': 'search: 2 calls, 0 errors, 0.000003 USD\nmail: 1 calls, 0 errors, 0.0000015 USD\n',
  'batch.ts': 'line-0 [demo] Hello\nline-1 [demo] Good night\n',
  'message-batch.ts': 'request-0 [demo] Hello\nrequest-1 [demo] Good night\n',
  'bedrock-client.ts': '[demo] Hello\n[demo] Hello\n',
  'openai-client.ts': '[demo] Hello\n[demo] Hello\n',
  'anthropic-client.ts': '[demo] Hello\n7 tokens in, 2 out\n',
  'google-client.ts': '[demo] Hello\n6 tokens, about\n',
  'guardrails.ts': 'redact: secrets/aws-access-key\nallow: nothing found\n',
  'image-limits.ts':
    'image_over_limit: Image 1 has 20000 × 20000 pixels, and this gateway takes at most 16000000 (inspection.images.maxPixels).\n',
  'own-detector.ts': 'ticket-number: TCK-004711\n',
  'feedback.ts': '[demo] Hello\nsuccess\n',
  'agent-spans.ts': '[demo] Hello\nsent\n',
  'cohere-client.ts': '[demo] Hello (COMPLETE)\n',
  'portkey-client.ts': '[demo] Hello\n',
  'vercel-ai.ts': '[demo] Hello\n',
}

describe('the examples', () => {
  it.each(Object.entries(outputs))('%s runs against a fresh gateway', async (file, output) => {
    const { stdout } = await run(process.execPath, [join(root, 'examples', file)], {
      env: {
        ...process.env,
        PORTCULLIS_URL: gateway.url,
        PORTCULLIS_KEY: gateway.key,
        PORTCULLIS_CONTROL_URL: gateway.controlUrl,
        PORTCULLIS_ADMIN_TOKEN: gateway.adminToken,
      },
    })
    expect(stdout).toBe(output)
  })

  it('are all run here', async () => {
    const files = await readdir(join(root, 'examples'))
    expect(files.filter((name) => name.endsWith('.ts')).sort()).toEqual(Object.keys(outputs).sort())
  })
})

const documents = ['README.md', 'SECURITY.md', 'CONTRIBUTING.md', 'docs', 'docs/guides', 'docs/decisions']

async function pages(): Promise<readonly string[]> {
  const found = await Promise.all(
    documents.map(async (place) =>
      place.endsWith('.md')
        ? [place]
        : (await readdir(join(root, place))).filter((name) => name.endsWith('.md')).map((name) => join(place, name)),
    ),
  )
  return found.flat()
}

describe('the documents', () => {
  it('link to files that are there', async () => {
    const dead: string[] = []
    for (const page of await pages()) {
      const text = await readFile(join(root, page), 'utf8')
      for (const [, target = ''] of text.matchAll(/\]\(((?!https?:)[^)#]+)[^)]*\)/g)) {
        if (!existsSync(join(root, dirname(page), target))) dead.push(`${page}: ${target}`)
      }
    }
    expect(dead).toEqual([])
  })

  it('have an index of the guides that leaves none out', async () => {
    const index = await readFile(join(root, 'docs/guides/README.md'), 'utf8')
    const guides = (await readdir(join(root, 'docs/guides'))).filter((name) => name !== 'README.md')
    expect(guides.filter((name) => !index.includes(`](${name})`))).toEqual([])
  })

  it('name tests that are there', async () => {
    const text = await readFile(join(root, 'SECURITY.md'), 'utf8')
    const named = [...text.matchAll(/`((?:src|test)\/[^`]+)`/g)].map(([, path = '']) => path)
    expect(named.length).toBeGreaterThan(5)
    expect(named.filter((path) => !existsSync(join(root, path)))).toEqual([])
  })

  it('show configurations that are valid', async () => {
    // Two guides show a model in a folder; what is in its files nobody reads before the start.
    for (const model of ['models/all-MiniLM-L6-v2', 'models/prompt-guard-2']) {
      await mkdir(join(folder, model, 'onnx'), { recursive: true })
      for (const name of ['config.json', 'tokenizer.json', 'tokenizer_config.json', 'onnx/model.onnx'])
        await writeFile(join(folder, model, name), '{}')
    }
    // And one a detector of a file.
    await cp(join(root, 'examples/detectors'), join(folder, 'detectors'), { recursive: true })
    const files: string[] = []
    for (const page of await pages()) {
      const text = await readFile(join(root, page), 'utf8')
      for (const [, yaml = ''] of text.matchAll(/```yaml\n(.*?)```/gs)) {
        const file = `${files.length}.yaml`
        await writeFile(join(folder, file), yaml)
        files.push(file)
      }
    }
    expect(files.length).toBeGreaterThan(1)
    const { stdout } = await run(process.execPath, [join(root, 'bin/portcullis.js'), 'config', 'check', ...files], {
      cwd: folder,
    })
    expect(stdout.match(/ is valid: /g)).toHaveLength(files.length)
  })

  it('hold snippets that run as they stand and print the answer', async () => {
    await symlink(join(root, 'node_modules'), join(folder, 'node_modules'))
    const readme = await readFile(join(root, 'README.md'), 'utf8')
    const snippets = [...readme.matchAll(/```ts\n(.*?)```/gs)].map(([, text = '']) => text)
    expect(snippets).toHaveLength(3)
    for (const [index, snippet] of snippets.entries()) {
      const file = join(folder, `snippet-${index}.mts`)
      await writeFile(file, snippet.replaceAll('http://127.0.0.1:8787', gateway.url))
      const { stdout } = await run(process.execPath, [file], {
        env: { ...process.env, PORTCULLIS_KEY: gateway.key },
      })
      expect(stdout).toBe('[demo] Hello\n')
    }
  })

  it('hold snippets that a strict compiler takes', async () => {
    const sources = join(folder, 'strict')
    await mkdir(sources)
    await symlink(join(root, 'node_modules'), join(sources, 'node_modules'))
    let count = 0
    for (const page of await pages()) {
      // Contributors write theirs inside the source tree.
      if (page === 'CONTRIBUTING.md') continue
      const text = await readFile(join(root, page), 'utf8')
      for (const [, snippet = ''] of text.matchAll(/```ts\n(.*?)```/gs))
        await writeFile(join(sources, `snippet-${count++}.mts`), snippet)
    }
    expect(count).toBeGreaterThan(2)
    // What `tsc --init` and most templates have: strict, and no more.
    const compilerOptions = {
      strict: true,
      module: 'nodenext',
      target: 'es2024',
      types: ['node'],
      skipLibCheck: true,
      noEmit: true,
    }
    await writeFile(join(sources, 'tsconfig.json'), JSON.stringify({ compilerOptions }))
    const compiler = join(root, 'node_modules/.bin/tsc')
    const told = await run(compiler, ['-p', sources]).catch((fault: { stdout: string }) => fault)
    expect(told.stdout).toBe('')
  })

  it('begin with a README that names the demo models that there are', async () => {
    const readme = await readFile(join(root, 'README.md'), 'utf8')
    const [, line = ''] = /^Models of `demo`: (.*?)\.$/ms.exec(readme) ?? []
    const named = [...line.matchAll(/`([\w-]+)`/g)].map(([, name]) => name)
    expect(named).toEqual([...demoModelNames])
  })

  it('begin with a README under 120 lines', async () => {
    expect((await readFile(join(root, 'README.md'), 'utf8')).split('\n').length).toBeLessThan(120)
  })
})
