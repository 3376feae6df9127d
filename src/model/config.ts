/** The configuration as plain values: durations in milliseconds, sizes in bytes, every default filled in. */

import type { Backoff } from './failure.ts';

export type Provider = 'gemini' | 'vertex' | 'anthropic' | 'openai';
export type AuthMode = 'off' | 'strict' | 'all_except_health' | 'auto';
export type SchedulingMode = 'cache_first' | 'balance' | 'performance_first';

export interface AccountConfig {
  /** The label, unique: shown in `X-Account-Email`. */
  readonly email: string;
  readonly provider: Provider;
  /** `env:NAME`, `file:PATH`, `keychain:NAME` or a literal. Never logged. */
  readonly credential: string;
  /** Absent = the provider's public origin. */
  readonly baseUrl?: string;
  readonly allowPrivate: boolean;
  readonly project?: string;
  readonly location?: string;
  readonly tokenUrl?: string;
  /** Name patterns, `*` is a wildcard. Empty for openai = every name that no other account claims. */
  readonly models: readonly string[];
  readonly weight: number;
  readonly enabled: boolean;
}

export interface RouteConfig {
  readonly match: string;
  readonly to: readonly string[];
}

/** The keys of `healing.backoff`: the statuses of the contract's table. */
export type BackoffKey = '400' | '401' | '403' | '404' | '429' | '500' | '503' | '529' | 'peek';

export interface HealingConfig {
  readonly maxAttempts: number;
  readonly firstByteMs: number;
  readonly firstContentMs: number;
  /** As `firstContentMs`, for a Gemini-native request. */
  readonly firstContentGeminiMs: number;
  readonly idleMs: number;
  readonly deadlineMs: number;
  readonly keepaliveMs: number;
  /** 0 = never open early. */
  readonly openAfterMs: number;
  readonly hold: 'live' | 'balanced' | 'safe';
  readonly resume: boolean;
  /** A slow attempt gets company by a second one on another account. */
  readonly hedge: boolean;
  /** A client that comes back, or a duplicate with the same `Idempotency-Key`, joins the generation that is already paid for. */
  readonly attach: boolean;
  readonly backoff: Readonly<Partial<Record<BackoffKey, Backoff>>>;
}

export interface Config {
  readonly server: {
    readonly drainMs: number;
    readonly host: string;
    readonly port: number;
    readonly auth: { readonly mode: AuthMode; readonly keys: readonly string[] };
    readonly allowedHosts: readonly string[];
    readonly maxBodyBytes: number;
  };
  readonly accounts: readonly AccountConfig[];
  readonly routes: readonly RouteConfig[];
  readonly healing: HealingConfig;
  readonly scheduling: { readonly mode: SchedulingMode; readonly sticky: boolean; readonly maxWaitMs: number };
  readonly monitor: {
    readonly bodies: 'full' | 'metadata' | 'off';
    readonly maxBodyBytes: number;
    readonly retentionMs: number;
    readonly maxSizeBytes: number;
    /** The message of a failed answer ends with the command that explains it. */
    readonly explain: boolean;
  };
  readonly state: { readonly url: string };
  readonly journal: { readonly url: string };
  readonly telemetry: { readonly metrics: boolean; readonly otlp: string };
}
