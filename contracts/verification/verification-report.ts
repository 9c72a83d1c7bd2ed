// What a verification found out. contracts/results records it; the command line prints it.
import type { ContractErrorCode } from '../contract-error.ts';

export interface VerificationReport {
  readonly consumer: string;
  readonly provider: string;
  /** `pactFingerprint` (results/pact-fingerprint.ts) of the pact's text: its layout and the library that wrote it do not count. */
  readonly pactSha256: string;
  /** Only some of the pact's interactions were asked for (`only`): never recorded. */
  readonly partial: boolean;
  /** There is at least one interaction, and each is ok. */
  readonly ok: boolean;
  /** In the file's order. */
  readonly interactions: readonly InteractionResult[];
}

export interface InteractionResult {
  readonly description: string;
  readonly providerStates: readonly string[];
  readonly ok: boolean;
  /** One line each, in words; empty where it is ok. */
  readonly mismatches: readonly string[];
  /** Where it is not the answer that is wrong, but there is none to judge: why. */
  readonly code?: ContractErrorCode;
}
