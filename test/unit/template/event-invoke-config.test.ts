import { describe, expect, it } from 'vitest';
import { errorOf, load } from './load-text.ts';
import { inlineFunction, template } from './resources.ts';

const arn = 'arn:aws:lambda:us-east-1:222222222222:function';
const functions = inlineFunction('FunctionName: work') + inlineFunction('FunctionName: told', 'Told');

function config(properties: string, name = 'Config'): string {
  return `
  ${name}:
    Type: AWS::Lambda::EventInvokeConfig
    Properties: { FunctionName: !Ref Fn, ${properties} }
`;
}

describe('AWS::Lambda::EventInvokeConfig', () => {
  it('says how often, how long, and who is told', async () => {
    const properties =
      "Qualifier: $LATEST, MaximumRetryAttempts: 0, MaximumEventAgeInSeconds: '60', DestinationConfig: { OnFailure: { Destination: 'arn:aws:s3:::kept' }, OnSuccess: { Destination: !GetAtt Told.Arn } }";
    const { eventInvokeConfigs } = await load(template(functions + config(properties)));
    expect(eventInvokeConfigs).toMatchObject([
      {
        ...{ functionArn: `${arn}:work`, qualifier: '$LATEST', maximumRetryAttempts: 0, maximumEventAgeSeconds: 60 },
        ...{ onSuccess: `${arn}:told`, onFailure: 'arn:aws:s3:::kept' },
      },
    ]);
  });

  it('is for one alias', async () => {
    const alias = '  Alias: { Type: AWS::Lambda::Alias, Properties: { FunctionName: !Ref Fn, FunctionVersion: $LATEST, Name: live } }\n';
    const { eventInvokeConfigs } = await load(
      template(functions + alias + config('Qualifier: live') + config('Qualifier: $LATEST', 'Other')),
    );
    expect(eventInvokeConfigs).toMatchObject([
      { qualifier: 'live', maximumRetryAttempts: null, maximumEventAgeSeconds: null, onSuccess: null, onFailure: null },
      { qualifier: '$LATEST' },
    ]);
  });

  it.each([
    'arn:aws:sqs:us-east-1:222222222222:q',
    'arn:aws:sns:us-east-1:222222222222:t',
    'arn:aws:events:us-east-1:222222222222:event-bus/b',
  ])('lists a destination that is not emulated: %s', async (destination) => {
    const more = `Qualifier: $LATEST, DestinationConfig: { OnFailure: { Destination: '${destination}' } }`;
    const { eventInvokeConfigs, notEmulatedProperties } = await load(template(functions + config(more)));
    expect(eventInvokeConfigs[0]?.onFailure).toBeNull();
    expect(notEmulatedProperties).toMatchObject([
      { property: 'DestinationConfig.OnFailure.Destination', effect: expect.stringMatching(/^nothing is sent to/) },
    ]);
  });

  const to = (event: string, destination: string) =>
    `Qualifier: $LATEST, DestinationConfig: { ${event}: { Destination: '${destination}' } }`;
  it.each([
    ['Qualifier: $LATEST, MaximumRetryAttempts: 3', /MaximumRetryAttempts: must be a whole number from 0 to 2/],
    ['Qualifier: $LATEST, MaximumEventAgeInSeconds: 59', /MaximumEventAgeInSeconds: must be a whole number from 60 to 21600/],
    ['MaximumRetryAttempts: 1', /Qualifier/],
    ['Qualifier: gone', /no template declares the function arn:aws:lambda:us-east-1:222222222222:function:work:gone/],
    [to('OnFailure', `${arn}:gone`), /no template declares the function .*:gone/],
    [to('OnFailure', 'arn:aws:s3:::kept/key'), /"arn:aws:s3:::kept\/key" names no bucket/],
    [to('OnFailure', 'arn:aws:s3:us-east-1:222222222222:kept'), /names no bucket/],
    [to('OnFailure', 'arn:aws:s3:::'), /names no bucket/],
    [to('OnSuccess', 'arn:aws:s3:::kept'), /a bucket can be a destination OnFailure only/],
    [to('OnSuccess', 'somewhere'), /"somewhere" is no destination/],
  ])('refuses %s', async (properties, message) => {
    expect((await errorOf(template(functions + config(properties)))).message).toMatch(message);
  });

  it('refuses a second one for the same function and qualifier', async () => {
    const text = template(functions + config('Qualifier: $LATEST') + config('Qualifier: $LATEST', 'Again'));
    expect(await errorOf(text)).toMatchObject({
      message: expect.stringMatching(/Config already configures asynchronous invocations of work:\$LATEST$/),
      hint: 'Join the two.',
    });
  });

  it.each([
    ['FunctionName: gone, Qualifier: $LATEST', 'FunctionName', 'function:gone'],
    ['FunctionName: !Ref Fn, Qualifier: gone', 'Qualifier', 'function:work:gone'],
    [`FunctionName: !Ref Fn, ${to('OnSuccess', `${arn}:gone`)}`, 'DestinationConfig.OnSuccess.Destination', 'function:gone'],
    [`FunctionName: !Ref Fn, ${to('OnFailure', `${arn}:gone`)}`, 'DestinationConfig.OnFailure.Destination', 'function:gone'],
  ])('says at which property what %s names is missing', async (properties, property, what) => {
    const text = template(`${functions}  Config: { Type: AWS::Lambda::EventInvokeConfig, Properties: { ${properties} } }\n`);
    const { message } = await errorOf(text);
    expect(message).toContain(`Resources.Config.Properties.${property}: no template declares the function`);
    expect(message).toMatch(new RegExp(`${what}$`));
  });
});
