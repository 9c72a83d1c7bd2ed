// Every rule of a model package, broken one at a time.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { judgePackage } from '../../../../emulator/validate/checks/package-request.ts';
import { initPackage, packageFileName } from '../../../../emulator/validate/init-package.ts';
import { parsePackageFile, readPackageFile } from '../../../../emulator/validate/model-package/read-package-file.ts';
import { container, job, packageRequest, profile } from './made-up-package.ts';

const read = (text: string) => parsePackageFile(text, 'model-package.json');
const tooLong = (length: number) => 'x'.repeat(length);
const inference = 'InferenceSpecification';
const validation = 'ValidationSpecification';
const variables = (count: number, value = 'v') => Object.fromEntries(Array.from({ length: count }, (_, index) => [`NAME_${index}`, value]));

describe('a package that Marketplace takes', () => {
  it('passes', () => {
    const file = read(packageRequest());
    expect(file).toMatchObject({ kind: 'request', problems: [], remarks: [], unknown: [] });
    expect(judgePackage(file, 'mine:1')).toEqual({ outcome: 'passed' });
  });

  it('is read into what other checks look at', () => {
    expect(read(packageRequest()).modelPackage).toEqual({
      name: 'identity-model',
      certifyForMarketplace: true,
      containers: [
        {
          image: '111122223333.dkr.ecr.us-east-1.amazonaws.com/identity-model:1',
          imageDigest: null,
          modelDataUrl: 's3://models/identity/model.tar.gz',
          environment: { NODE_ENV: 'production' },
          productId: null,
        },
      ],
      contentTypes: ['application/jsonlines', 'text/csv'],
      responseMimeTypes: ['application/jsonlines'],
      transformInstanceTypes: ['ml.m5.large'],
      realtimeInstanceTypes: ['ml.m5.large'],
      validationRole: 'arn:aws:iam::111122223333:role/model-package-validation',
      profiles: [
        {
          name: 'validation',
          job: {
            ...{
              maxConcurrentTransforms: null,
              maxPayloadInMB: 6,
              batchStrategy: 'MultiRecord',
              environment: {},
              inputUri: 's3://data/input/',
            },
            ...{ contentType: 'application/jsonlines', compressionType: null, splitType: 'Line', accept: 'application/jsonlines' },
            ...{ assembleWith: 'Line', instanceType: 'ml.m5.large' },
          },
        },
      ],
    });
  });

  it('is what --init writes', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'airlock-init-package-'));
    try {
      const path = join(directory, packageFileName);
      await initPackage(path);
      expect(judgePackage(await readPackageFile(path), 'mine:1')).toEqual({ outcome: 'passed' });
    } finally {
      rmSync(directory, { recursive: true });
    }
  });
});

