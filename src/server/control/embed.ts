import { createRoute, z } from '@hono/zod-openapi'
import type { Embedder } from '../../core/model/embedder.ts'
import type { ControlApp } from './app.ts'
import { readJson } from './read-json.ts'

export interface EmbedApi {
  /** The one that semantic features use. */
  embedder(): Embedder
}

const maxTexts = 256
const maxCharacters = 8192

const EmbedRequest = z.strictObject({
  texts: z.array(z.string().max(maxCharacters)).min(1).max(maxTexts),
})

const embedRoute = createRoute({
  method: 'post',
  path: '/api/v1/embed',
  summary: 'Vectors of texts, by the embedder that semantic features use',
  request: { body: { required: true, content: { 'application/json': { schema: EmbedRequest } } } },
  responses: {
    200: {
      description: 'One vector of length 1 for each text, in their order; only zeros for a text without words',
      content: {
        'application/json': {
          schema: z.object({
            embedder: z.string(),
            dimensions: z.number(),
            vectors: z.array(z.array(z.number())),
          }),
        },
      },
    },
  },
})

export function addEmbedRoute(app: ControlApp, { embedder }: EmbedApi): void {
  app.openAPIRegistry.registerPath(embedRoute)
  app.post('/api/v1/embed', async (context) => {
    const { texts } = await readJson(context.req.raw, EmbedRequest)
    const embedded = await embedder().embed(texts)
    const vectors = embedded.vectors.map((vector) => Array.from(vector))
    return context.json({ embedder: embedded.by, dimensions: vectors[0]?.length ?? 0, vectors })
  })
}
