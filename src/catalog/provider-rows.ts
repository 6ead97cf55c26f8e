import { bearer, type Provider, type Surface } from '../core/model/provider.ts'
import { trimSlashes, withoutSuffix } from './base-url.ts'
import { anthropicMessages } from './dialects/anthropic-messages.ts'
import { openaiChat } from './dialects/openai-chat.ts'

/** What sets one row apart from the others: an API of Chat Completions behind a bearer key. */
interface Differences {
  readonly dialect?: typeof anthropicMessages
  /** Path, beside that of the base URL, under which the vendor serves Anthropic Messages too (`/v1/messages` follows). */
  readonly anthropicPath?: string
  /** `false` for servers on one's own machine. */
  readonly needsKey?: boolean
}

type Row = readonly [
  id: string,
  title: string,
  baseUrl: string,
  /** Its variable. The key of one vendor must not go to another, so no two rows share one. */
  keyVariable: string,
  docs: string,
  differences?: Differences,
]

/**
 * Providers that differ in nothing but data, in the order of their ids; one with a credential scheme or a quirk of its own
 * has a file in `providers/`. Addresses and variables are those of models.dev (MIT licence, 2026-07-02) and of the vendors'
 * documentation.
 */
// biome-ignore format: one line is one provider.
const rows: readonly Row[] = [
  ['01ai', '01.AI', 'https://api.lingyiwanwu.com/v1', 'LINGYI_API_KEY', 'https://platform.lingyiwanwu.com/docs'],
  ['302ai', '302.AI', 'https://api.302.ai/v1', '302AI_API_KEY', 'https://doc.302.ai'],
  ['abacus', 'Abacus', 'https://routellm.abacus.ai/v1', 'ABACUS_API_KEY', 'https://abacus.ai/help/api'],
  ['abliteration-ai', 'abliteration.ai', 'https://api.abliteration.ai/v1', 'ABLIT_KEY', 'https://docs.abliteration.ai/models'],
  ['ai21', 'AI21 Labs', 'https://api.ai21.com/studio/v1', 'AI21_API_KEY', 'https://docs.ai21.com/reference'],
  ['aihubmix', 'AIHubMix', 'https://aihubmix.com/v1', 'AIHUBMIX_API_KEY', 'https://docs.aihubmix.com'],
  ['alibaba', 'Alibaba', 'https://dashscope-intl.aliyuncs.com/compatible-mode/v1', 'DASHSCOPE_API_KEY', 'https://www.alibabacloud.com/help/en/model-studio/models', { anthropicPath: '/apps/anthropic' }],
  ['alibaba-cn', 'Alibaba (China)', 'https://dashscope.aliyuncs.com/compatible-mode/v1', 'ALIBABA_CN_API_KEY', 'https://www.alibabacloud.com/help/en/model-studio/models', { anthropicPath: '/apps/anthropic' }],
  ['alibaba-coding-plan', 'Alibaba Coding Plan', 'https://coding-intl.dashscope.aliyuncs.com/v1', 'ALIBABA_CODING_PLAN_API_KEY', 'https://www.alibabacloud.com/help/en/model-studio/coding-plan', { anthropicPath: '/apps/anthropic' }],
  ['alibaba-coding-plan-cn', 'Alibaba Coding Plan (China)', 'https://coding.dashscope.aliyuncs.com/v1', 'ALIBABA_CODING_PLAN_CN_API_KEY', 'https://help.aliyun.com/zh/model-studio/coding-plan', { anthropicPath: '/apps/anthropic' }],
  ['alibaba-token-plan', 'Alibaba Token Plan', 'https://token-plan.ap-southeast-1.maas.aliyuncs.com/compatible-mode/v1', 'ALIBABA_TOKEN_PLAN_API_KEY', 'https://www.alibabacloud.com/help/en/model-studio/token-plan-overview'],
  ['alibaba-token-plan-cn', 'Alibaba Token Plan (China)', 'https://token-plan.cn-beijing.maas.aliyuncs.com/compatible-mode/v1', 'ALIBABA_TOKEN_PLAN_CN_API_KEY', 'https://www.alibabacloud.com/help/zh/model-studio/token-plan-overview'],
  ['ambient', 'Ambient', 'https://api.ambient.xyz/v1', 'AMBIENT_API_KEY', 'https://ambient.xyz'],
  ['anyapi', 'AnyAPI', 'https://api.anyapi.ai/v1', 'ANYAPI_API_KEY', 'https://docs.anyapi.ai'],
  ['atomic-chat', 'Atomic Chat', 'http://127.0.0.1:1337/v1', 'ATOMIC_CHAT_API_KEY', 'https://atomic.chat', { needsKey: false }],
  ['auriko', 'Auriko', 'https://api.auriko.ai/v1', 'AURIKO_API_KEY', 'https://docs.auriko.ai'],
  ['baidu-qianfan', 'Baidu Qianfan', 'https://qianfan.baidubce.com/v2', 'QIANFAN_API_KEY', 'https://cloud.baidu.com/doc/qianfan-api/index.html'],
  ['bailing', 'Bailing', 'https://api.tbox.cn/api/llm/v1', 'BAILING_API_TOKEN', 'https://alipaytbox.yuque.com/sxs0ba/ling/intro'],
  ['baseten', 'Baseten', 'https://inference.baseten.co/v1', 'BASETEN_API_KEY', 'https://docs.baseten.co/inference/model-apis/overview'],
  ['berget', 'Berget.AI', 'https://api.berget.ai/v1', 'BERGET_API_KEY', 'https://api.berget.ai'],
  ['cerebras', 'Cerebras', 'https://api.cerebras.ai/v1', 'CEREBRAS_API_KEY', 'https://inference-docs.cerebras.ai/models/overview'],
  ['chutes', 'Chutes', 'https://llm.chutes.ai/v1', 'CHUTES_API_KEY', 'https://chutes.ai/docs'],
  ['clarifai', 'Clarifai', 'https://api.clarifai.com/v2/ext/openai/v1', 'CLARIFAI_PAT', 'https://docs.clarifai.com/compute/inference/'],
  ['claudinio', 'Claudinio', 'https://api.claudin.io/v1', 'CLAUDINIO_API_KEY', 'https://claudin.io'],
  ['cloudferro-sherlock', 'CloudFerro Sherlock', 'https://api-sherlock.cloudferro.com/openai/v1', 'CLOUDFERRO_SHERLOCK_API_KEY', 'https://docs.sherlock.cloudferro.com/'],
  ['cortecs', 'Cortecs', 'https://api.cortecs.ai/v1', 'CORTECS_API_KEY', 'https://docs.cortecs.ai'],
  ['crof', 'CrofAI', 'https://crof.ai/v1', 'CROF_API_KEY', 'https://crof.ai/docs'],
  ['deepinfra', 'Deep Infra', 'https://api.deepinfra.com/v1/openai', 'DEEPINFRA_API_KEY', 'https://deepinfra.com/models'],
  ['digitalocean', 'DigitalOcean', 'https://inference.do-ai.run/v1', 'DIGITALOCEAN_ACCESS_TOKEN', 'https://docs.digitalocean.com/products/gradient-ai-platform/details/models/'],
  ['dinference', 'DInference', 'https://api.dinference.com/v1', 'DINFERENCE_API_KEY', 'https://dinference.com'],
  ['drun', 'D.Run (China)', 'https://chat.d.run/v1', 'DRUN_API_KEY', 'https://www.d.run'],
  ['evroc', 'evroc', 'https://models.think.evroc.com/v1', 'EVROC_API_KEY', 'https://docs.evroc.com/products/think/overview.html'],
  ['fastrouter', 'FastRouter', 'https://go.fastrouter.ai/api/v1', 'FASTROUTER_API_KEY', 'https://fastrouter.ai/models'],
  ['featherless', 'Featherless', 'https://api.featherless.ai/v1', 'FEATHERLESS_API_KEY', 'https://featherless.ai/docs/getting-started'],
  ['freemodel', 'FreeModel', 'https://cc.freemodel.dev/v1', 'FREEMODEL_API_KEY', 'https://freemodel.dev', { dialect: anthropicMessages }],
  ['friendli', 'Friendli', 'https://api.friendli.ai/serverless/v1', 'FRIENDLI_TOKEN', 'https://friendli.ai/docs/guides/serverless_endpoints/introduction'],
  ['frogbot', 'FrogBot', 'https://app.frogbot.ai/api/v1', 'FROGBOT_API_KEY', 'https://docs.frogbot.ai'],
  ['gmicloud', 'GMI Cloud', 'https://api.gmi-serving.com/v1', 'GMICLOUD_API_KEY', 'https://docs.gmicloud.ai/inference-engine/api-reference/llm-api-reference'],
  ['helicone', 'Helicone', 'https://ai-gateway.helicone.ai/v1', 'HELICONE_API_KEY', 'https://helicone.ai/models'],
  ['hpc-ai', 'HPC-AI', 'https://api.hpc-ai.com/inference/v1', 'HPC_AI_API_KEY', 'https://www.hpc-ai.com/doc/docs/quickstart/'],
  ['huggingface', 'Hugging Face', 'https://router.huggingface.co/v1', 'HF_TOKEN', 'https://huggingface.co/docs/inference-providers'],
  ['hyperbolic', 'Hyperbolic', 'https://api.hyperbolic.xyz/v1', 'HYPERBOLIC_API_KEY', 'https://docs.hyperbolic.xyz/docs/rest-api'],
  ['iflowcn', 'iFlow', 'https://apis.iflow.cn/v1', 'IFLOW_API_KEY', 'https://platform.iflow.cn/en/docs'],
  ['inception', 'Inception', 'https://api.inceptionlabs.ai/v1', 'INCEPTION_API_KEY', 'https://platform.inceptionlabs.ai/docs'],
  ['inceptron', 'Inceptron', 'https://api.inceptron.io/v1', 'INCEPTRON_API_KEY', 'https://docs.inceptron.io'],
  ['inference', 'Inference', 'https://inference.net/v1', 'INFERENCE_API_KEY', 'https://inference.net/models'],
  ['io-net', 'IO.NET', 'https://api.intelligence.io.solutions/api/v1', 'IOINTELLIGENCE_API_KEY', 'https://io.net/docs/guides/intelligence/io-intelligence'],
  ['jiekou', 'Jiekou.AI', 'https://api.jiekou.ai/openai', 'JIEKOU_API_KEY', 'https://docs.jiekou.ai/docs/support/quickstart'],
  ['kilo', 'Kilo Gateway', 'https://api.kilo.ai/api/gateway', 'KILO_API_KEY', 'https://kilo.ai'],
  ['kimi-for-coding', 'Kimi For Coding', 'https://api.kimi.com/coding/v1', 'KIMI_API_KEY', 'https://www.kimi.com/code/docs/en/third-party-tools/other-coding-agents.html', { dialect: anthropicMessages }],
  ['kuae-cloud-coding-plan', 'KUAE Cloud Coding Plan', 'https://coding-plan-endpoint.kuaecloud.net/v1', 'KUAE_API_KEY', 'https://docs.mthreads.com/kuaecloud/kuaecloud-doc-online/coding_plan/'],
  ['lilac', 'Lilac', 'https://api.getlilac.com/v1', 'LILAC_API_KEY', 'https://docs.getlilac.com/inference/models'],
  ['llama', 'Llama', 'https://api.llama.com/compat/v1', 'LLAMA_API_KEY', 'https://llama.developer.meta.com/docs/models'],
  ['llama-cpp', 'llama.cpp server', 'http://127.0.0.1:8080/v1', 'LLAMA_CPP_API_KEY', 'https://github.com/ggml-org/llama.cpp/blob/master/tools/server/README.md', { needsKey: false }],
  ['llmgateway', 'LLM Gateway', 'https://api.llmgateway.io/v1', 'LLMGATEWAY_API_KEY', 'https://llmgateway.io/docs', { anthropicPath: '' }],
  ['llmtr', 'LLMTR', 'https://llmtr.com/v1', 'LLMTR_API_KEY', 'https://llmtr.com/docs'],
  ['lmstudio', 'LMStudio', 'http://127.0.0.1:1234/v1', 'LMSTUDIO_API_KEY', 'https://lmstudio.ai/models', { needsKey: false }],
  ['localai', 'LocalAI', 'http://127.0.0.1:8080/v1', 'LOCALAI_API_KEY', 'https://localai.io/basics/getting_started/', { needsKey: false }],
  ['lucidquery', 'LucidQuery', 'https://api.lucidquery.com/v1', 'LUCIDQUERY_API_KEY', 'https://lucidquery.com/docs'],
  ['meganova', 'Meganova', 'https://api.meganova.ai/v1', 'MEGANOVA_API_KEY', 'https://docs.meganova.ai'],
  ['minimax', 'MiniMax (minimax.io)', 'https://api.minimax.io/anthropic/v1', 'MINIMAX_API_KEY', 'https://platform.minimax.io/docs/guides/quickstart', { dialect: anthropicMessages }],
  ['minimax-cn', 'MiniMax (minimaxi.com)', 'https://api.minimaxi.com/anthropic/v1', 'MINIMAX_CN_API_KEY', 'https://platform.minimaxi.com/docs/guides/quickstart', { dialect: anthropicMessages }],
  ['minimax-cn-coding-plan', 'MiniMax Token Plan (minimaxi.com)', 'https://api.minimaxi.com/anthropic/v1', 'MINIMAX_CN_CODING_PLAN_API_KEY', 'https://platform.minimaxi.com/docs/token-plan/intro', { dialect: anthropicMessages }],
  ['minimax-coding-plan', 'MiniMax Token Plan (minimax.io)', 'https://api.minimax.io/anthropic/v1', 'MINIMAX_CODING_PLAN_API_KEY', 'https://platform.minimax.io/docs/token-plan/intro', { dialect: anthropicMessages }],
  ['mixlayer', 'Mixlayer', 'https://models.mixlayer.ai/v1', 'MIXLAYER_API_KEY', 'https://docs.mixlayer.com'],
  ['moark', 'Moark', 'https://moark.com/v1', 'MOARK_API_KEY', 'https://moark.com/docs/openapi/v1'],
  ['modelscope', 'ModelScope', 'https://api-inference.modelscope.cn/v1', 'MODELSCOPE_API_KEY', 'https://modelscope.cn/docs/model-service/API-Inference/intro'],
  ['moonshotai', 'Moonshot AI', 'https://api.moonshot.ai/v1', 'MOONSHOT_API_KEY', 'https://platform.moonshot.ai/docs/api/chat', { anthropicPath: '/anthropic' }],
  ['moonshotai-cn', 'Moonshot AI (China)', 'https://api.moonshot.cn/v1', 'MOONSHOTAI_CN_API_KEY', 'https://platform.moonshot.cn/docs/api/chat', { anthropicPath: '/anthropic' }],
  ['morph', 'Morph', 'https://api.morphllm.com/v1', 'MORPH_API_KEY', 'https://docs.morphllm.com/api-reference/introduction'],
  ['nano-gpt', 'NanoGPT', 'https://nano-gpt.com/api/v1', 'NANO_GPT_API_KEY', 'https://docs.nano-gpt.com'],
  ['nearai', 'NEAR AI Cloud', 'https://cloud-api.near.ai/v1', 'NEARAI_API_KEY', 'https://docs.near.ai/'],
  ['nebius', 'Nebius Token Factory', 'https://api.tokenfactory.nebius.com/v1', 'NEBIUS_API_KEY', 'https://docs.tokenfactory.nebius.com/'],
  ['neuralwatt', 'Neuralwatt', 'https://api.neuralwatt.com/v1', 'NEURALWATT_API_KEY', 'https://portal.neuralwatt.com/docs'],
  ['nova', 'Nova', 'https://api.nova.amazon.com/v1', 'NOVA_API_KEY', 'https://nova.amazon.com/dev/documentation'],
  ['novita-ai', 'NovitaAI', 'https://api.novita.ai/openai', 'NOVITA_API_KEY', 'https://novita.ai/docs/guides/introduction'],
  ['nscale', 'Nscale', 'https://inference.api.nscale.com/v1', 'NSCALE_SERVICE_TOKEN', 'https://docs.nscale.com/docs/inference/chat'],
  ['nvidia', 'Nvidia', 'https://integrate.api.nvidia.com/v1', 'NVIDIA_API_KEY', 'https://docs.api.nvidia.com/nim/'],
  ['ollama-cloud', 'Ollama Cloud', 'https://ollama.com/v1', 'OLLAMA_CLOUD_API_KEY', 'https://docs.ollama.com/cloud'],
  ['opencode', 'OpenCode Zen', 'https://opencode.ai/zen/v1', 'OPENCODE_API_KEY', 'https://opencode.ai/docs/zen', { anthropicPath: '/zen' }],
  ['opencode-go', 'OpenCode Go', 'https://opencode.ai/zen/go/v1', 'OPENCODE_GO_API_KEY', 'https://opencode.ai/docs/zen'],
  ['orcarouter', 'OrcaRouter', 'https://api.orcarouter.ai/v1', 'ORCAROUTER_API_KEY', 'https://docs.orcarouter.ai'],
  ['ovhcloud', 'OVHcloud AI Endpoints', 'https://oai.endpoints.kepler.ai.cloud.ovh.net/v1', 'OVHCLOUD_API_KEY', 'https://www.ovhcloud.com/en/public-cloud/ai-endpoints/catalog/'],
  ['parasail', 'Parasail', 'https://api.parasail.io/v1', 'PARASAIL_API_KEY', 'https://docs.parasail.io/parasail-docs'],
  ['poe', 'Poe', 'https://api.poe.com/v1', 'POE_API_KEY', 'https://creator.poe.com/docs/external-applications/openai-compatible-api'],
  ['poolside', 'Poolside', 'https://inference.poolside.ai/v1', 'POOLSIDE_API_KEY', 'https://platform.poolside.ai'],
  ['privatemode-ai', 'Privatemode AI', 'http://127.0.0.1:8080/v1', 'PRIVATEMODE_API_KEY', 'https://docs.privatemode.ai/api/overview', { needsKey: false }],
  ['qihang-ai', 'QiHang', 'https://api.qhaigc.net/v1', 'QIHANG_API_KEY', 'https://www.qhaigc.net/docs'],
  ['qiniu-ai', 'Qiniu', 'https://api.qnaigc.com/v1', 'QINIU_API_KEY', 'https://developer.qiniu.com/aitokenapi'],
  ['regolo-ai', 'Regolo AI', 'https://api.regolo.ai/v1', 'REGOLO_API_KEY', 'https://docs.regolo.ai/'],
  ['requesty', 'Requesty', 'https://router.requesty.ai/v1', 'REQUESTY_API_KEY', 'https://requesty.ai/solution/llm-routing/models'],
  ['routing-run', 'routing.run', 'https://ai.routing.sh/v1', 'ROUTING_RUN_API_KEY', 'https://docs.routing.run/api-reference/models'],
  ['sakana', 'Sakana AI', 'https://api.sakana.ai/v1', 'SAKANA_API_KEY', 'https://console.sakana.ai/models'],
  ['sambanova', 'SambaNova', 'https://api.sambanova.ai/v1', 'SAMBANOVA_API_KEY', 'https://docs.sambanova.ai/docs/en/api-reference/overview'],
  ['sarvam', 'Sarvam AI', 'https://api.sarvam.ai/v1', 'SARVAM_API_KEY', 'https://docs.sarvam.ai/api-reference-docs/getting-started/models'],
  ['scaleway', 'Scaleway', 'https://api.scaleway.ai/v1', 'SCALEWAY_API_KEY', 'https://www.scaleway.com/en/docs/generative-apis/'],
  ['sglang', 'SGLang server', 'http://127.0.0.1:30000/v1', 'SGLANG_API_KEY', 'https://docs.sglang.ai/basic_usage/openai_api.html', { needsKey: false }],
  ['siliconflow', 'SiliconFlow', 'https://api.siliconflow.com/v1', 'SILICONFLOW_API_KEY', 'https://cloud.siliconflow.com/models', { anthropicPath: '' }],
  ['siliconflow-cn', 'SiliconFlow (China)', 'https://api.siliconflow.cn/v1', 'SILICONFLOW_CN_API_KEY', 'https://cloud.siliconflow.com/models', { anthropicPath: '' }],
  ['stackit', 'STACKIT', 'https://api.openai-compat.model-serving.eu01.onstackit.cloud/v1', 'STACKIT_API_KEY', 'https://docs.stackit.cloud/products/data-and-ai/ai-model-serving/basics/available-shared-models'],
  ['stepfun', 'StepFun', 'https://api.stepfun.com/v1', 'STEPFUN_API_KEY', 'https://platform.stepfun.com/docs/zh/overview/concept'],
  ['stepfun-ai', 'StepFun AI', 'https://api.stepfun.ai/step_plan/v1', 'STEPFUN_AI_API_KEY', 'https://platform.stepfun.ai/docs/en/step-plan/integrations/open-code'],
  ['subconscious', 'Subconscious', 'https://api.subconscious.dev/v1', 'SUBCONSCIOUS_API_KEY', 'https://docs.subconscious.dev'],
  ['submodel', 'submodel', 'https://llm.submodel.ai/v1', 'SUBMODEL_INSTAGEN_ACCESS_KEY', 'https://submodel.gitbook.io'],
  ['synthetic', 'Synthetic', 'https://api.synthetic.new/openai/v1', 'SYNTHETIC_API_KEY', 'https://synthetic.new/pricing'],
  ['tencent-coding-plan', 'Tencent Coding Plan (China)', 'https://api.lkeap.cloud.tencent.com/coding/v3', 'TENCENT_CODING_PLAN_API_KEY', 'https://cloud.tencent.com/document/product/1772/128947'],
  ['tencent-hunyuan', 'Tencent Hunyuan', 'https://api.hunyuan.cloud.tencent.com/v1', 'HUNYUAN_API_KEY', 'https://cloud.tencent.com/document/product/1729/111007'],
  ['tencent-tokenhub', 'Tencent TokenHub', 'https://tokenhub.tencentmaas.com/v1', 'TENCENT_TOKENHUB_API_KEY', 'https://cloud.tencent.com/document/product/1823/130050'],
  ['the-grid-ai', 'The Grid AI', 'https://api.thegrid.ai/v1', 'THEGRIDAI_API_KEY', 'https://thegrid.ai/docs'],
  ['tinfoil', 'Tinfoil', 'https://inference.tinfoil.sh/v1', 'TINFOIL_API_KEY', 'https://docs.tinfoil.sh'],
  ['umans-ai', 'Umans AI', 'https://api.code.umans.ai/v1', 'UMANS_AI_API_KEY', 'https://app.umans.ai/offers/code/docs/orgs'],
  ['umans-ai-coding-plan', 'Umans AI Coding Plan', 'https://api.code.umans.ai/v1', 'UMANS_AI_CODING_PLAN_API_KEY', 'https://app.umans.ai/offers/code/docs'],
  ['upstage', 'Upstage', 'https://api.upstage.ai/v1/solar', 'UPSTAGE_API_KEY', 'https://developers.upstage.ai/docs/apis/chat'],
  ['v0', 'v0', 'https://api.v0.dev/v1', 'V0_API_KEY', 'https://sdk.vercel.ai/providers/ai-sdk-providers/vercel'],
  ['venice', 'Venice AI', 'https://api.venice.ai/api/v1', 'VENICE_API_KEY', 'https://docs.venice.ai'],
  ['vercel', 'Vercel AI Gateway', 'https://ai-gateway.vercel.sh/v1', 'AI_GATEWAY_API_KEY', 'https://vercel.com/docs/ai-gateway', { anthropicPath: '' }],
  ['vivgrid', 'Vivgrid', 'https://api.vivgrid.com/v1', 'VIVGRID_API_KEY', 'https://docs.vivgrid.com/models'],
  ['volcengine-ark', 'Volcengine Ark', 'https://ark.cn-beijing.volces.com/api/v3', 'ARK_API_KEY', 'https://www.volcengine.com/docs/82379/1298454'],
  ['vultr', 'Vultr', 'https://api.vultrinference.com/v1', 'VULTR_API_KEY', 'https://api.vultrinference.com/'],
  ['wafer-ai', 'Wafer', 'https://pass.wafer.ai/v1', 'WAFER_API_KEY', 'https://docs.wafer.ai/wafer-pass'],
  ['wandb', 'Weights & Biases', 'https://api.inference.wandb.ai/v1', 'WANDB_API_KEY', 'https://docs.wandb.ai/guides/integrations/inference/'],
  ['writer', 'Writer', 'https://api.writer.com/v1', 'WRITER_API_KEY', 'https://dev.writer.com/home/introduction'],
  ['xiaomi', 'Xiaomi', 'https://api.xiaomimimo.com/v1', 'XIAOMI_API_KEY', 'https://platform.xiaomimimo.com/', { anthropicPath: '/anthropic' }],
  ['xiaomi-token-plan-ams', 'Xiaomi Token Plan (Europe)', 'https://token-plan-ams.xiaomimimo.com/v1', 'XIAOMI_TOKEN_PLAN_AMS_API_KEY', 'https://platform.xiaomimimo.com/'],
  ['xiaomi-token-plan-cn', 'Xiaomi Token Plan (China)', 'https://token-plan-cn.xiaomimimo.com/v1', 'XIAOMI_TOKEN_PLAN_CN_API_KEY', 'https://platform.xiaomimimo.com/'],
  ['xiaomi-token-plan-sgp', 'Xiaomi Token Plan (Singapore)', 'https://token-plan-sgp.xiaomimimo.com/v1', 'XIAOMI_TOKEN_PLAN_SGP_API_KEY', 'https://platform.xiaomimimo.com/'],
  ['xinference', 'Xinference server', 'http://127.0.0.1:9997/v1', 'XINFERENCE_API_KEY', 'https://inference.readthedocs.io/en/latest/', { needsKey: false }],
  ['xpersona', 'Xpersona', 'https://www.xpersona.co/v1', 'XPERSONA_API_KEY', 'https://www.xpersona.co/docs'],
  ['zai', 'Z.AI', 'https://api.z.ai/api/paas/v4', 'ZAI_API_KEY', 'https://docs.z.ai/guides/overview/pricing', { anthropicPath: '/api/anthropic' }],
  ['zai-coding-plan', 'Z.AI Coding Plan', 'https://api.z.ai/api/coding/paas/v4', 'ZAI_CODING_PLAN_API_KEY', 'https://docs.z.ai/devpack/overview', { anthropicPath: '/api/anthropic' }],
  ['zeldoc', 'Zeldoc', 'https://api.zeldoc.ai/v1', 'ZELDOC_API_KEY', 'https://docs.zeldoc.ai'],
  ['zenmux', 'ZenMux', 'https://zenmux.ai/api/v1', 'ZENMUX_API_KEY', 'https://docs.zenmux.ai'],
  ['zhipuai', 'Zhipu AI', 'https://open.bigmodel.cn/api/paas/v4', 'ZHIPU_API_KEY', 'https://docs.z.ai/guides/overview/pricing', { anthropicPath: '/api/anthropic' }],
  ['zhipuai-coding-plan', 'Zhipu AI Coding Plan', 'https://open.bigmodel.cn/api/coding/paas/v4', 'ZHIPUAI_CODING_PLAN_API_KEY', 'https://docs.bigmodel.cn/cn/coding-plan/overview', { anthropicPath: '/api/anthropic' }],
]

