/** O diagnóstico em português. */

import type { Words } from './words.ts';

export const pt: Words = {
  causes: {
    internal: 'O próprio gateway falhou.',
    'shutting-down': 'O gateway estava sendo encerrado e terminou a solicitação.',
    'cancelled-at-timeout':
      'O cliente saiu após exatamente {duration} sem nenhum conteúdo: parece o tempo limite dele mesmo.',
    'cancelled-waiting': 'O cliente saiu após {duration}, antes de chegar qualquer conteúdo.',
    'cancelled-answering': 'O cliente saiu no meio da resposta, após {duration}.',
    'max-tokens-empty': 'O modelo esgotou o limite de saída antes de dizer algo (motivo de parada {stop}).',
    'max-tokens': 'A resposta termina no limite de saída da solicitação (motivo de parada {stop}).',
    refusal: 'O modelo se recusou a responder (motivo de parada {stop}).',
    'no-content': 'O modelo terminou a resposta corretamente e sem conteúdo (motivo de parada {stop}).',
    hedged: 'A primeira tentativa estava lenta, então outra foi feita ao lado; a resposta está completa.',
    queued: 'No início todas as contas descansavam; a solicitação esperou por uma e então foi respondida.',
    fine: 'A resposta veio completa na primeira tentativa.',
    resumed:
      'Um provedor parou no meio da resposta e outra tentativa continuou dali: o cliente viu uma única resposta completa.',
    repaired:
      'Uma assinatura de raciocínio do histórico foi recusada; o gateway reparou o histórico uma vez e a resposta está completa.',
    fallback:
      'Nenhuma conta podia responder com o primeiro modelo da rota; o modelo seguinte, {mapped}, deu a resposta.',
    'all-resting': 'Todas as contas que podem servir {model} estavam descansando.',
    'resting-refused': 'Todas as contas que podem servir {model} descansavam após uma recusa que não passa sozinha.',
    'no-account': 'Nenhuma conta deste gateway pode servir o modelo {model}.',
    'body-too-large': 'A solicitação é maior do que o gateway aceita.',
    'key-reused': 'O cliente enviou a mesma Idempotency-Key com duas solicitações diferentes.',
    'client-key': 'A chave do cliente não é uma das chaves deste gateway.',
    'host-refused': 'O Host ou a origem da solicitação não é permitido.',
    'wrong-path': 'Não há nada em {path}.',
    'body-not-json': 'O corpo da solicitação não pôde ser lido como JSON.',
    'request-invalid': 'A solicitação não pode ser respondida como está.',
    budget:
      'Solicitações demais para {mapped} falham ao mesmo tempo; o gateway poupou uma tentativa que só agravaria a pane.',
    interrupted:
      'O provedor parou depois que já havia conteúdo mostrado e ninguém pôde continuar; o fluxo terminou com um erro.',
    deadline: 'O prazo total da solicitação passou antes de chegar uma resposta.',
    'ended-without-failure': 'A solicitação falhou e o registro dela não diz por quê.',
    'signature-after-repair': 'As assinaturas do histórico foram recusadas mesmo depois do reparo.',
    'signature-refused': 'Uma assinatura de raciocínio do histórico foi recusada.',
    'context-too-long': 'O prompt é mais longo que o contexto de {mapped}.',
    'not-translatable': 'A solicitação diz algo que o dialeto de {mapped} não sabe expressar.',
    'request-refused': '{provider} recusou a própria solicitação.',
    'rate-limited': '{provider} limitou {account} para {mapped}.',
    'quota-exhausted': 'A cota de {account} para {mapped} está esgotada.',
    'capacity-limited': 'Faltava capacidade compartilhada de {provider} para {mapped}; a conta não tem culpa.',
    'model-unavailable': 'O nível de {account} não tem cota alguma para {mapped}.',
    'account-exhausted': 'O crédito ou o limite de gastos de {account} em {provider} está esgotado.',
    'credential-missing': 'O gateway não pôde usar a credencial de {account}.',
    'credential-refused': '{provider} recusou a credencial de {account}.',
    'service-disabled': 'A API não está ativada no projeto do Google Cloud de {account}.',
    'region-refused': '{provider} não atende a região de onde o gateway pergunta.',
    'permission-refused': '{provider} não dá permissão para isso a {account}.',
    'model-unknown': '{provider} não conhece o modelo {mapped} para {account}.',
    redirect: 'O endereço de {account} respondeu com um redirecionamento, que nunca é seguido.',
    'server-error': '{provider} teve um erro próprio.',
    overloaded: '{provider} estava sobrecarregado, seja qual for a conta.',
    'silent-headers': '{provider} aceitou a solicitação e não respondeu a tempo.',
    'silent-content': '{provider} começou a responder, mas nenhum conteúdo chegou a tempo.',
    'private-address': 'O endereço de {account} fica em uma rede privada, o que primeiro precisa ser permitido.',
    'name-unknown': 'O nome de host de {account} não pôde ser resolvido.',
    'connection-refused': 'Ninguém escuta no endereço de {account}.',
    'tls-failed': 'A conexão criptografada com o provedor de {account} falhou.',
    'proxy-refused': 'O proxy não deixou passar a conexão com o provedor.',
    unreachable: 'A conexão com o provedor de {account} caiu.',
    'prompt-declined': 'Várias contas terminaram este mesmo prompt sem uma palavra: o modelo o recusa.',
    empty: '{provider} respondeu 200 e terminou sem conteúdo.',
    ended: '{provider} respondeu 200 e o fluxo terminou sem conteúdo.',
    'stream-error': '{provider} informou um erro dentro do fluxo, antes de qualquer conteúdo.',
    garbage: 'O que o provedor de {account} respondeu não é o fluxo que foi pedido.',
    'malformed-answer': 'A resposta de {mapped} estava malformada.',
    cut: 'O fluxo de {provider} foi cortado antes do fim.',
    stalled: 'O fluxo de {provider} silenciou antes do fim.',
    contradiction: 'Nenhuma tentativa continuou do ponto que o cliente já tinha visto.',
    limit: 'A resposta passou de um limite do gateway.',
  },
  endings: {
    healed: 'O gateway perguntou de novo ({attempts} ao todo) e {answered} deu a resposta completa.',
    tried: '{attempts} sem êxito; quem chamou recebeu um erro ({status}).',
    'given-up': 'O gateway não perguntou de novo; quem chamou recebeu um erro ({status}).',
    event: 'O fluxo já estava aberto, por isso quem chamou recebeu um evento de erro.',
    unasked: 'Nada foi enviado a um provedor; quem chamou recebeu um erro ({status}).',
  },
  advice: {
    nothing: 'Nada a fazer.',
    'wait-until': 'Espere {in}, até {at}: até lá o gateway deixa a conta descansar e depois volta a usá-la.',
    'wait-over': 'A espera terminou há {ago}: pergunte de novo agora.',
    'wait-usual': 'Se falhar de novo, espere: costuma passar em menos de {usual}.',
    'ask-again-now': 'Pergunte de novo agora; se houver outra conta, a nova solicitação começa por ela.',
    'add-account':
      'Outra conta para {mapped} em `accounts`, ou um modelo reserva em `routes`, permite atravessar esses momentos.',
    'mend-refusal':
      'Corrija aquilo por que a conta foi recusada (“{said}”); a solicitação que falhou antes diz como. Depois aperte “Redefinir” na página Contas do monitor.',
    'raise-limits': 'Ver ou aumentar os limites de {account}: {limits}',
    'supply-credential':
      'Coloque a credencial onde aponta a linha `credential:` de {account}. Um serviço não tem as variáveis do seu shell.',
    'renew-credential':
      'Crie uma nova credencial ({credential}) para {account} em {keys} e coloque-a onde aponta a linha `credential:` da conta; uma conta adicionada pela página ou por comando é removida e adicionada de novo com ela. A chave do seu cliente não tem culpa.',
    'compatible-server':
      'Se a `base_url` de {openai} leva a outro servidor que fala como a OpenAI, faça isso no console desse servidor.',
    'reset-account':
      'Depois aperte “Redefinir” para {account} na página Contas do monitor; senão, o gateway perguntará de novo quando o descanso acabar.',
    'enable-api': 'Ative “{api}” no projeto do Google Cloud de {account}{project}: {apiUrl}',
    'check-permission':
      'Veja em {keys} o que a credencial de {account} pode fazer: restrições, espaço de trabalho e modelos.',
    'grant-role':
      'Dê à identidade de {vertex} o papel “Vertex AI User” (roles/aiplatform.user): https://console.cloud.google.com/iam-admin/iam',
    'other-region':
      'Rode o gateway em uma região atendida por {provider}, ou use outro provedor; na Vertex AI mude `location` da conta.',
    'top-up': 'Recarregue o crédito de {account} ou aumente o limite de gastos: {billing}',
    'mend-model-name': 'Corrija o nome {mapped} no cliente ou em `routes`, ou tire-o dos `models` de {account}.',
    'model-garden':
      'O modelo precisa estar ativado para o projeto de {vertex} e ser servido na `location` dele: https://console.cloud.google.com/vertex-ai/model-garden',
    'other-tier':
      'Esperar não ajuda: passe {account} para um nível pago ({billing}), ou use outra conta ou outro modelo.',
    compact:
      'Encurte a conversa: `/compact` no Claude Code, no Codex e no opencode, `/compress` no Gemini CLI; ou comece uma nova.',
    'larger-model': 'Ou indique em `routes` um modelo com contexto maior como reserva de {model}.',
    'mend-request': 'Mude a solicitação como dizem estas palavras: “{said}”',
    'own-dialect': 'Ou use um modelo que fale o dialeto do cliente; docs/TRANSLATION.md mostra o que se perde.',
    'new-conversation':
      'Comece uma nova conversa, ou volte para antes da mensagem editada. Não apague o diretório de dados: ele não é a causa.',
    'repair-often': 'Nada a fazer. Se acontece a cada turno, o cliente muda o histórico entre os turnos: atualize-o.',
    'raise-max-tokens':
      'Para uma resposta mais longa, aumente o limite de saída do cliente (`max_tokens`, `maxOutputTokens`, no Claude Code CLAUDE_CODE_MAX_OUTPUT_TOKENS) ou reduza o orçamento de raciocínio.',
    'change-prompt': 'Mude o prompt: perguntar o mesmo de novo não ajuda, seja qual for a conta.',
    'look-at-stop-reason':
      'O motivo de parada {stop} diz o que o cliente deve fazer em seguida; o gateway o repassou como é.',
    'raise-max-body': 'Envie menos, ou aumente `server.max_body` na configuração.',
    'own-idempotency-key': 'Faça o cliente enviar uma chave própria em cada solicitação.',
    'set-client-key': 'Dê ao cliente uma das chaves de `server.auth.keys`; `antigravity-tools connect` mostra onde.',
    'allow-host':
      'Use o endereço de loopback, ou acrescente o nome a `server.allowed_hosts`. Páginas de outros sites continuam recusadas.',
    'mend-path':
      'Compare a URL base do cliente: sem `/v1` para clientes Anthropic e Gemini, com `/v1` para clientes OpenAI; `antigravity-tools connect` mostra qual é.',
    'mend-body':
      'O cliente enviou algo que não é JSON válido (“{said}”): atualize-o, ou o que estiver entre ele e o gateway.',
    'claim-model':
      'Acrescente {model} aos `models` de uma conta, ou leve-o a um modelo que você tem com uma linha em `routes`.',
    'client-timeout':
      'Aumente o tempo limite do cliente para mais de {duration} (API_TIMEOUT_MS no Claude Code, `timeout` nos SDKs).',
    'left-by-hand':
      'Se ninguém a interrompeu à mão, foi o tempo limite do cliente: aumente-o para mais de {duration} (API_TIMEOUT_MS no Claude Code, `timeout` nos SDKs).',
    'open-early': 'Ou defina `healing.open_after: 10s`: um fluxo em espera é então aberto cedo e mantido com pings.',
    'report-fault': 'Relate o caso com as linhas do log que trazem este identificador.',
    'after-restart': 'Pergunte de novo quando o gateway voltar, normalmente em menos de {usual}.',
    'look-at-others':
      'Veja no monitor as outras solicitações que falharam nesse minuto: a causa delas é a que deve ser corrigida.',
    'why-not-resumed': 'Por que a resposta não foi continuada: “{gaveUp}”',
    'raise-deadline': 'Se as respostas podem demorar mais, aumente `healing.deadline`.',
    'other-provider': 'Uma reserva de outro provedor em `routes` permite atravessar esses momentos.',
    'status-page': 'Como está {provider}: {statusPage}',
    'mend-base-url': 'Compare a `base_url` de {account} com o endereço do provedor; sem ela vale o endereço público.',
    'raise-first-byte': 'Se {account} é sempre tão lenta, aumente `healing.first_byte`.',
    'raise-first-content': 'Se {mapped} sempre pensa por tanto tempo, aumente `healing.first_content`.',
    'raise-idle': 'Se {mapped} sempre fica tanto tempo em silêncio, aumente `healing.idle`.',
    'allow-private': 'Se esse endereço é o desejado, defina `allow_private: true` para {account}.',
    'check-network': 'Se persistir, verifique a rede, o DNS e HTTPS_PROXY onde o gateway roda.',
    'start-upstream': 'Inicie o servidor na `base_url` de {account}, ou corrija a porta.',
    'mend-tls':
      'Verifique o certificado do servidor; se for de uma autoridade sua, inicie o gateway com NODE_EXTRA_CA_CERTS.',
    'mend-proxy': 'Corrija HTTPS_PROXY, ou acrescente o host a NO_PROXY onde o gateway roda.',
    'look-at-answer':
      'Talvez haja um proxy ou uma página de login entre o gateway e {provider}: o começo citado da resposta mostra de quem ela é. Para vê-la inteira, faça o monitor guardar os bytes brutos das próximas solicitações.',
    'simplify-tools': 'Se acontece com frequência, simplifique os esquemas das ferramentas.',
    'smaller-answer': 'Peça uma resposta menor: este limite protege a memória do gateway.',
  },
  evidence: {
    path: 'caminho {path} ({protocol}): conta {account}, modelo {model} → {mapped}, status {status}, {duration}',
    'attempt-whole':
      'tentativa {n}: {account} respondeu {status}, primeiro conteúdo após {content}, completa após {ended}',
    'attempt-refused': 'tentativa {n}: {account} respondeu {status} após {ended}: “{detail}”',
    'attempt-silent': 'tentativa {n}: {account} não disse nada em {ended}: “{detail}”',
    'attempt-unreached': 'tentativa {n}: não foi possível chegar a {account} ({ended}): “{detail}”',
    'attempt-unsent': 'tentativa {n}: nada foi enviado para {account}: “{detail}”',
    'attempt-empty': 'tentativa {n}: {account} respondeu 200 e terminou sem conteúdo após {ended}',
    'attempt-wrong':
      'tentativa {n}: {account} respondeu 200 e falhou antes de qualquer conteúdo após {ended}: “{detail}”',
    'attempt-broke': 'tentativa {n}: {account} deu conteúdo após {content} e foi cortada após {ended}: “{detail}”',
    'attempt-left': 'tentativa {n}: {account} foi deixada após {ended}',
    log: ' (log: {line})',
    decided: 'depois da tentativa {n}: {action}',
    because: ', porque “{why}”',
    'log-line': 'log: {line}',
    stopped: 'motivo de parada {stop}, {out} tokens de saída',
    told: 'a quem chamou foi dito: “{error}”',
  },
  actions: {
    'retry-same': 'a mesma conta de novo',
    'retry-another': 'outra conta',
    'next-model': 'o próximo modelo da rota',
    repair: 'histórico reparado, depois de novo',
    'give-up': 'nenhuma outra tentativa',
  },
  phrases: {
    attempt: '1 tentativa',
    attempts: '{count} tentativas',
    'api-key': 'chave de API',
    'google-credential': 'chave de conta de serviço ou login',
    project: ' ({name})',
    unknown: 'desconhecido',
  },
  verdicts: { fine: 'tudo bem', healed: 'curado', wait: 'esperar', act: 'agir' },
  stages: {
    connect: 'conexão',
    peek: 'antes do primeiro conteúdo',
    signature: 'assinatura',
    stream: 'no fluxo',
    account: 'conta',
    request: 'solicitação',
    none: 'nenhuma etapa',
  },
  headings: {
    evidence: 'O que mostra isso',
    advice: 'O que fazer',
    'unknown-id': 'o diário não tem nenhuma solicitação com o identificador {id}',
  },
};
