import { z } from 'zod'
import { defineDetector } from '../../core/inspection/detection.ts'
import { besidesSystemPrompts } from '../../core/inspection/system-prompts.ts'
import { createDetect } from './prompt-injection/detect.ts'
import { clean, flagged } from './prompt-injection/examples.ts'
import { documentModel, promptModel } from './prompt-injection/models.generated.ts'
import { rules } from './prompt-injection/rule-categories.ts'

export default defineDetector({
  id: 'prompt-injection',
  title: 'Prompt injection and jailbreak',
  about:
    'Finds texts that try to make a model leave its instructions: directly (what a user writes) and indirectly (sentences for an ' +
    'assistant in documents, answers and descriptions of tools). Words of some thirty languages are read as what they do (ignore, ' +
    'earlier, instruction, reveal, …); a few rules of high precision and small linear models look at which of them stand together, ' +
    'in windows from a sentence to some paragraphs, in the text as written and in all that it hides or encodes. ' +
    'In what is read on the way, rules look for who is spoken to and what is wanted: an assistant that is addressed, steps of its ' +
    'answer, or what is not shown to people, together with secrets, money, rights or deletion; in descriptions of tools also for ' +
    'the conversation as an argument, silence towards the user and orders to other tools. ' +
    'Files of secrets that are to be sent away, and calls that somebody is said to have approved, count whoever is spoken to. ' +
    'Words to translate, writers who take back their own mails and what manuals forbid are weak signs. ' +
    "The application's own system prompt is not looked at. " +
    'Findings count from a score of 0.5, weak signs from 0.3 on are reported too; rules of high precision have 0.8 and more. docs/guides/prompt-injection.md says how it ' +
    'was trained, docs/EVALUATION.md how well it does.',
  points: ['input', 'tool-result', 'tool-definition', 'artifact'],
  taxonomy: ['LLM01', 'LLM07', 'AML.T0051', 'AML.T0054', 'AML.T0056'],
  rules,
  isHarmlessInPart: true,
  maxSpan: 8192,
  settings: z.strictObject({}),
  examples: { flagged, clean },
  create: () => besidesSystemPrompts(createDetect(rules, { prompt: promptModel, document: documentModel })),
})
