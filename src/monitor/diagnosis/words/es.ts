/** El diagnóstico en español. */

import type { Words } from './words.ts';

export const es: Words = {
  causes: {
    internal: 'Falló la propia pasarela.',
    'shutting-down': 'La pasarela se estaba cerrando y terminó la solicitud.',
    'cancelled-at-timeout':
      'El cliente se fue a los {duration} exactos sin ningún contenido: parece su propio tiempo de espera.',
    'cancelled-waiting': 'El cliente se fue a los {duration}, antes de que llegara contenido.',
    'cancelled-answering': 'El cliente se fue en medio de la respuesta, a los {duration}.',
    'max-tokens-empty': 'El modelo agotó su límite de salida antes de decir nada (motivo de parada {stop}).',
    'max-tokens': 'La respuesta termina en el límite de salida de la solicitud (motivo de parada {stop}).',
    refusal: 'El modelo se negó a responder (motivo de parada {stop}).',
    'no-content': 'El modelo terminó su respuesta correctamente y sin contenido (motivo de parada {stop}).',
    hedged: 'El primer intento era lento, así que se hizo otro a su lado; la respuesta está completa.',
    queued: 'Al principio descansaban todas las cuentas; la solicitud esperó a una y luego fue respondida.',
    fine: 'La respuesta llegó completa al primer intento.',
    resumed:
      'Un proveedor se cortó en medio de la respuesta y otro intento siguió desde ahí: el cliente vio una sola respuesta completa.',
    repaired:
      'Se rechazó una firma de razonamiento del historial; la pasarela reparó el historial una vez y la respuesta está completa.',
    fallback:
      'Ninguna cuenta podía responder con el primer modelo de la ruta; respondió su siguiente modelo, {mapped}.',
    'all-resting': 'Descansaban todas las cuentas que pueden servir {model}.',
    'resting-refused': 'Descansaban todas las cuentas que pueden servir {model}, tras un rechazo que no pasa solo.',
    'no-account': 'Ninguna cuenta de esta pasarela puede servir el modelo {model}.',
    'body-too-large': 'La solicitud es mayor de lo que acepta la pasarela.',
    'key-reused': 'El cliente envió la misma Idempotency-Key con dos solicitudes distintas.',
    'client-key': 'La clave del cliente no es una de esta pasarela.',
    'host-refused': 'El Host o el origen de la solicitud no está permitido.',
    'wrong-path': 'No hay nada en {path}.',
    'body-not-json': 'El cuerpo de la solicitud no se pudo leer como JSON.',
    'request-invalid': 'La solicitud no se puede responder tal como está.',
    budget:
      'Fallan demasiadas solicitudes a {mapped} a la vez; la pasarela se ahorró un intento que solo empeoraría la avería.',
    interrupted:
      'El proveedor se cortó cuando ya se había mostrado contenido y nadie pudo seguir; el flujo terminó con un error.',
    deadline: 'Se cumplió el plazo total de la solicitud antes de que llegara una respuesta.',
    'ended-without-failure': 'La solicitud falló y su registro no dice por qué.',
    'signature-after-repair': 'Las firmas del historial fueron rechazadas incluso después de la reparación.',
    'signature-refused': 'Se rechazó una firma de razonamiento del historial.',
    'context-too-long': 'El prompt es más largo que el contexto de {mapped}.',
    'not-translatable': 'La solicitud dice algo que el dialecto de {mapped} no sabe expresar.',
    'request-refused': '{provider} rechazó la propia solicitud.',
    'rate-limited': '{provider} limitó a {account} para {mapped}.',
    'quota-exhausted': 'La cuota de {account} para {mapped} está agotada.',
    'capacity-limited': 'Faltaba capacidad compartida de {provider} para {mapped}; la cuenta no tiene la culpa.',
    'model-unavailable': 'El nivel de {account} no tiene cuota alguna para {mapped}.',
    'account-exhausted': 'El crédito o el límite de gasto de {account} en {provider} está agotado.',
    'credential-missing': 'La pasarela no pudo usar la credencial de {account}.',
    'credential-refused': '{provider} rechazó la credencial de {account}.',
    'service-disabled': 'La API no está habilitada en el proyecto de Google Cloud de {account}.',
    'region-refused': '{provider} no da servicio en la región desde la que pregunta la pasarela.',
    'permission-refused': '{provider} no da permiso para esto a {account}.',
    'model-unknown': '{provider} no conoce el modelo {mapped} para {account}.',
    redirect: 'La dirección de {account} respondió con una redirección, que nunca se sigue.',
    'server-error': '{provider} tuvo un error propio.',
    overloaded: '{provider} estaba sobrecargado, pregunte la cuenta que pregunte.',
    'silent-headers': '{provider} aceptó la solicitud y no respondió a tiempo.',
    'silent-content': '{provider} empezó a responder, pero no llegó contenido a tiempo.',
    'private-address': 'La dirección de {account} está en una red privada, lo que primero hay que permitir.',
    'name-unknown': 'No se pudo resolver el nombre de host de {account}.',
    'connection-refused': 'Nadie escucha en la dirección de {account}.',
    'tls-failed': 'Falló la conexión cifrada con el proveedor de {account}.',
    'proxy-refused': 'El proxy no dejó pasar la conexión con el proveedor.',
    unreachable: 'Se rompió la conexión con el proveedor de {account}.',
    'prompt-declined': 'Varias cuentas terminaron este mismo prompt sin una palabra: el modelo lo rechaza.',
    empty: '{provider} respondió 200 y terminó sin contenido.',
    ended: '{provider} respondió 200 y el flujo terminó sin contenido.',
    'stream-error': '{provider} comunicó un error dentro de su flujo, antes de cualquier contenido.',
    garbage: 'Lo que respondió el proveedor de {account} no es el flujo que se pidió.',
    'malformed-answer': 'La respuesta de {mapped} estaba mal formada.',
    cut: 'El flujo de {provider} se cortó antes del final.',
    stalled: 'El flujo de {provider} enmudeció antes del final.',
    contradiction: 'Ningún intento siguió desde lo que ya se había mostrado al cliente.',
    limit: 'La respuesta superó un límite de la pasarela.',
  },
  endings: {
    healed: 'La pasarela volvió a preguntar ({attempts} en total) y {answered} dio la respuesta completa.',
    tried: '{attempts} sin éxito; quien llamó recibió un error ({status}).',
    'given-up': 'La pasarela no volvió a preguntar; quien llamó recibió un error ({status}).',
    event: 'El flujo ya estaba abierto, así que quien llamó recibió un evento de error.',
    unasked: 'No se envió nada a ningún proveedor; quien llamó recibió un error ({status}).',
  },
  advice: {
    nothing: 'Nada que hacer.',
    'wait-until':
      'Espere {in}, hasta {at}: hasta entonces la pasarela deja descansar la cuenta y después vuelve a usarla.',
    'wait-over': 'La espera terminó hace {ago}: vuelva a preguntar ahora.',
    'wait-usual': 'Si vuelve a fallar, espere: suele pasar en menos de {usual}.',
    'ask-again-now': 'Vuelva a preguntar ahora; si hay otra cuenta, la solicitud nueva empieza por ella.',
    'add-account':
      'Otra cuenta para {mapped} en `accounts`, o un modelo de reserva en `routes`, permite superar esos momentos.',
    'mend-refusal':
      'Corrija aquello por lo que se rechazó la cuenta («{said}»); la solicitud fallida anterior dice cómo. Después pulse «Restablecer» en la página Cuentas del monitor.',
    'raise-limits': 'Ver o subir los límites de {account}: {limits}',
    'supply-credential':
      'Ponga la credencial donde apunta la línea `credential:` de {account}. Un servicio no tiene las variables de su shell.',
    'renew-credential':
      'Cree una credencial nueva ({credential}) para {account} en {keys} y póngala donde apunta la línea `credential:` de la cuenta; una cuenta añadida con la página o con un comando se quita y se añade de nuevo con ella. La clave de su cliente no tiene la culpa.',
    'compatible-server':
      'Si la `base_url` de {openai} lleva a otro servidor que habla como OpenAI, hágalo en la consola de ese servidor.',
    'reset-account':
      'Después pulse «Restablecer» para {account} en la página Cuentas del monitor; si no, la pasarela volverá a preguntar cuando acabe el descanso.',
    'enable-api': 'Habilite «{api}» en el proyecto de Google Cloud de {account}{project}: {apiUrl}',
    'check-permission':
      'Mire en {keys} qué puede hacer la credencial de {account}: sus restricciones, su espacio de trabajo y sus modelos.',
    'grant-role':
      'Dé a la identidad de {vertex} el rol «Vertex AI User» (roles/aiplatform.user): https://console.cloud.google.com/iam-admin/iam',
    'other-region':
      'Ejecute la pasarela en una región en la que {provider} dé servicio, o use otro proveedor; en Vertex AI cambie `location` de la cuenta.',
    'top-up': 'Recargue el crédito de {account} o suba su límite de gasto: {billing}',
    'mend-model-name':
      'Corrija el nombre {mapped} en el cliente o en `routes`, o quítelo de los `models` de {account}.',
    'model-garden':
      'El modelo debe estar habilitado para el proyecto de {vertex} y servirse en su `location`: https://console.cloud.google.com/vertex-ai/model-garden',
    'other-tier': 'Esperar no ayuda: pase {account} a un nivel de pago ({billing}), o use otra cuenta u otro modelo.',
    compact:
      'Acorte la conversación: `/compact` en Claude Code, Codex y opencode, `/compress` en Gemini CLI; o empiece una nueva.',
    'larger-model': 'O nombre en `routes` un modelo con más contexto como reserva de {model}.',
    'mend-request': 'Cambie la solicitud como dicen estas palabras: «{said}»',
    'own-dialect': 'O use un modelo que hable el dialecto del cliente; docs/TRANSLATION.md muestra qué se pierde.',
    'new-conversation':
      'Empiece una conversación nueva, o vuelva a antes del mensaje editado. No borre el directorio de datos: no es la causa.',
    'repair-often':
      'Nada que hacer. Si ocurre en cada turno, el cliente cambia su historial entre turnos: actualícelo.',
    'raise-max-tokens':
      'Para una respuesta más larga suba el límite de salida del cliente (`max_tokens`, `maxOutputTokens`, en Claude Code CLAUDE_CODE_MAX_OUTPUT_TOKENS) o baje su presupuesto de razonamiento.',
    'change-prompt': 'Cambie el prompt: repetir lo mismo no ayuda, sea cual sea la cuenta.',
    'look-at-stop-reason':
      'El motivo de parada {stop} dice qué debe hacer el cliente después; la pasarela lo transmitió tal cual.',
    'raise-max-body': 'Envíe menos, o suba `server.max_body` en la configuración.',
    'own-idempotency-key': 'Haga que el cliente envíe una clave propia con cada solicitud.',
    'set-client-key':
      'Dé al cliente una de las claves de `server.auth.keys`; `antigravity-tools connect` muestra dónde.',
    'allow-host':
      'Use la dirección de loopback, o añada el nombre a `server.allowed_hosts`. Las páginas de otros sitios siguen rechazadas.',
    'mend-path':
      'Compare la URL base del cliente: sin `/v1` para clientes de Anthropic y Gemini, con `/v1` para clientes de OpenAI; `antigravity-tools connect` la muestra.',
    'mend-body':
      'El cliente envió algo que no es JSON válido («{said}»): actualícelo, o lo que haya entre él y la pasarela.',
    'claim-model':
      'Añada {model} a los `models` de una cuenta, o llévelo a un modelo que tenga con una línea en `routes`.',
    'client-timeout':
      'Suba el tiempo de espera del cliente por encima de {duration} (API_TIMEOUT_MS en Claude Code, `timeout` en los SDK).',
    'left-by-hand':
      'Si nadie la detuvo a mano, fue el tiempo de espera del cliente: súbalo por encima de {duration} (API_TIMEOUT_MS en Claude Code, `timeout` en los SDK).',
    'open-early':
      'O ponga `healing.open_after: 10s`: un flujo que espera se abre entonces antes y se mantiene con pings.',
    'report-fault': 'Comuníquelo junto con las líneas del registro que llevan este identificador.',
    'after-restart': 'Vuelva a preguntar cuando la pasarela funcione de nuevo, normalmente en menos de {usual}.',
    'look-at-others':
      'Mire en el monitor las demás solicitudes fallidas de ese minuto: su causa es la que hay que corregir.',
    'why-not-resumed': 'Por qué no se siguió con la respuesta: «{gaveUp}»',
    'raise-deadline': 'Si las respuestas pueden tardar más, suba `healing.deadline`.',
    'other-provider': 'Una reserva de otro proveedor en `routes` permite superar esos momentos.',
    'status-page': 'Cómo está {provider}: {statusPage}',
    'mend-base-url': 'Compare la `base_url` de {account} con la dirección del proveedor; sin ella se usa la pública.',
    'raise-first-byte': 'Si {account} es siempre tan lenta, suba `healing.first_byte`.',
    'raise-first-content': 'Si {mapped} siempre piensa tanto tiempo, suba `healing.first_content`.',
    'raise-idle': 'Si {mapped} siempre calla tanto tiempo, suba `healing.idle`.',
    'allow-private': 'Si esa dirección es la que se quiere, ponga `allow_private: true` en {account}.',
    'check-network': 'Si persiste, revise la red, el DNS y HTTPS_PROXY donde funciona la pasarela.',
    'start-upstream': 'Arranque el servidor de la `base_url` de {account}, o corrija su puerto.',
    'mend-tls':
      'Revise el certificado del servidor; si lo firma una autoridad propia, arranque la pasarela con NODE_EXTRA_CA_CERTS.',
    'mend-proxy': 'Corrija HTTPS_PROXY, o añada el host a NO_PROXY donde funciona la pasarela.',
    'look-at-answer':
      'Quizá haya un proxy o una página de acceso entre la pasarela y {provider}: el comienzo citado de la respuesta dice de quién es. Para verla entera, haga que el monitor guarde los bytes sin procesar de las próximas solicitudes.',
    'simplify-tools': 'Si ocurre a menudo, simplifique los esquemas de las herramientas.',
    'smaller-answer': 'Pida una respuesta más pequeña: este límite protege la memoria de la pasarela.',
  },
  evidence: {
    path: 'ruta {path} ({protocol}): cuenta {account}, modelo {model} → {mapped}, estado {status}, {duration}',
    'attempt-whole':
      'intento {n}: {account} respondió {status}, primer contenido a los {content}, completa a los {ended}',
    'attempt-refused': 'intento {n}: {account} respondió {status} a los {ended}: «{detail}»',
    'attempt-silent': 'intento {n}: {account} no dijo nada en {ended}: «{detail}»',
    'attempt-unreached': 'intento {n}: no se pudo llegar a {account} ({ended}): «{detail}»',
    'attempt-unsent': 'intento {n}: no se envió nada para {account}: «{detail}»',
    'attempt-empty': 'intento {n}: {account} respondió 200 y terminó sin contenido a los {ended}',
    'attempt-wrong':
      'intento {n}: {account} respondió 200 y falló antes de cualquier contenido a los {ended}: «{detail}»',
    'attempt-broke': 'intento {n}: {account} dio contenido a los {content} y se cortó a los {ended}: «{detail}»',
    'attempt-left': 'intento {n}: {account} se abandonó a los {ended}',
    log: ' (registro: {line})',
    decided: 'después del intento {n}: {action}',
    because: ', porque «{why}»',
    'log-line': 'registro: {line}',
    stopped: 'motivo de parada {stop}, {out} tokens de salida',
    told: 'a quien llamó se le dijo: «{error}»',
  },
  actions: {
    'retry-same': 'la misma cuenta otra vez',
    'retry-another': 'otra cuenta',
    'next-model': 'el siguiente modelo de la ruta',
    repair: 'historial reparado y otra vez',
    'give-up': 'ningún intento más',
  },
  phrases: {
    attempt: '1 intento',
    attempts: '{count} intentos',
    'api-key': 'clave de API',
    'google-credential': 'clave de cuenta de servicio o inicio de sesión',
    project: ' ({name})',
    unknown: 'desconocido',
  },
  verdicts: { fine: 'todo bien', healed: 'reparado', wait: 'esperar', act: 'actuar' },
  stages: {
    connect: 'conexión',
    peek: 'antes del primer contenido',
    signature: 'firma',
    stream: 'en el flujo',
    account: 'cuenta',
    request: 'solicitud',
    none: 'ninguna etapa',
  },
  headings: {
    evidence: 'En qué se ve',
    advice: 'Qué hacer',
    'unknown-id': 'el diario no tiene ninguna solicitud con el identificador {id}',
  },
};