describe('a broken package', () => {
  it.each<[string, Record<string, unknown>, RegExp]>([
    ['no name', { ModelPackageName: undefined }, /the required ModelPackageName is missing/],
    ['a name with _', { ModelPackageName: 'my_model' }, /:2 ModelPackageName: must be a text/],
    ['a name that is too long', { ModelPackageName: tooLong(64) }, /ModelPackageName: must be a text of at most 63/],
    ['a group', { ModelPackageGroupName: 'group' }, /versioned and cannot be listed/],
    ['not certified', { CertifyForMarketplace: false }, /:3 CertifyForMarketplace: CertifyForMarketplace must be true/],
    ['certified in quotes', { CertifyForMarketplace: 'true' }, /must be a boolean in JSON, but is a string/],
    ['certified by nobody', { CertifyForMarketplace: undefined }, /CertifyForMarketplace must be true.+missing/],
    ['a misspelt member', { InferenceSpecifications: {} }, /unknown property InferenceSpecifications.+InferenceSpecification/],
    ['no inference', { [inference]: undefined }, /the required InferenceSpecification is missing/],
    ['no container', { [`${inference}.Containers`]: [] }, /has 0 containers; wanted: 1 to 15/],
    ['no image', { [`${container}.Image`]: undefined }, /Containers\[0\]: the required Image is missing/],
    ['an image of a laptop', { [`${container}.Image`]: 'my-model:1' }, /Containers\[0\]\.Image: must be in a private ECR repository/],
    ['an image without tag', { [`${container}.Image`]: '111122223333.dkr.ecr.us-east-1.amazonaws.com/m' }, /neither tag nor digest/],
    ['another account', { [`${container}.Image`]: '444455556666.dkr.ecr.us-east-1.amazonaws.com/m:1' }, /is of account 444455556666/],
    ['a digest of another kind', { [`${container}.ImageDigest`]: 'md5:00' }, /ImageDigest: must be a text/],
    ['a tar without gzip', { [`${container}.ModelDataUrl`]: 's3://models/model.tar' }, /ModelDataUrl: must end with \.tar\.gz/],
    ['an artifact on disk', { [`${container}.ModelDataUrl`]: '/model.tar.gz' }, /ModelDataUrl: must be a text/],
    ['a data source', { [`${container}.ModelDataSource`]: {} }, /ModelDataSource: cannot be used for Marketplace/],
    ['a bad product id', { [`${container}.ProductId`]: 'prod_1' }, /ProductId: must be a text/],
    ['101 variables', { [`${container}.Environment`]: variables(101) }, /has 101 entries; at most 100/],
    ['a long value', { [`${container}.Environment`]: { A: tooLong(1_025) } }, /Environment\.A: has 1025 characters; at most 1024/],
    ['a value of many bytes', { [`${container}.Environment`]: { A: 'ü'.repeat(600) } }, /Environment\.A: has 1200 bytes; at most 1024/],
    ['32 KB of variables', { [`${container}.Environment`]: variables(40, tooLong(1_000)) }, /bytes together; at most 32768/],
    ['a name that begins with a digit', { [`${container}.Environment`]: { '1A': 'v' } }, /a name has letters, digits and _ only/],
    ['a number for a variable', { [`${container}.Environment`]: { A: 1 } }, /Environment\.A: must be a text/],
    ['credentials', { [`${container}.Environment`]: { AWS_SECRET_ACCESS_KEY: 'k' } }, /sets AWS credentials/],
    [
      'no types of instances',
      { [`${inference}.SupportedTransformInstanceTypes`]: undefined },
      /required SupportedTransformInstanceTypes is missing/,
    ],
    [
      'no real-time types',
      { [`${inference}.SupportedRealtimeInferenceInstanceTypes`]: [] },
      /RealtimeInferenceInstanceTypes: must not be empty/,
    ],
    ['a mistyped type', { [`${inference}.SupportedRealtimeInferenceInstanceTypes`]: ['m5.large'] }, /"m5\.large" is no instance type/],
    ['no content types', { [`${inference}.SupportedContentTypes`]: [] }, /SupportedContentTypes: must not be empty/],
    ['a content type that is none', { [`${inference}.SupportedContentTypes`]: ['csv'] }, /"csv" is no media type/],
    [
      'a MIME type that is none',
      { [`${inference}.SupportedResponseMIMETypes`]: ['csv'] },
      /SupportedResponseMIMETypes\[0\]: must be a text/,
    ],
    ['no validation', { [validation]: undefined }, /the required ValidationSpecification is missing/],
    ['validation skipped', { SkipModelValidation: 'All' }, /must not be "All"/],
    ['a role by its name', { [`${validation}.ValidationRole`]: 'my-validation-role-name' }, /ValidationRole: must be a text/],
    ['no profile', { [`${validation}.ValidationProfiles`]: [] }, /has 0 profiles; wanted: one/],
    ['no job', { [`${job}`]: undefined }, /the required TransformJobDefinition is missing/],
    ['a profile without a name', { [`${profile}.ProfileName`]: undefined }, /the required ProfileName is missing/],
    ['another content type', { [`${job}.TransformInput.ContentType`]: 'image/png' }, /"image\/png" is not in SupportedContentTypes/],
    ['another accept', { [`${job}.TransformOutput.Accept`]: 'text/csv' }, /"text\/csv" is not in SupportedResponseMIMETypes/],
    ['another instance', { [`${job}.TransformResources.InstanceType`]: 'ml.c5.xlarge' }, /"ml\.c5\.xlarge" is not in SupportedTransform/],
    ['a split that is none', { [`${job}.TransformInput.SplitType`]: 'Lines' }, /SplitType: must be one of None, Line, RecordIO, TFRecord/],
    [
      'a manifest of another kind',
      { [`${job}.TransformInput.DataSource.S3DataSource.S3DataType`]: 'AugmentedManifestFile' },
      /S3DataType: must be/,
    ],
    ['data on disk', { [`${job}.TransformInput.DataSource.S3DataSource.S3Uri`]: 'input' }, /S3Uri: must be a text/],
    ['no instance count', { [`${job}.TransformResources.InstanceCount`]: 0 }, /InstanceCount: must be a whole number/],
    ['too large a payload', { [`${job}.MaxPayloadInMB`]: 101 }, /MaxPayloadInMB is 101; at most 100/],
    ['too much at once', { [`${job}.MaxConcurrentTransforms`]: 20 }, /times MaxPayloadInMB is 120/],
    ['17 variables of the job', { [`${job}.Environment`]: variables(17) }, /has 17 entries; at most 16/],
    ['a number in quotes', { [`${job}.MaxPayloadInMB`]: '6' }, /must be a number in JSON, but is a string/],
  ])('with %s fails', (_, changes, expected) => {
    const verdict = judgePackage(read(packageRequest(changes)), 'mine:1');
    expect(verdict).toMatchObject({ outcome: 'failed', findings: expect.arrayContaining([expect.stringMatching(expected)]) });
  });

  it('names two profiles', () => {
    const { ValidationSpecification: specification, ...rest } = JSON.parse(packageRequest());
    const [only] = specification.ValidationProfiles;
    const text = JSON.stringify({ ...rest, ValidationSpecification: { ...specification, ValidationProfiles: [only, only] } });
    expect(read(text).problems).toEqual([expect.stringMatching(/has 2 profiles; wanted: one/)]);
  });

  it('shows the line and the path, and no value of a variable', () => {
    const text = packageRequest({ [`${container}.Environment`]: { SECRET: 'hush'.repeat(300) } });
    expect(read(text).problems).toEqual([
      'model-package.json:10 InferenceSpecification.Containers[0].Environment.SECRET: has 1200 characters; at most 1024 are allowed',
    ]);
  });

  it.each<[string, Record<string, unknown>, RegExp]>([
    ['17 variables', { [`${container}.Environment`]: variables(17) }, /has 17 entries; AWS's documents name 16/],
    [
      'a type that is new',
      { [`${inference}.SupportedRealtimeInferenceInstanceTypes`]: ['ml.m99.large'] },
      /none of the types that Airlock knows/,
    ],
    ['no ContentType in the profile', { [`${job}.TransformInput.ContentType`]: undefined }, /has no ContentType/],
    ['an algorithm', { SourceAlgorithmSpecification: {} }, /made from an algorithm/],
    ['mini-batches of whole files', { [`${job}.TransformInput.SplitType`]: 'None' }, /no effect without a SplitType/],
  ])('is only remarked upon for %s', (_, changes, expected) => {
    const verdict = judgePackage(read(packageRequest(changes)), 'mine:1');
    expect(verdict).toMatchObject({ outcome: 'warned', findings: [expect.stringMatching(expected)] });
  });

  it('is remarked upon where it names another image of ECR than the one that is validated', () => {
    const verdict = judgePackage(read(packageRequest()), '111122223333.dkr.ecr.us-east-1.amazonaws.com/identity-model:2');
    expect(verdict).toMatchObject({ outcome: 'warned', findings: [expect.stringMatching(/validated is .+identity-model:2$/)] });
  });
});

describe('a package file', () => {
  it.each([
    ['no JSON', '{"ModelPackageName": "a",}', /is no JSON: /],
    ['no YAML', 'a: b: c', /is no JSON and no YAML: line 1/],
    ['a word', 'hello', /holds no object/],
    ['nothing', '', /is no JSON and no YAML/],
    ['a list', '[1]', /holds no object/],
    ['something else', '{"name": "airlock", "version": "1"}', /neither a CreateModelPackage request nor a CloudFormation template/],
    ['a key twice', '{"ModelPackageName": "a", "ModelPackageName": "b"}', /there twice/],
  ])('with %s is refused', (_, text, expected) => {
    expect(() => read(text)).toThrow(
      expect.objectContaining({ code: 'BAD_OPTION', exitCode: 2, message: expect.stringMatching(expected) }),
    );
  });

  it.each(['/nowhere/model-package.json', tmpdir()])('that cannot be read is refused: %s', async (path) => {
    await expect(readPackageFile(path)).rejects.toMatchObject({ code: 'BAD_OPTION' });
  });

  it('may be YAML, with a byte order mark, or JSON with tabs', () => {
    expect(read(`\uFEFF${packageRequest()}`).problems).toEqual([]);
    expect(read(packageRequest().replaceAll('  ', '\t')).problems).toEqual([]);
    expect(read('ModelPackageName: my-model\nCertifyForMarketplace: no\n').problems.join('\n')).toMatch(/:2 CertifyForMarketplace/);
  });

  it('may be a template, whose values are taken as far as the template says them', () => {
    const { ModelPackageName: _, ...request } = JSON.parse(packageRequest());
    request.InferenceSpecification.Containers[0].Image = {
      'Fn::Sub': `\${AWS::AccountId}.dkr.ecr.\${AWS::Region}.amazonaws.com/m:\${Tag}`,
    };
    request.ValidationSpecification.ValidationRole = { 'Fn::GetAtt': ['Role', 'Arn'] };
    const template = (name: unknown) =>
      JSON.stringify({
        Parameters: { Tag: { Type: 'String', Default: '7' }, Name: { Type: 'String' } },
        Resources: { Package: { Type: 'AWS::SageMaker::ModelPackage', Properties: { ...request, ModelPackageName: name } } },
      });
    const file = read(template({ Ref: 'Name' }));
    expect(file.problems).toEqual([]);
    expect(file.modelPackage?.containers[0]?.image).toBe('111111111111.dkr.ecr.us-east-1.amazonaws.com/m:7');
    const at = 'Resources.Package.Properties';
    expect(file.unknown).toEqual([`${at}.ValidationSpecification.ValidationRole`, `${at}.ModelPackageName`]);
    expect(judgePackage(file, 'mine:1')).toMatchObject({ outcome: 'passed', note: expect.stringContaining('ValidationRole') });
    expect(read(template('my_model')).problems).toEqual([expect.stringContaining(`${at}.ModelPackageName: must be a text`)]);
    expect(read(template({ Ref: 'AWS::NoValue' })).problems).toEqual([expect.stringContaining('ModelPackageName is missing')]);
  });

  it('of a buyer has no package, which is no pass', () => {
    const customer = join(import.meta.dirname, '../../../../infra/customer.yaml');
    const file = parsePackageFile(readFileSync(customer, 'utf8'), customer);
    expect(judgePackage(file, 'mine:1')).toMatchObject({ outcome: 'notDecided' });
  });
});
