import { GatewayError } from '../../core/errors.ts'

export function errorBody(error: GatewayError): object {
  return {
    error: {
      code: error.code,
      message: error.message,
      ...(error.param === undefined ? {} : { param: error.param }),
      help: error.help,
    },
  }
}

export function sendProblem(fault: unknown): Response {
  const error =
    fault instanceof GatewayError
      ? fault
      : new GatewayError('internal_error', 'The control plane failed; the fault was logged.')
  return Response.json(errorBody(error), { status: error.status })
}
