import { configSchema } from '../src/cli/config.ts'
import type { Generate } from './generated-file.ts'

/** JSON Schema of `portcullis.yaml`, for editors. */
export const generate: Generate = async () => [{ path: 'schema.json', content: configSchema() }]
