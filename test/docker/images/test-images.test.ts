// The images of test/images: how they are built. That each has the fault of its name is seen in docker/model/bad-images.test.ts.
import { describe, expect, test } from 'vitest';
import { buildTestImage } from '../../images/build-image.ts';
import { dockerImage } from '../../images/engine.ts';
import { required } from '../../required.ts';

const base = dockerImage('node:24-bookworm-slim');

describe.skipIf(!required('docker', base.isThere, base.reason))('test images', () => {
  test('asked for twice at once, an image is built once', async () => {
    const [first, second] = await Promise.all([buildTestImage('ping-503'), buildTestImage('ping-503')]);
    expect(first).toBe(second);
    expect(first).toMatch(/^airlock-test\/ping-503:[0-9a-f]{16}$/);
  });
});
