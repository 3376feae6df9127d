/** What every client is to the test: what is installed for it, the tool it runs without asking, and one turn of it. */

export type ClientName =
  | 'claude-code'
  | 'gemini-cli'
  | 'codex'
  | 'opencode-anthropic'
  | 'opencode-google'
  | 'opencode-openai'
  | 'anthropic-sdk'
  | 'google-genai'
  | 'openai-chat'
  | 'openai-responses'
  | 'qwen-code'
  | 'pi-anthropic'
  | 'pi-openai'
  | 'pi-google'
  | 'continue'
  | 'ai-sdk';

export interface Client {
  readonly name: ClientName;
  /** The npm package. */
  readonly package: string;
  /** Where it is not the newest that is to be run. */
  readonly version?: string;
  /** Packages with their versions that it needs beside it. */
  readonly beside?: readonly string[];
  /** The package's own set-up script, where its wrapper needs one: npm is told to run none. */
  readonly setUp?: string;
  /** What the lab must call so that the client runs this command of a shell. */
  call(command: string): ToolCall;
  /** The model the client asks for by default. */
  readonly model: string;
  turn(stay: Stay): Promise<Turn>;
}

export interface ToolCall {
  readonly name: string;
  readonly args: Readonly<Record<string, unknown>>;
}

/** Where and for what a client is started. */
export interface Stay {
  /** The folder that holds its `node_modules`. */
  readonly folder: string;
  /** The gateway's origin. */
  readonly url: string;
  readonly model: string;
  readonly prompt: string;
  /** An empty directory: its home, and where its tool runs. */
  readonly home: string;
  /** A library asks again by itself, as it does for anybody; else every failure that the gateway lets through is seen. */
  readonly ownRetries?: boolean;
}

export interface Turn {
  readonly exit: number | string;
  /** The final answer as the client hands it to its user. */
  readonly text: string;
  /** Everything else it said, for the failure's message. */
  readonly aside: string;
}

export const clientKey = 'sk-ant-api03-a-key-of-the-client-0123456789';
export const turnMsMax = 90_000;
