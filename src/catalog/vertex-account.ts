import { pathStep } from '../core/model/path-step.ts'
import { type AccountOptions, bearer, type Provider } from '../core/model/provider.ts'
import type { JsonObject } from '../core/wire/json.ts'
import { withApiPath } from './base-url.ts'
import { googleExchange } from './credentials/google-credentials.ts'

/**
 * What all providers on Vertex AI have in common: project, location and credentials.
 * https://docs.cloud.google.com/docs/authentication/application-default-credentials
 */
export const vertexAccount = {
  environment: {
    apiKey: [],
    baseUrl: [],
    options: {
      project: ['GOOGLE_CLOUD_PROJECT', 'ANTHROPIC_VERTEX_PROJECT_ID'],
      location: ['GOOGLE_CLOUD_LOCATION', 'CLOUD_ML_REGION'],
    },
    together: { options: { credentialsFile: 'GOOGLE_APPLICATION_CREDENTIALS' } },
  },
  needsKey: true,
  authorize: bearer,
  exchange: googleExchange,
  addressOf: ({ location = defaultLocation }) => `https://${hostOf(location)}`,
  accountFault({ options: { project, location = defaultLocation, credentialSource } }) {
    if (credentialSource !== undefined && credentialSource !== 'metadata')
      return 'has a `credentialSource` that is none; it can be `metadata`'
    if (project === undefined) return 'needs the option `project`'
    if (!/^[a-z0-9-]+$/.test(location)) return 'has a `location` that is none, such as `europe-west4` or `global`'
    return undefined
  },
  options: {
    project: 'Id of the project in Google Cloud.',
    location: 'Location of the models, such as `europe-west4`, `eu` or `global`. Default `global`.',
    credentialsFile:
      'File with the JSON of a service account or of `gcloud auth application-default login`, in place of `apiKey`.',
    subjectTokenFile: 'File with the token of a workload, for credentials of the type `external_account`.',
    credentialSource:
      '`metadata`: the service account of the machine in Google Cloud that the gateway runs on, in place of `apiKey`.',
  },
} satisfies Partial<Provider>

const defaultLocation = 'global'

/** The project's part of the API below an account's address. */
export function vertexLocation(baseUrl: string, { project = '', location = defaultLocation }: AccountOptions): string {
  return withApiPath(baseUrl, `/v1/projects/${encodeURIComponent(project)}/locations/${location}`)
}

export function isClaude(model: string): boolean {
  return /^(?:anthropic\/)?claude-/.test(model)
}

/** Of Claude the model stands in the URL, as `claude-sonnet-4-5@20250929`, and the version of the API in the body. */
export const claudeUrl: NonNullable<Provider['url']> = ({ baseUrl, model, options, stream }) => {
  const name = pathStep(model.replace(/^anthropic\//, '')).replaceAll('%40', '@')
  const method = stream ? 'streamRawPredict' : 'rawPredict'
  return `${vertexLocation(baseUrl, options)}/publishers/anthropic/models/${name}:${method}`
}

export function withClaudeVersion({ model: _, ...body }: JsonObject): JsonObject {
  return { anthropic_version: 'vertex-2023-10-16', ...body }
}

/** https://docs.cloud.google.com/vertex-ai/generative-ai/docs/learn/locations: one region, several regions, all. */
function hostOf(location: string): string {
  if (location === 'global') return 'aiplatform.googleapis.com'
  return location.includes('-') ? `${location}-aiplatform.googleapis.com` : `aiplatform.${location}.rep.googleapis.com`
}
