/** The diagnosis in English; the other languages have the same keys and the same blanks. */

export const en = {
  causes: {
    internal: 'The gateway itself failed.',
    'shutting-down': 'The gateway was shutting down and ended the request.',
    'cancelled-at-timeout':
      'The client left after exactly {duration} without any content: that looks like its own timeout.',
    'cancelled-waiting': 'The client left after {duration}, before any content had come.',
    'cancelled-answering': 'The client left in the middle of the answer, after {duration}.',
    'max-tokens-empty': 'The model used up its output limit before it said anything (stop reason {stop}).',
    'max-tokens': 'The answer ends where the output limit of the request ends it (stop reason {stop}).',
    refusal: 'The model declined to answer (stop reason {stop}).',
    'no-content': 'The model ended its answer properly and without content (stop reason {stop}).',
    hedged: 'The first attempt was slow, so a second one was made beside it; the answer is whole.',
    queued: 'Every account rested at first; the request waited for one and was then answered.',
    fine: 'The answer was whole at the first attempt.',
    resumed:
      'An upstream broke off in the middle of the answer, and another attempt went on from there: the client saw one whole answer.',
    repaired:
      'The upstream refused a thinking signature in the history; the gateway repaired the history once, and the answer is whole.',
    fallback: 'No account could answer with the first model of the route; its next model {mapped} gave the answer.',
    'all-resting': 'Every account that can serve {model} was resting.',
    'resting-refused': 'Every account that can serve {model} was resting after a refusal that does not pass by itself.',
    'no-account': 'No account of this gateway can serve the model {model}.',
    'body-too-large': 'The request is larger than the gateway accepts.',
    'key-reused': 'The client sent the same Idempotency-Key with two different requests.',
    'client-key': 'The client’s own key is not one of this gateway.',
    'host-refused': 'The Host or the origin of the request is not allowed.',
    'wrong-path': 'Nothing is served at {path}.',
    'body-not-json': 'The body of the request could not be read as JSON.',
    'request-invalid': 'The request cannot be answered as it is.',
    budget: 'Too many requests for {mapped} fail at once, so the gateway saved a retry that would add to the outage.',
    interrupted:
      'The upstream broke off after content had been shown, and nobody could go on with it; the stream ended with an error.',
    deadline: 'The deadline of the request passed before an answer came.',
    'ended-without-failure': 'The request failed, and its record does not say why.',
    'signature-after-repair': 'The upstream refused the signatures in the history even after the repair.',
    'signature-refused': 'The upstream refused a thinking signature in the history.',
    'context-too-long': 'The prompt is longer than the context of {mapped}.',
    'not-translatable': 'The request says something that the dialect of {mapped} has no word for.',
    'request-refused': '{provider} refused the request itself.',
    'rate-limited': '{provider} limited {account} for {mapped}.',
    'quota-exhausted': 'The quota of {account} for {mapped} is used up.',
    'capacity-limited': 'The shared capacity of {provider} for {mapped} was short; the account is not to blame.',
    'model-unavailable': 'The tier of {account} has no quota at all for {mapped}.',
    'account-exhausted': 'The credit or spending limit of {account} at {provider} is used up.',
    'credential-missing': 'The gateway could not use the credential of {account}.',
    'credential-refused': '{provider} refused the credential of {account}.',
    'service-disabled': 'The API is not enabled in the Google Cloud project of {account}.',
    'region-refused': '{provider} does not serve the region that the gateway asks from.',
    'permission-refused': '{account} may not do this at {provider}.',
    'model-unknown': '{provider} does not know the model {mapped} for {account}.',
    redirect: 'The address of {account} answered with a redirect, which is never followed.',
    'server-error': '{provider} failed with an error of its own.',
    overloaded: '{provider} was overloaded, whichever account asks.',
    'silent-headers': '{provider} took the request and did not answer in time.',
    'silent-content': '{provider} began to answer, but no content came in time.',
    'private-address': 'The address of {account} lies in a private network, which must be allowed first.',
    'name-unknown': 'The host name of {account} could not be resolved.',
    'connection-refused': 'Nothing listens at the address of {account}.',
    'tls-failed': 'The encrypted connection to the upstream of {account} failed.',
    'proxy-refused': 'The proxy did not let the connection to the upstream through.',
    unreachable: 'The connection to the upstream of {account} broke.',
    'prompt-declined': 'Several accounts ended this very prompt without a word: the model declines it.',
    empty: '{provider} answered 200 and finished without content.',
    ended: '{provider} answered 200, and the stream ended without content.',
    'stream-error': '{provider} reported an error inside its stream, before any content.',
    garbage: 'What the upstream of {account} answered is not the stream that was asked for.',
    'malformed-answer': 'The answer of {mapped} was malformed.',
    cut: 'The stream of {provider} broke off before its end.',
    stalled: 'The stream of {provider} fell silent before its end.',
    contradiction: 'No attempt went on from what the client had been shown.',
    limit: 'The answer passed a limit of the gateway.',
  },
  endings: {
    healed: 'The gateway asked again ({attempts} in all), and {answered} gave the whole answer.',
    tried: '{attempts} failed, and the caller got an error ({status}).',
    'given-up': 'The gateway did not ask again; the caller got an error ({status}).',
    event: 'The stream was open already, so the caller got an error event.',
    unasked: 'Nothing was sent to an upstream; the caller got an error ({status}).',
  },
  advice: {
    nothing: 'Nothing to do.',
    'wait-until':
      'Wait {in}, until {at}: until then the gateway leaves the account in peace, afterwards it is asked again.',
    'wait-over': 'The time to wait was over {ago} ago: ask again now.',
    'wait-usual': 'If it fails again, wait: it usually passes within {usual}.',
    'ask-again-now': 'Ask again now; where there is another account, the new request begins with it.',
    'add-account':
      'Another account for {mapped} under `accounts`, or a fallback model in `routes`, carries requests over such times.',
    'mend-refusal':
      'Mend what the account was refused for (“{said}”); the failed request before this one says how. Then press “Reset” on the page Accounts of the Monitor.',
    'raise-limits': 'See or raise the limits of {account}: {limits}',
    'supply-credential':
      'Put the credential where the line `credential:` of {account} points. A service does not have the variables of your shell.',
    'renew-credential':
      'Make a new {credential} for {account} at {keys} and put it where the line `credential:` of the account points; an account that was added by page or command is removed and added again with it. The key of your client is not at fault.',
    'compatible-server':
      'If the `base_url` of {openai} leads to another server that speaks like OpenAI, do it in the console of that server.',
    'reset-account':
      'Then press “Reset” for {account} on the page Accounts of the Monitor; otherwise the gateway asks again when the rest is over.',
    'enable-api': 'Enable “{api}” in the Google Cloud project of {account}{project}: {apiUrl}',
    'check-permission':
      'See at {keys} what the credential of {account} may do: its restrictions, workspace and models.',
    'grant-role':
      'Give the identity of {vertex} the role “Vertex AI User” (roles/aiplatform.user): https://console.cloud.google.com/iam-admin/iam',
    'other-region':
      'Run the gateway in a region that {provider} serves, or use another provider; for Vertex AI change `location` of the account.',
    'top-up': 'Top up the credit or raise the spending limit of {account}: {billing}',
    'mend-model-name':
      'Correct the name {mapped} in the client or in `routes`, or take it out of the `models` of {account}.',
    'model-garden':
      'The model must be enabled for the project of {vertex} and be served at its `location`: https://console.cloud.google.com/vertex-ai/model-garden',
    'other-tier': 'Waiting does not help: move {account} to a paid tier ({billing}), or use another account or model.',
    compact:
      'Shorten the conversation: `/compact` in Claude Code, Codex and opencode, `/compress` in Gemini CLI; or begin a new one.',
    'larger-model': 'Or name a model with a larger context as fallback of {model} in `routes`.',
    'mend-request': 'Change the request as these words say: “{said}”',
    'own-dialect': 'Or use a model that speaks the client’s own dialect; docs/TRANSLATION.md shows what is lost.',
    'new-conversation':
      'Begin a new conversation, or go back to before the message that was edited. Do not delete the data directory: it is not the cause.',
    'repair-often':
      'Nothing to do. If it happens at every turn, the client changes its history between turns: update the client.',
    'raise-max-tokens':
      'For a longer answer raise the client’s output limit (`max_tokens`, `maxOutputTokens`, in Claude Code CLAUDE_CODE_MAX_OUTPUT_TOKENS) or lower its thinking budget.',
    'change-prompt': 'Change the prompt: asking the same again does not help, whichever account is asked.',
    'look-at-stop-reason':
      'The stop reason {stop} says what the client has to do next; the gateway passed it on as it is.',
    'raise-max-body': 'Send less, or raise `server.max_body` in the configuration.',
    'own-idempotency-key': 'Let the client send a key of its own for each request.',
    'set-client-key':
      'Set the key of the client to one of `server.auth.keys`; `antigravity-tools connect` shows where.',
    'allow-host':
      'Use the loopback address, or add the name to `server.allowed_hosts`. Pages of other web sites stay refused.',
    'mend-path':
      'Compare the base URL of the client: without `/v1` for Anthropic and Gemini clients, with `/v1` for OpenAI clients; `antigravity-tools connect` shows it.',
    'mend-body':
      'The client sent what is no valid JSON (“{said}”): update it, or whatever stands between it and the gateway.',
    'claim-model':
      'Add {model} to the `models` of an account, or lead it to a model that you have with a line in `routes`.',
    'client-timeout':
      'Raise the timeout of the client above {duration} (API_TIMEOUT_MS in Claude Code, `timeout` in the SDKs).',
    'left-by-hand':
      'If nobody stopped it by hand, the timeout of the client did: raise it above {duration} (API_TIMEOUT_MS in Claude Code, `timeout` in the SDKs).',
    'open-early': 'Or set `healing.open_after: 10s`: a waiting stream is then opened early and kept alive with pings.',
    'report-fault': 'Report it together with the lines of the log that carry this id.',
    'after-restart': 'Ask again when the gateway runs again, usually within {usual}.',
    'look-at-others':
      'Look at the other failed requests of that minute in the Monitor: their cause is the one to mend.',
    'why-not-resumed': 'Why the answer was not gone on with: “{gaveUp}”',
    'raise-deadline': 'If answers may take longer, raise `healing.deadline`.',
    'other-provider': 'A fallback of another provider in `routes` carries requests over such times.',
    'status-page': 'How {provider} stands: {statusPage}',
    'mend-base-url':
      'Compare the `base_url` of {account} with the address of the provider; without it the public one is used.',
    'raise-first-byte': 'If {account} is always so slow, raise `healing.first_byte`.',
    'raise-first-content': 'If {mapped} always thinks that long, raise `healing.first_content`.',
    'raise-idle': 'If {mapped} always pauses that long, raise `healing.idle`.',
    'allow-private': 'If that address is meant, set `allow_private: true` for {account}.',
    'check-network': 'If it stays, check network, DNS and HTTPS_PROXY where the gateway runs.',
    'start-upstream': 'Start the server at the `base_url` of {account}, or correct its port.',
    'mend-tls':
      'Check the certificate of the server; for one signed by your own authority start the gateway with NODE_EXTRA_CA_CERTS.',
    'mend-proxy': 'Correct HTTPS_PROXY, or add the host to NO_PROXY where the gateway runs.',
    'look-at-answer':
      'A proxy or a login page may stand between the gateway and {provider}: the quoted beginning of the answer tells whose it is. To see all of it, let the Monitor keep the raw bytes of the next requests.',
    'simplify-tools': 'If it happens often, simplify the schemas of the tools.',
    'smaller-answer': 'Ask for a smaller answer: this limit protects the memory of the gateway.',
  },
  evidence: {
    path: 'path {path} ({protocol}): account {account}, model {model} → {mapped}, status {status}, {duration}',
    'attempt-whole': 'attempt {n}: {account} answered {status}, first content after {content}, whole after {ended}',
    'attempt-refused': 'attempt {n}: {account} answered {status} after {ended}: “{detail}”',
    'attempt-silent': 'attempt {n}: {account} said nothing within {ended}: “{detail}”',
    'attempt-unreached': 'attempt {n}: {account} could not be reached ({ended}): “{detail}”',
    'attempt-unsent': 'attempt {n}: nothing was sent for {account}: “{detail}”',
    'attempt-empty': 'attempt {n}: {account} answered 200 and ended without content after {ended}',
    'attempt-wrong': 'attempt {n}: {account} answered 200 and failed before any content after {ended}: “{detail}”',
    'attempt-broke': 'attempt {n}: {account} gave content after {content} and broke off after {ended}: “{detail}”',
    'attempt-left': 'attempt {n}: {account} was left after {ended}',
    log: ' (log: {line})',
    decided: 'after attempt {n}: {action}',
    because: ', because “{why}”',
    'log-line': 'log: {line}',
    stopped: 'stop reason {stop}, {out} output tokens',
    told: 'the caller was told: “{error}”',
  },
  actions: {
    'retry-same': 'the same account again',
    'retry-another': 'another account',
    'next-model': 'the route’s next model',
    repair: 'history repaired, then again',
    'give-up': 'no further attempt',
  },
  phrases: {
    attempt: '1 attempt',
    attempts: '{count} attempts',
    'api-key': 'API key',
    'google-credential': 'service account key or login',
    project: ' ({name})',
    unknown: 'unknown',
  },
  verdicts: { fine: 'fine', healed: 'healed', wait: 'wait', act: 'act' },
  stages: {
    connect: 'connection',
    peek: 'before the first content',
    signature: 'signature',
    stream: 'in the stream',
    account: 'account',
    request: 'request',
    none: 'no stage',
  },
  headings: {
    evidence: 'What shows it',
    advice: 'What to do',
    'unknown-id': 'the journal has no request with the id {id}',
  },
} as const;
