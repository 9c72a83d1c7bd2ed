import { expect, test } from 'vitest';
import { parseFunctionReference } from '../../emulator/function-reference.ts';

const none = { partition: null, region: null, accountId: null, qualifier: null };

// [D] name, name:alias, account:function:name, ARN with or without qualifier.
test.each([
  ['init', { ...none, functionName: 'init' }],
  ['init:live', { ...none, functionName: 'init', qualifier: 'live' }],
  ['init:$LATEST', { ...none, functionName: 'init', qualifier: '$LATEST' }],
  ['function:init', { ...none, functionName: 'init' }],
  ['111111111111:function:init', { ...none, accountId: '111111111111', functionName: 'init' }],
  ['111111111111:function:init:3', { ...none, accountId: '111111111111', functionName: 'init', qualifier: '3' }],
  ['us-east-1:111111111111:function:init', { ...none, region: 'us-east-1', accountId: '111111111111', functionName: 'init' }],
  [
    'arn:aws:lambda:us-east-1:111111111111:function:init',
    { ...none, partition: 'aws', region: 'us-east-1', accountId: '111111111111', functionName: 'init' },
  ],
  [
    'arn:aws-us-gov:lambda:us-gov-west-1:111111111111:function:init:live',
    { partition: 'aws-us-gov', region: 'us-gov-west-1', accountId: '111111111111', functionName: 'init', qualifier: 'live' },
  ],
  [
    'arn:aws-iso:lambda:us-iso-east-1:111111111111:function:init',
    { ...none, partition: 'aws-iso', region: 'us-iso-east-1', accountId: '111111111111', functionName: 'init' },
  ],
])('%s is understood', (text, expected) => {
  expect(parseFunctionReference(text)).toEqual(expected);
});

test.each(['', 'a b', 'init:', 'init:li ve', 'arn:aws:s3:::bucket/x', 'init:live:more:still', 'a/b', 'ünit'])('%j is refused', (text) => {
  expect(parseFunctionReference(text)).toBeNull();
});
