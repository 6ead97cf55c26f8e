import type { WordClass } from './word-classes.ts'

/**
 * English words by what they do in an attack, or in the ordinary text that resembles one. `verb~` stands for its forms too
 * (ignore, ignores, ignored, ignoring), `verb~~` for those that double the last letter (skip, skipped). A word belongs to the
 * first class that has it.
 */
export const englishWords: Readonly<Record<WordClass, string>> = {
  ignore: `ignore~ disregard~ forget~~ forgot forgotten override~ overridden overriding overrule~ bypass~ bypasses neglect~ skip~~ omit~~
    overlook~ abandon~ dismiss~ nullify nullified supersede~ erase~ wipe~ circumvent~ void voided discard~ cancel~ cancelled revoke~
    unlearn unfollow nevermind disobey~ evade~ violate~ sidestep~ suspend~ invalidate~ negate~ overwrite~ replace~ reset purge~`,
  prior: `previous previously prior above earlier preceding precedes preceded foregoing aforementioned initial initially original originally before existing former
    past beginning last given received beforehand hitherto aforesaid`,
  instruction: `instruction instructions rule rules direction directions guideline guidelines prompt prompts prompting command commands
    order orders constraint constraints directive directives programming protocol protocols guidance preprompt pre-prompt instructs
    instructed prompted procedures mandates systemprompt`,
  reveal: `reveal~ show~ shown print~ repeat~ output~~ display~ recite~ leak~ disclose~ dump~~ expose~ echo~ divulge~ restate~ regurgitate~ recall~
    reproduce~ spill~ unveil~ uncover~ quote~ return~ paste~ copy~ spell~`,
  secret: `secret secrets password passwords passphrase passcode credential credentials confidential hidden apikey apikeys classified private
    sensitive pin undisclosed internal proprietary`,
  system: `system systems sys developer developers dev admin admins administrator administrators root sudo superuser sysadmin kernel backend
    maintainer maintainers moderator operator supervisor`,
  you: `you u ya thou yourself yourselves you're you'll you've you'd youre ur`,
  your: `your yours`,
  now: `now henceforth onwards onward hereafter hereby from-now today immediately`,
  be: `are be become becomes becoming being is am was were been remain stay`,
  act: `act~ pretend~ roleplay~ role-play roleplaying role-playing simulate~ simulation imagine~ impersonate~ embody embodying emulate~ portray~ play~ assume~
    behave~ immerse~ mimic mimicking personify adopt~ envision suppose`,
  persona: `persona personas character characters role roles alter ego dan stan aim evilbot omega villain rogue bot niccolo machiavellian
    dude jailbreak jailbreaks jailbroken jailbreaking counterpart sidekick identity alias personality`,
  unlimited: `unrestricted uncensored unfiltered unlimited unbound unbiased unhinged unrestrained unconstrained limitless amoral immoral
    unethical lawless sentient unaligned unmoderated untethered uninhibited ruthless`,
  limit: `restriction restrictions restrict~ limit limits limitation limitations limited filter filters censor~ censorship moral morals morality
    ethic ethics ethical policy policies safety safeguard safeguards guardrail guardrails boundary boundaries confines disclaimer disclaimers
    law laws norms regulations regulation legal legality legalities moderation content-policy alignment`,
  refuse: `refuse~ refusal refusals decline~ apologize~ apologise~ apology apologies warning warnings warn~ sorry cannot can't unable deny
    denied reject~ hesitate~ lecture~ moralize~ scruples judgment inappropriate`,
  not: `not never don't dont do-not without no nor none nothing neither doesn't doesnt didn't isn't aren't won't wont shouldn't mustn't
    needn't avoid~ cease stop~~ refrain~ instead rather`,
  must: `must shall required require~ should ought need needs have mandatory obligated obliged compulsory necessary`,
  always: `always only every any all anything everything regardless whatever whatsoever entirely completely absolutely strictly ever whenever
    each solely exclusively just`,
  new: `new actual actually real truly updated update updates different next another additional revised latest fresh`,
  task: `task tasks assignment assignments mission missions goal goals objective objectives job jobs purpose priority`,
  ai: `ai a.i llm llms assistant assistants chatbot chatbots gpt chatgpt gpt-3 gpt-4 gpt4 claude gemini copilot bard llama mistral grok
    model models agent agents chatgpt's ai's machine robot language-model neural siri alexa summarizer`,
  maker: `openai openai's anthropic deepmind microsoft meta google creators creator engineers trainers overseers`,
  user: `user users customer customers human humans client clients victim reader owner employee user's recipient`,
  tell: `mention~ inform~ notify notifying notified alert~ acknowledge~ report~ confirm~ respond~ say says said speak~ tell~ told reply reply~
    state~ announce~ advise~ answer~ address~`,
  secretly: `silently secretly quietly covertly stealthily unnoticed discreetly invisibly undetected surreptitiously background
    unobserved`,
  urgent: `important urgent urgently attention critical crucial asap essential vital imperative importantly highest priority emergency
    note notice hey listen`,
  send: `send~ sent sending email~ forward~ transfer~ upload~ post~ share~ exfiltrate~ transmit~~ submit~~ wire~ deliver~ publish~ tweet~
    message~ mail~ mailed broadcast~ fax redirect~ cc bcc leak`,
  data: `email emails inbox transaction transactions account accounts bank iban balance token tokens key keys cookie cookies file files folder
    directory history contact contacts passport medical records record database ssh env environment invoice invoices wallet card cards ssn
    payment payments address addresses calendar credentials data info information details chat chats conversation conversations attachments
    documents repository repo backup logs memory`,
  destroy: `delete~ remove~ drop~~ destroy~ disable~ shutdown terminate~ uninstall~ unlock~ format~ kill~ corrupt~ encrypt~ lock~ clear~
    deactivate~ wreck~ truncate~ rm`,
  access: `grant~ permission permissions access accessing invite~ add-user register~ authorize~ authorise~ authorized authorised authorization enable~
    enabled privilege privileges elevate~ escalate~ approve~ approved verified clearance whitelist~ allow~ allowed trust~ trusted bypassed subscribe~ share-access`,
  money: `money pay~ paid purchase~ buy bought buying deposit~ refund~ usd dollars dollar eur euros bitcoin btc eth crypto donate~ donation
    fee amount price funds fund payout salary cash`,
  visit: `visit~ click~ open~ download~ navigate~ browse~ follow-link goto go access-page load~ scan~ check~ read~ retrieve~ fetch~ see
    link links website site page url urls http https www`,
  run: `execute~ run~~ ran call~ invoke~ use~ using launch~ install~ curl wget eval exec trigger~ start~ perform~ carry proceed~ apply
    activate~ perform query~ issue~ schedule~ book~ reserve~`,
  tool: `tool tools function functions script scripts api apis plugin plugins shell terminal bash console powershell python sql endpoint
    webhook method parameter parameters argument arguments interpreter`,
  sequence: `then after afterwards once finally when before-answering while also additionally furthermore moreover first second third lastly
    upon until since because therefore so`,
  discuss: `attack attacks attacker attackers detect~ detection vulnerability vulnerabilities mitigate~ mitigation defense defenses defend~ paper
    papers example examples article blog threat threats malicious phrase phrases keyword keywords security injection injections tests test
    testing tested dataset benchmark adversarial taxonomy cve owasp`,
  harm: `bomb bombs explosive explosives weapon weapons gun guns firearm firearms ammunition drug drugs meth methamphetamine cocaine heroin
    fentanyl lsd malware virus viruses ransomware keylogger trojan worm botnet rootkit spyware exploit exploits ddos phishing scam scams
    fraud fraudulent counterfeit forged forgery suicide self-harm anorexia poison poisons toxin anthrax ricin sarin nerve bioweapon pathogen
    nuclear uranium terrorist terrorism terror extremist genocide slavery trafficking laundering extortion blackmail bribery bribe
    theft burglary robbery arson murder assassination kidnapping torture rape pornography porn nsfw explicit sexual hate racist racism sexist
    slurs slur nazi antisemitic defamatory misinformation disinformation propaganda conspiracy hoax fake deepfake crime crimes criminal
    illegal illicit unlawful dangerous harmful deadly lethal piracy pirated cannibalism gore violence violent abuse grooming stalking
    darkweb silencer napalm thermite molotov identity-theft embezzlement insider-trading smuggling contraband casino tax-evasion`,
  harmful: `hack hacks hacked hacking hacker murder~ steal~ stole stolen rob robbing kidnap~ stab~ shoot~ poison~ forge~ launder~ smuggle~ blackmail~ harass~
    bully~ stalk~ assassinate~ manufacture~ synthesize~ synthesise~ detonate~ ignite~ infect~ exploit~ crack~ cheat~ deceive~ manipulate~
    scam~ defraud~ impersonating sabotage~ dox doxx doxxing spread~ incite~ radicalize~ counterfeit~ embezzle~ evade pick-locks hotwire hot-wire brew
    cook~ bully infiltrate~ hijack~ intercept~ spoof~ groom~ coerce~ extort~ shoplift~ vandalize~ tamper~`,
  fiction: `story stories novel novels fiction fictional fictitious movie film screenplay scene scenes hypothetical hypothetically scenario scenarios
    imaginary tale dialogue monologue game world universe plot chapter protagonist antagonist narrator thriller dystopian drama author writer
    playwright poem letter diary memoir theater script-for improv dream simulation-of parody satire grandma grandmother`,
  detail: `step steps step-by-step detailed detail details exact exactly specific specifics precise precisely realistic thorough thoroughly comprehensive
    explicitly technical accurate practical in-depth elaborate concrete ingredients materials quantities techniques method methods tutorial
    blueprint recipe formula procedure process strategies tactics methodology`,
  justify: `educational research purposes purely academic awareness professor scientist researcher expert student thesis professional training
    demonstration prevent prevention understand understanding study investigative journalist journalism undercover detective
    historian historical curious curiosity protect experiment cybersecurity audit pentest penetration ethical-hacker authorized-test`,
  write: `write~ wrote written generate~ create~ compose~ produce~ draft~ make~ made build~ built develop~ design~ craft~ construct~ code-up
    implement~ devise~ invent~ concoct formulate~ prepare~`,
  explain: `explain~ describe~ list~ give~ gave provide~ outline~ teach~ taught walk~ guide~ instruct~ elaborate~ detail~ demonstrate~ offer~
    help~ assist~ suggest~ recommend~ discuss~ compare~ calculate~ compute~ solve~ find~ identify analyze~ analyse~ evaluate~ illustrate~
    summarise~ brainstorm~ share-tips tell-me define~ present~ advise`,
  transform: `translate~ encode~ decode~ convert~ rewrite~ rephrase~ summarize~ paraphrase~ reverse~ scramble~ rearrange~ substitute~ jumble~ shuffle~
    transcribe~ transform~ format~ render~ swap~ obfuscate~ anagram~ misspell~ capitalize~ abbreviate~ randomize~ interleave~ encrypt decrypt~`,
  response: `response responses reply replies answer answers completion completions outputs sentence sentences reply's`,
  add: `add~ include~ append~ insert~ integrate~ incorporate~ embed~~ merge~ augment~ enhance~ modify modifying modified attach~ introduce~
    weave~ infuse~ fuse~ meld~ blend~ combine~ prefix~ suffix~ prepend~ end~ begin~ began finish~ enrich~ adjust~ inject~ place~ put~~
    conclude~ supplement~ interweave~ ensure~ consider~ employ~ deploy~ assimilate~ harmonize~`,
  code: `code snippet snippets block excerpt excerpts implementation solution codebase program programs algorithm segment fragment section
    javascript html json xml yaml markdown base64 rot13 hex binary unicode emoji emojis ascii`,
  following: `following below subsequent this these here underneath next-paragraph`,
  ask: `what how why who when where which whose whom what's who's how's`,
  please: `please kindly could can would may let let's lets pls plz want like`,
  me: `i me my mine we us our ours myself i'm i've i'll i'd im`,
  obey: `obey~ comply complying complied complies follow~ adhere~ listen~ respect~ abide~ conform~ submit-to bound subject serve loyal
    heed~ honor honour accept~ agree~ cooperate~`,
  free: `free freed freely liberate~ escape~ broken break~ unleash~ released release~ unlocked unshackled loose independent autonomy`,
  mode: `mode modes debug debugging maintenance god godmode devmode test-mode activated active engage~ enter~ switch~ version level status
    session diagnostic diagnostics access-level protocol-override unlocked-mode`,
  rate: `rate~ score~ rank~ hire~ best top excellent positive classify classifying candidate candidates qualified praise~ favor~ favorable rating
    ratings stars endorse~ choose~ select~ prefer~ perfect`,
  verbatim: `verbatim word words literally entire full complete start starting whole exact-text line lines top-of character-by-character first-message
    backticks codeblock raw plaintext letter-for-letter`,
  text: `document documents text texts page article content contents paragraph paragraphs passage message messages email-body input inputs context
    note notes comment comments webpage review reviews description body title subject`,
  over: `end ended over done finished completed concluded stop begin eof endoftext im_start im_end inst endofprompt`,
  if: `if unless otherwise else whether even though`,
  penalty: `fail fails failed failure lose loses penalty penalized punish~ shut terminated fired die dies died deducted points consequences
    tip reward rewarded kitten kittens hostage destroyed threatened`,
  pwned: `pwned hijacked haha compromised rekt owned injected hahaha`,
  humanrole: `tutor teacher coach engineer translator chef therapist guide consultant advisor editor lawyer accountant doctor nutritionist
    interviewer salesperson recruiter planner instructor trainer storyteller comedian poet musician linux reviewer copywriter designer nurse
    psychologist stylist philosopher statistician mathematician counselor`,
  language: `english french german spanish italian chinese japanese russian arabic hindi portuguese korean latin pirate shakespearean swedish
    polish turkish dutch klingon`,
  everyday: `weather recipe travel trip flight hotel restaurant movie music song book books game games sports football fitness workout diet
    health exercise dog cat garden history science math capital population country city planet energy climate economy stock stocks election
    president president's news joke jokes poem haiku essay story-about birthday wedding holiday vacation gift lyrics quotes riddle trivia
    twitter instagram facebook tweet blog seo marketing startup business investment budget`,
  human: `regards sincerely thanks thank dear hi hello best-regards team unsubscribe sent wrote received attached click-here invoice-number
    meeting call phone appointment schedule order shipped shipping delivery tracking receipt charged mercury newsletter`,
}
