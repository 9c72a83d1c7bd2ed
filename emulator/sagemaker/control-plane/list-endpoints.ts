// ListEndpoints: filters, order and pages. Source: botocore sagemaker/2017-07-24 service-2.json, ListEndpointsInput.
import { type AwsFault, fault } from '../../aws/fault.ts';
import { type EndpointStatus, endpointStatus, endpointStatuses } from './endpoint-status.ts';
import type { Operation, OperationContext } from './operation.ts';
import { type PagePosition, readPageToken, writePageToken } from './page-token.ts';
import type { RequestMembers } from './request-members.ts';

const defaultPageSize = 10;
const pageSizeMax = 100;

type Question = ReturnType<typeof readQuestion>;

interface ListedEndpoint {
  readonly name: string;
  readonly arn: string;
  readonly status: EndpointStatus;
}

export const listEndpoints: Operation = (context) => {
  const { members, accountId, createdAt } = context;
  const question = readQuestion(members);
  const pageSize = members.integer('MaxResults', { min: 1, max: pageSizeMax }) ?? defaultPageSize;
  const token = members.text('NextToken', { lengthMax: 8_192 });
  const refused = members.fault() ?? authorizeList(context);
  if (refused) return refused;
  const after = token === null ? null : readPageToken([accountId, question], token);
  if (token !== null && after === null) return fault(400, 'ValidationException', 'Invalid NextToken.'); // [M] the text
  const direction = question.sortOrder === 'Ascending' ? 1 : -1;
  const rest = endpointsOf(context, question)
    .map((endpoint) => ({ endpoint, position: positionOf(endpoint, question) }))
    .sort((a, b) => direction * compare(a.position, b.position))
    .filter(({ position }) => after === null || direction * compare(position, after) > 0);
  const page = rest.slice(0, pageSize);
  const last = rest.length > pageSize ? page.at(-1) : undefined;
  return {
    Endpoints: page.map(({ endpoint }) => ({
      ...{ EndpointName: endpoint.name, EndpointArn: endpoint.arn, EndpointStatus: endpoint.status },
      ...{ CreationTime: createdAt, LastModifiedTime: createdAt },
    })),
    ...(last && { NextToken: writePageToken([accountId, question], last.position) }),
  };
};

function readQuestion(members: RequestMembers) {
  return {
    sortBy: members.choice('SortBy', ['Name', 'CreationTime', 'Status']) ?? 'CreationTime',
    sortOrder: members.choice('SortOrder', ['Ascending', 'Descending']) ?? 'Descending',
    nameContains: members.text('NameContains', { lengthMax: 63, pattern: '[a-zA-Z0-9-]+' }),
    status: members.choice('StatusEquals', endpointStatuses),
    // Both times of an endpoint are the same here.
    before: ['CreationTimeBefore', 'LastModifiedTimeBefore'].map((name) => members.time(name)),
    after: ['CreationTimeAfter', 'LastModifiedTimeAfter'].map((name) => members.time(name)),
  };
}

/** The action knows no resource. Source: Service Authorization Reference, SageMaker AI. */
function authorizeList({ call, accountId }: OperationContext): AwsFault | null {
  return call.authorize({
    action: 'sagemaker:ListEndpoints',
    resourceArn: '*',
    resourceAccountId: accountId,
    resourcePolicies: [],
  });
}

function endpointsOf({ endpoints, modelFor, accountId, createdAt }: OperationContext, question: Question): readonly ListedEndpoint[] {
  const isInTime =
    question.before.every((time) => time === null || createdAt < time) &&
    question.after.every((time) => time === null || createdAt >= time);
  if (!isInTime) return [];
  return endpoints
    .filter((endpoint) => endpoint.accountId === accountId && endpoint.endpointName.includes(question.nameContains ?? ''))
    .map(({ endpointName, arn }) => ({ name: endpointName, arn, status: endpointStatus(modelFor(endpointName)) }))
    .filter(({ status }) => question.status === null || status === question.status);
}

/** By time all are equal, and the name decides. */
function positionOf({ name, status }: ListedEndpoint, { sortBy }: Question): PagePosition {
  return [sortBy === 'Status' ? status : '', name];
}

function compare([valueA, nameA]: PagePosition, [valueB, nameB]: PagePosition): number {
  if (valueA !== valueB) return valueA < valueB ? -1 : 1;
  return nameA === nameB ? 0 : nameA < nameB ? -1 : 1;
}
