// Every check, in the order of the report. A new one: a file in checks/, one line here, a broken image in test/images/ that fails it.
import type { Check } from './check.ts';
import { acceptHandled } from './checks/accept-handled.ts';
import { acceptsWithin250Ms } from './checks/accepts-within-250-ms.ts';
import { batchPayload } from './checks/batch-payload.ts';
import { batchRecords } from './checks/batch-records.ts';
import { buyerTemplate } from './checks/buyer-template.ts';
import { concurrentRequests } from './checks/concurrent-requests.ts';
import { contentTypesCovered } from './checks/content-types-covered.ts';
import { customAttributesValid } from './checks/custom-attributes-valid.ts';
import { deterministic } from './checks/deterministic.ts';
import { entrypointExecForm } from './checks/entrypoint-exec-form.ts';
import { executionParameters } from './checks/execution-parameters.ts';
import { finishesOnSigterm } from './checks/finishes-on-sigterm.ts';
import { fitsInstance } from './checks/fits-instance.ts';
import { ignoresOtherHeaders } from './checks/ignores-other-headers.ts';
import { imageReference } from './checks/image-reference.ts';
import { imageSize } from './checks/image-size.ts';
import { invocationsAnswer } from './checks/invocations-answer.ts';
import { isolatedLatency } from './checks/isolated-latency.ts';
import { labelsMatch } from './checks/labels-match.ts';
import { largeRequest } from './checks/large-request.ts';
import { listensOn8080 } from './checks/listens-on-8080.ts';
import { listingAssets } from './checks/listing-assets.ts';
import { logsToStdout } from './checks/logs-to-stdout.ts';
import { malformedBody } from './checks/malformed-body.ts';
import { manifestMediaType } from './checks/manifest-media-type.ts';
import { metering } from './checks/metering.ts';
import { modelArchive } from './checks/model-archive.ts';
import { modelReadOnly } from './checks/model-read-only.ts';
import { noCredentials } from './checks/no-credentials.ts';
import { noEgress } from './checks/no-egress.ts';
import { noErrorWith200 } from './checks/no-error-with-200.ts';
import { noGpuDrivers } from './checks/no-gpu-drivers.ts';
import { noInitWrapper } from './checks/no-init-wrapper.ts';
import { noOtherPorts } from './checks/no-other-ports.ts';
import { noSecrets } from './checks/no-secrets.ts';
import { packageRequest } from './checks/package-request.ts';
import { pingBodyEmpty } from './checks/ping-body-empty.ts';
import { pingConsistent } from './checks/ping-consistent.ts';
import { pingFailsWithoutModel } from './checks/ping-fails-without-model.ts';
import { pingWithin2S } from './checks/ping-within-2-s.ts';
import { platformMatchesInstances } from './checks/platform-matches-instances.ts';
import { responseContentType } from './checks/response-content-type.ts';
import { restartsCold } from './checks/restarts-cold.ts';
import { runsAsRoot } from './checks/runs-as-root.ts';
import { serveResolves } from './checks/serve-resolves.ts';
import { servesOnPing } from './checks/serves-on-ping.ts';
import { sharedMemoryFits } from './checks/shared-memory.ts';
import { singlePlatform } from './checks/single-platform.ts';
import { staysUp } from './checks/stays-up.ts';
import { stopsOnSigterm } from './checks/stops-on-sigterm.ts';
import { streaming } from './checks/streaming.ts';
import { unknownContentType } from './checks/unknown-content-type.ts';
import { validationRehearsal } from './checks/validation-rehearsal.ts';
import { vulnerabilities } from './checks/vulnerabilities.ts';
import { worksIsolated } from './checks/works-isolated.ts';
import { writesOnlyTmp } from './checks/writes-only-tmp.ts';

export const checkList: readonly Check[] = [
  manifestMediaType,
  singlePlatform,
  platformMatchesInstances,
  serveResolves,
  entrypointExecForm,
  noInitWrapper,
  runsAsRoot,
  staysUp,
  listensOn8080,
  noOtherPorts,
  acceptsWithin250Ms,
  servesOnPing,
  pingWithin2S,
  pingConsistent,
  pingBodyEmpty,
  pingFailsWithoutModel,
  invocationsAnswer,
  responseContentType,
  contentTypesCovered,
  unknownContentType,
  malformedBody,
  acceptHandled,
  ignoresOtherHeaders,
  customAttributesValid,
  largeRequest,
  worksIsolated,
  noEgress,
  isolatedLatency,
  noCredentials,
  noSecrets,
  modelReadOnly,
  writesOnlyTmp,
  modelArchive,
  stopsOnSigterm,
  finishesOnSigterm,
  restartsCold,
  concurrentRequests,
  executionParameters,
  batchRecords,
  validationRehearsal,
  batchPayload,
  streaming,
  metering,
  noErrorWith200,
  vulnerabilities,
  noGpuDrivers,
  imageSize,
  fitsInstance,
  sharedMemoryFits,
  imageReference,
  packageRequest,
  buyerTemplate,
  labelsMatch,
  logsToStdout,
  listingAssets,
  deterministic,
];
