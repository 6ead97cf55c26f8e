/** Where it happened, never what was said: a fault's message may quote a body. */
export function describeFault(fault: unknown): string {
  if (!(fault instanceof Error)) return typeof fault
  const cause = fault.cause instanceof Error ? fault.cause : fault
  return `${cause.name} ${cause.stack?.split('\n').slice(1, 6).join(' ').replaceAll(/\s+/g, ' ') ?? ''}`
}
