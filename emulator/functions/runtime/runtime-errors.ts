// The errors that Lambda's Node runtime itself makes; the name is the errorType that callers see.

export function runtimeError(name: `Runtime.${string}`, message: string): Error {
  const error = new Error(message);
  error.name = name;
  return error;
}

/** Source of the text: aws-lambda-ric 4.0.2. */
export const callbackHandlerDeprecated =
  'ERROR: AWS Lambda has removed support for callback-based function handlers starting with Node.js 24. You need to modify this function to use a supported handler signature to use Node.js 24 or later. For more information see https://docs.aws.amazon.com/lambda/latest/dg/nodejs-handler.html.';

/** [M] text of the runtime client for nodejs22 and older. */
export const promiseNeverSettled =
  'The Lambda runtime client detected an unexpected Node.js exit code. This is most commonly caused by a Promise that was never settled. For more information, see https://nodejs.org/docs/latest/api/process.html#exit-codes';
