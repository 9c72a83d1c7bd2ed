// Lambda behind the AWS endpoint: Invoke, for functions that call functions and for whoever uses the SDK or the AWS CLI.
import { type AwsFault, isFault } from '../aws/fault.ts';
import type { AwsAnswer, AwsCall, AwsService } from '../aws/service.ts';
import type { Faults } from '../faults.ts';
import type { FunctionDefinition, FunctionPermission } from '../template/deployment.ts';
import type { EventInvocations } from './events/event-invocations.ts';
import { executedVersion } from './executed-version.ts';
import { functionPolicies } from './function-policy.ts';
import { type InvokeContent, type InvokeTarget, invokeContent, invokeTarget } from './invoke-request.ts';
import { functionNotFound, notEmulated, recursiveInvocation, serviceClosing, throttled } from './lambda-faults.ts';
import { lambdaOperation } from './lambda-operations.ts';
import type { FunctionInvoker, Invocation, InvokeRequest } from './outcome.ts';
import type { FunctionStandIn } from './pact-function.ts';
import { lengthenChain, newTraceHeader } from './trace-header.ts';

export interface LambdaServiceOptions {
  readonly invoker: FunctionInvoker;
  /** Closed by whoever opened it. */
  readonly events: EventInvocations;
  readonly functions: readonly FunctionDefinition[];
  readonly permissions: readonly FunctionPermission[];
  /** Answers in place of one of the functions. */
  readonly standIn?: FunctionStandIn;
  /** None where absent. */
  readonly faults?: Pick<Faults, 'deletedAlias' | 'withdrawnPermission'>;
  readonly region: string;
}

/** Needs lambda:InvokeFunction on the ARN as invoked, with its qualifier. */
export function createLambdaService(options: LambdaServiceOptions): AwsService {
  const { invoker, events, functions, faults, region } = options;
  const policiesOf = functionPolicies(options.permissions);
  const definitions = new Map(functions.map((definition) => [definition.arn, definition]));
  return {
    signingName: 'lambda',
    async handle(call) {
      const encodedName = /^\/2015-03-31\/functions\/([^/]+)\/invocations\/?$/.exec(call.rawPath)?.[1];
      if (encodedName === undefined || call.method !== 'POST') return notEmulated(lambdaOperation(call.method, call.rawPath));
      const target = invokeTarget(call, encodedName, region);
      if (isFault(target)) return target;
      const denied = call.authorize({
        action: 'lambda:InvokeFunction',
        resourceArn: target.invokedArn,
        resourceAccountId: target.accountId,
        resourcePolicies: faults?.withdrawnPermission === target.invokedArn ? [] : policiesOf(target.invokedArn),
        context: { 'lambda:FunctionArn': target.invokedArn },
      });
      if (denied) return denied;
      if (faults?.deletedAlias === target.invokedArn) return functionNotFound(target.invokedArn);
      const definition = definitions.get(target.functionArn);
      if (!definition || executedVersion(definition, target.qualifier) === null) return functionNotFound(target.invokedArn);
      call.annotate({ functionName: definition.functionName });
      const content = invokeContent(call);
      if (isFault(content)) return content;
      // DryRun asks Lambda only, whoever would answer.
      if (options.standIn?.functionArn === definition.arn && content.invocationType !== 'DryRun') {
        return options.standIn.answer(call, { definition, target, content });
      }
      return answer({ call, definition, target, content, invoker, events });
    },
  };
}

interface AcceptedCall {
  readonly call: AwsCall;
  readonly definition: FunctionDefinition;
  readonly target: InvokeTarget;
  readonly content: InvokeContent;
  readonly invoker: FunctionInvoker;
  readonly events: EventInvocations;
}

async function answer(accepted: AcceptedCall): Promise<AwsAnswer | AwsFault> {
  const { call, definition, target, content, invoker, events } = accepted;
  const traceHeader = call.headers.get('x-amzn-trace-id') ?? newTraceHeader(call.receivedAt);
  const request = {
    functionArn: target.invokedArn,
    payload: content.payload,
    requestId: call.requestId,
    wantsLogTail: content.logType === 'Tail',
    traceHeader,
    ...(content.clientContext !== undefined && { clientContext: content.clientContext }),
  } satisfies InvokeRequest;
  switch (content.invocationType) {
    case 'DryRun':
      return { status: 204, headers: { 'x-amzn-RequestId': call.requestId } };
    case 'Event':
      return acceptedAnswer(call, events.accept(request));
    case 'RequestResponse': {
      const chain = lengthenChain(traceHeader, definition.arn);
      if (chain.isTooLong && !definition.allowsRecursiveLoop) return recursiveInvocation();
      const invocation = await invoker.invoke({ ...request, traceHeader: chain.traceHeader });
      if (!('kind' in invocation)) return synchronousAnswer(call, invocation);
      switch (invocation.reason) {
        case 'notFound':
          return functionNotFound(target.invokedArn);
        case 'throttled':
          return throttled(
            definition.reservedConcurrency === null
              ? 'ConcurrentInvocationLimitExceeded'
              : 'ReservedFunctionConcurrentInvocationLimitExceeded',
          );
        case 'closed':
          return serviceClosing();
      }
    }
  }
}

function acceptedAnswer(call: AwsCall, result: ReturnType<EventInvocations['accept']>): AwsAnswer | AwsFault {
  switch (result) {
    case 'accepted':
      return { status: 202, headers: { 'x-amzn-RequestId': call.requestId }, body: '' };
    case 'full':
      return throttled('ConcurrentInvocationLimitExceeded');
    case 'closed':
      return serviceClosing();
  }
}

/** 200 also where the function failed: then the body is Lambda's error payload and a header says so. */
function synchronousAnswer(call: AwsCall, invocation: Invocation): AwsAnswer {
  const { outcome, executedVersion, logTail } = invocation;
  call.annotate({ executedVersion, outcome: outcome.kind });
  return {
    status: 200,
    headers: {
      'Content-Type': 'application/json',
      'x-amzn-RequestId': call.requestId,
      'X-Amz-Executed-Version': executedVersion,
      ...(outcome.kind !== 'returned' && { 'X-Amz-Function-Error': 'Unhandled' }),
      ...(logTail !== null && { 'X-Amz-Log-Result': Buffer.from(logTail).toString('base64') }),
    },
    body: outcome.kind === 'returned' ? outcome.payload : JSON.stringify(outcome.error),
  };
}
