/** What the demo shows: one scene for each way in which an upstream goes wrong, with the request a client sends. Plain data. */

export interface Scene {
  readonly dialect: 'anthropic' | 'gemini';
  readonly stream: boolean;
  /** What is wrong with the account that is asked first; the others are well. */
  readonly weather: string;
  readonly wrong: string;
  readonly ask: string;
  /** The history carries a signature that the upstream will refuse. */
  readonly brokenHistory?: boolean;
}

export const SCENES: readonly Scene[] = [
  {
    dialect: 'anthropic',
    stream: true,
    weather: 'empty-body',
    wrong: 'answers 200 with nothing in it',
    ask: 'What does the harbour light do?',
  },
  {
    dialect: 'anthropic',
    stream: true,
    weather: 'no-content',
    wrong: 'starts, pings and stops without a word',
    ask: 'What is a good map?',
  },
  {
    dialect: 'anthropic',
    stream: true,
    weather: 'silence',
    wrong: 'stays silent',
    ask: 'How long does the ferry wait?',
  },
  {
    dialect: 'anthropic',
    stream: true,
    weather: 'in-band-error',
    wrong: 'errs inside a 200',
    ask: 'Which knot can be untied?',
  },
  {
    dialect: 'anthropic',
    stream: true,
    weather: 'cut-at:byte=300',
    wrong: 'ends early, inside its first events',
    ask: 'What do three bells mean?',
  },
  {
    dialect: 'anthropic',
    stream: true,
    weather: '401',
    wrong: 'refuses the credential',
    ask: 'What is promised in the morning?',
  },
  {
    dialect: 'anthropic',
    stream: true,
    weather: 'clear',
    brokenHistory: true,
    wrong: 'rejects a signature in the history',
    ask: 'And what did you say before?',
  },
  {
    dialect: 'anthropic',
    stream: false,
    weather: 'cut-after:frames=6',
    wrong: 'dies in the middle of a collected answer',
    ask: 'Does the tram ring twice?',
  },
  {
    dialect: 'anthropic',
    stream: true,
    weather: 'cut-after:frames=9',
    wrong: 'dies in the middle of what was shown',
    ask: 'Can a thread be tied again?',
  },
  {
    dialect: 'gemini',
    stream: true,
    weather: 'stall:after=4',
    wrong: 'falls silent in the middle of what was shown',
    ask: 'What is written on the bell?',
  },
  {
    dialect: 'gemini',
    stream: true,
    weather: 'no-content',
    wrong: 'finishes with STOP and no part',
    ask: 'How slow is the clock in Plzeň?',
  },
  {
    dialect: 'gemini',
    stream: true,
    weather: 'html',
    wrong: 'answers 200 with an HTML page',
    ask: 'What do the gulls know?',
  },
  {
    dialect: 'gemini',
    stream: true,
    weather: '503',
    wrong: 'is overloaded',
    ask: 'Who counts the swallows?',
  },
  {
    dialect: 'gemini',
    stream: true,
    weather: 'clear',
    brokenHistory: true,
    wrong: 'rejects a thought signature',
    ask: 'Where does the path divide?',
  },
  {
    dialect: 'gemini',
    stream: false,
    weather: 'stall:after=2',
    wrong: 'falls silent in the middle',
    ask: 'What hums in a north wind?',
  },
  {
    dialect: 'gemini',
    stream: true,
    weather: 'reset',
    wrong: 'resets the connection',
    ask: 'When does the ferry leave?',
  },
  {
    dialect: 'gemini',
    stream: true,
    weather: '429:time=retry-info,seconds=25',
    wrong: 'is limited for 25 s',
    ask: 'What costs 42 kronor?',
  },
  {
    dialect: 'anthropic',
    stream: true,
    weather: '429:time=retry-after-seconds,seconds=20',
    wrong: 'is limited for 20 s',
    ask: 'What stands in the lighthouse log?',
  },
];

export interface SceneRequest {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export function requestOf(scene: Scene): SceneRequest {
  return scene.dialect === 'anthropic' ? anthropicRequest(scene) : geminiRequest(scene);
}

const claudeModel = 'claude-sonnet-4-5';
const geminiModel = 'gemini-3-pro-preview';
/** Well-formed, but minted by nobody. One for each dialect: a signature that was refused once is not sent a second time. */
const foreignSignature = (dialect: string): string =>
  Buffer.from(`a signature that no ${dialect} upstream of this demonstration has ever made`).toString('base64');

function anthropicRequest(scene: Scene): SceneRequest {
  const thinking = { type: 'thinking', thinking: 'The lamp turns, I think.', signature: foreignSignature('Claude') };
  const history = [
    { role: 'user', content: 'What does the lamp do?' },
    { role: 'assistant', content: [thinking, { type: 'text', text: 'It turns.' }] },
  ];
  const messages = [...(scene.brokenHistory ? history : []), { role: 'user', content: scene.ask }];
  const body = JSON.stringify({ model: claudeModel, max_tokens: 1024, stream: scene.stream, messages });
  return { path: '/v1/messages', headers: { 'anthropic-version': '2023-06-01' }, body };
}

function geminiRequest(scene: Scene): SceneRequest {
  const call = {
    functionCall: { name: 'look_up', args: { query: 'path' } },
    thoughtSignature: foreignSignature('Gemini'),
  };
  const result = { functionResponse: { name: 'look_up', response: { output: 'At Þingvellir.' } } };
  const history = [
    { role: 'user', parts: [{ text: scene.ask }] },
    { role: 'model', parts: [call] },
    { role: 'user', parts: [result] },
  ];
  const contents = scene.brokenHistory ? history : [{ role: 'user', parts: [{ text: scene.ask }] }];
  const parameters = { type: 'object', properties: { query: { type: 'string' } } };
  const tools = [{ functionDeclarations: [{ name: 'look_up', description: 'looks a thing up', parameters }] }];
  const method = scene.stream ? 'streamGenerateContent?alt=sse' : 'generateContent';
  const body = JSON.stringify(scene.brokenHistory ? { contents, tools } : { contents });
  return { path: `/v1beta/models/${geminiModel}:${method}`, headers: {}, body };
}
