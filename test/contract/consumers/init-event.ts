// The event that API Gateway hands to the init function: POST /init, signed (AWS_IAM), as its REST APIs write it.
import type { APIGatewayProxyEvent } from 'aws-lambda';

const headers = { Host: 'a1b2c3d4e5.execute-api.us-east-1.amazonaws.com', 'Content-Type': 'application/json', 'User-Agent': 'example' };

export function initEvent(body: unknown): APIGatewayProxyEvent {
  return {
    resource: '/init',
    path: '/init',
    httpMethod: 'POST',
    headers,
    multiValueHeaders: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]])),
    queryStringParameters: null,
    multiValueQueryStringParameters: null,
    pathParameters: null,
    stageVariables: null,
    requestContext: {
      accountId: '222222222222',
      apiId: 'a1b2c3d4e5',
      authorizer: null,
      domainName: headers.Host,
      domainPrefix: 'a1b2c3d4e5',
      extendedRequestId: 'JKJaXmPLvHcESHA=',
      httpMethod: 'POST',
      identity: {
        accessKey: 'ASIAEXAMPLEEXAMPLE00',
        accountId: '222222222222',
        apiKey: null,
        apiKeyId: null,
        caller: 'AROAEXAMPLEEXAMPLE00:application',
        clientCert: null,
        cognitoAuthenticationProvider: null,
        cognitoAuthenticationType: null,
        cognitoIdentityId: null,
        cognitoIdentityPoolId: null,
        principalOrgId: null,
        sourceIp: '192.0.2.1',
        user: 'AROAEXAMPLEEXAMPLE00:application',
        userAgent: 'example',
        userArn: 'arn:aws:sts::222222222222:assumed-role/application/application',
      },
      path: '/v1/init',
      protocol: 'HTTP/1.1',
      requestId: '41b45ea3-70b5-11e6-b7bd-69b5aaebc7d9',
      requestTime: '01/Jan/2026:00:00:00 +0000',
      requestTimeEpoch: 1_767_225_600_000,
      resourceId: 'abc123',
      resourcePath: '/init',
      stage: 'v1',
    },
    body: JSON.stringify(body),
    isBase64Encoded: false,
  };
}
