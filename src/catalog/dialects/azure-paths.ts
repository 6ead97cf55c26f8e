/**
 * Where clients of Azure OpenAI call what OpenAI has at `/v1` + `path`, besides `/openai/v1`: below a deployment, whose name is that of
 * the model. https://learn.microsoft.com/azure/foundry/openai/reference
 */
export function deploymentPaths(path: string): readonly string[] {
  return [`/openai/deployments/{model}${path}`, `/deployments/{model}${path}`]
}
