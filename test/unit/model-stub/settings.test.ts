import { describe, expect, it } from 'vitest';
import { faultOfInvocation } from '../../../model-stub/faults.ts';
import { readSettings } from '../../../model-stub/settings.ts';

describe('the settings', () => {
  it.each([
    [{}, { host: '0.0.0.0', port: 8080 }],
    [{ SAGEMAKER_BIND_TO_PORT: '9000' }, { host: '0.0.0.0', port: 9000 }],
    [{ MODEL_STUB_LISTEN: 'unix:/a/b.sock' }, { path: '/a/b.sock' }],
  ])('of %j listen at %j', (environment, listen) => {
    expect(readSettings(environment).listen).toEqual(listen);
  });

  it.each([
    [{ SAGEMAKER_BIND_TO_PORT: 'http' }, 'SAGEMAKER_BIND_TO_PORT'],
    [{ SAGEMAKER_BIND_TO_PORT: '70000' }, 'SAGEMAKER_BIND_TO_PORT'],
    [{ MODEL_STUB_LISTEN: '/a/b.sock' }, 'MODEL_STUB_LISTEN'],
    [{ MODEL_STUB_FAULT: 'explode' }, 'MODEL_STUB_FAULT'],
    [{ MODEL_STUB_FAULTS: 'by-requests' }, 'MODEL_STUB_FAULTS must be by-request'],
    [{ MODEL_STUB_FAULTS: 'crash' }, 'MODEL_STUB_FAULTS'],
    [{ MODEL_STUB_FAULT_STATUS: '99' }, 'MODEL_STUB_FAULT_STATUS'],
    [{ MODEL_STUB_FAULT_LATENCY_MS: '-1' }, 'MODEL_STUB_FAULT_LATENCY_MS'],
  ])('of %j are refused by name', (environment, name) => {
    expect(() => readSettings(environment)).toThrow(name);
  });
});

describe('a fault', () => {
  const none = { name: null, latencyMs: 0, status: null };
  it.each([
    [{}, undefined, none],
    [{}, 'fault=crash', none],
    [{ MODEL_STUB_FAULT: 'crash' }, undefined, { ...none, name: 'crash' }],
    [{ MODEL_STUB_FAULT_LATENCY_MS: '5', MODEL_STUB_FAULT_STATUS: '503' }, undefined, { name: null, latencyMs: 5, status: 503 }],
    [{ MODEL_STUB_FAULT: 'crash', MODEL_STUB_FAULTS: 'by-request' }, undefined, none],
    [{ MODEL_STUB_FAULTS: 'by-request' }, 'trace=1;fault=hang', { ...none, name: 'hang' }],
    [{ MODEL_STUB_FAULTS: 'by-request' }, 'default=crash', none],
    [{ MODEL_STUB_FAULTS: 'by-request' }, 'fault=latency:250', { name: 'latency', latencyMs: 250, status: null }],
    [{ MODEL_STUB_FAULTS: 'by-request' }, 'fault=status:418', { name: 'status', latencyMs: 0, status: 418 }],
    [{ MODEL_STUB_FAULTS: 'by-request', MODEL_STUB_FAULT_STATUS: '504' }, 'fault=status', { name: 'status', latencyMs: 0, status: 504 }],
    [{ MODEL_STUB_FAULTS: 'by-request' }, 'fault=status:9', { name: 'status', latencyMs: 0, status: 200 }],
    [{ MODEL_STUB_FAULTS: 'by-request' }, 'fault=slow-ping', none],
  ])('with %j and the attributes %j is %j', (environment, attributes, fault) => {
    expect(faultOfInvocation(readSettings(environment).faults, attributes)).toEqual(fault);
  });
});
