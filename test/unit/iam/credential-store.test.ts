import { describe, expect, it } from 'vitest';
import { createCredentialStore } from '../../../emulator/iam/credential-store.ts';
import { sessionOf, userNamed } from './principals.ts';

describe('createCredentialStore', () => {
  it('gives a user an AKIA key without a token, and a session an ASIA key with one', () => {
    const store = createCredentialStore();
    expect(store.issue(userNamed('ann'))).toEqual({
      accessKeyId: expect.stringMatching(/^AKIA[A-Z2-7]{16}$/),
      secretAccessKey: expect.stringMatching(/^.{40}$/),
    });
    expect(store.issue(sessionOf('init'))).toMatchObject({
      accessKeyId: expect.stringMatching(/^ASIA[A-Z2-7]{16}$/),
      sessionToken: expect.stringMatching(/^.{256}$/),
    });
  });

  it('never issues the same key twice and finds each one with its principal', () => {
    const store = createCredentialStore();
    const principal = userNamed('ann');
    const ids = Array.from({ length: 100 }, () => store.issue(principal).accessKeyId);
    expect(new Set(ids).size).toBe(100);
    for (const id of ids) expect(store.find(id)?.principal).toBe(principal);
    expect(store.find('AKIAUNKNOWN')).toBeUndefined();
  });

  it('knows a key no more once it is revoked, and the others as before', () => {
    const store = createCredentialStore();
    const [ended, other] = [store.issue(sessionOf('init')), store.issue(sessionOf('init'))];
    store.revoke(ended.accessKeyId);
    store.revoke('ASIAUNKNOWN');
    expect(store.find(ended.accessKeyId)).toBeUndefined();
    expect(store.find(other.accessKeyId)?.credentials).toBe(other);
  });
});
