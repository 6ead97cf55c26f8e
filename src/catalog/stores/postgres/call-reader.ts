import type { CallReader } from '../../../core/record/call-store.ts'
import { callQuestions } from '../record/call-questions.ts'
import { postgresMoments } from './call-database.ts'
import { checkCallSchema } from './schema.ts'
import { connectPostgres } from './session.ts'

/** Reads calls from the database at `url`. Throws `StoreFault`. */
export async function openPostgresCallReader(url: string): Promise<CallReader> {
  const session = await connectPostgres(url)
  try {
    await checkCallSchema(session)
  } catch (fault) {
    await session.close()
    throw fault
  }
  return { ...callQuestions(postgresMoments(session)), close: session.close }
}
