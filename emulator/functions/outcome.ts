// How one invocation of a function can end. Everything that calls a function switches over this union, exhaustively.

/** Lambda's own error payload. Source: aws-lambda-nodejs-runtime-interface-client, Errors. */
export interface FunctionError {
  readonly errorType: string;
  readonly errorMessage: string;
  readonly trace?: readonly string[];
}

export type Outcome =
  /** The JSON the handler returned, as text; `null` where it returned undefined. */
  | { readonly kind: 'returned'; readonly payload: string }
  | { readonly kind: 'threw'; readonly error: FunctionError }
  | { readonly kind: 'timedOut'; readonly error: FunctionError }
  /** process.exit, unhandled rejection, or a failure while the module was loaded. */
  | { readonly kind: 'crashed'; readonly error: FunctionError }
  | { readonly kind: 'outOfMemory'; readonly error: FunctionError }
  /** The result could not be turned into JSON, or is larger than functionResponseBytesMax. */
  | { readonly kind: 'unserialisable'; readonly error: FunctionError };

export interface Invocation {
  readonly requestId: string;
  readonly outcome: Outcome;
  /** "$LATEST" or a published version's number. */
  readonly executedVersion: string;
  readonly durationMs: number;
  /** Present when this invocation started a new environment. */
  readonly initDurationMs: number | null;
  /** The last 4 KB of the invocation's log; null where the request did not ask for it. */
  readonly logTail: string | null;
}

export interface InvokeRequest {
  /** Full ARN as invoked, with its qualifier if any: becomes context.invokedFunctionArn. */
  readonly functionArn: string;
  /** JSON text; empty means {}. */
  readonly payload: string;
  readonly requestId?: string;
  /** X-Ray header value, put into _X_AMZN_TRACE_ID for the invocation. */
  readonly traceHeader?: string;
  /** Base64 JSON as the API carries it. */
  readonly clientContext?: string;
  /** Asks for Invocation.logTail, as LogType Tail does. */
  readonly wantsLogTail?: boolean;
}

/** What the gateway, the authorizer and the Lambda Invoke API use. */
export interface FunctionInvoker {
  /** Resolves for every outcome; `notFound`/`throttled` when no environment ran. Never rejects for what a handler does. */
  invoke(request: InvokeRequest): Promise<Invocation | InvokeRefusal>;
}

export interface InvokeRefusal {
  readonly kind: 'refused';
  readonly reason: 'notFound' | 'throttled' | 'closed';
}