function providerOf([id, title, baseUrl, keyVariable, docs, differences = {}]: Row): Provider {
  const { dialect, anthropicPath, needsKey = true } = differences
  return {
    id,
    title,
    docs,
    baseUrl,
    environment: { apiKey: [keyVariable], baseUrl: [baseUrlVariable(keyVariable)] },
    needsKey,
    ...(dialect === undefined ? { dialect: openaiChat, authorize: bearer } : anthropicApi),
    ...(anthropicPath === undefined ? {} : { alsoSpeaks: [anthropicSurface(baseUrl, anthropicPath)] }),
  }
}

const anthropicApi = {
  dialect: anthropicMessages,
  authorize: (secret: string) => ({ 'x-api-key': secret }),
  headers: { 'anthropic-version': '2023-06-01' },
  // Their base URLs end in the version, which the path of the dialect has too.
  url: ({ baseUrl, path }: { baseUrl: string; path: string }) => withoutSuffix(baseUrl, '/v1') + path,
}

export const rowProviders: Readonly<Record<string, Provider>> = Object.fromEntries(
  rows.map((row) => [row[0], providerOf(row)]),
)

/** On the same host as the account's base URL, always: the credential is that host's. What stands before the vendor's own path there stays. */
function anthropicSurface(vendorBaseUrl: string, anthropicPath: string): Surface {
  const vendorPath = trimSlashes(new URL(vendorBaseUrl).pathname)
  return {
    dialect: anthropicMessages,
    url({ baseUrl, path }) {
      const { origin, pathname } = new URL(baseUrl)
      return origin + withoutSuffix(pathname, vendorPath) + anthropicPath + path
    },
  }
}

/** `GROQ_API_KEY` -> `GROQ_BASE_URL`, as most SDKs name it. */
function baseUrlVariable(keyVariable: string): string {
  return `${keyVariable.replace(/_(?:API_KEY|API_TOKEN|SERVICE_TOKEN|ACCESS_TOKEN|ACCESS_KEY|TOKEN|PAT|KEY)$/, '')}_BASE_URL`
}
