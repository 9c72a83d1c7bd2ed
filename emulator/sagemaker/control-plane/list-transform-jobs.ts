// ListTransformJobs: filters, order and pages. Source: botocore sagemaker/2017-07-24 service-2.json, ListTransformJobsRequest.
import { fault } from '../../aws/fault.ts';
import { type TransformJob, transformJobStatuses } from '../transform/transform-job.ts';
import type { TransformOperation } from './operation.ts';
import { type PagePosition, readPageToken, writePageToken } from './page-token.ts';
import type { RequestMembers } from './request-members.ts';

const defaultPageSize = 10;
const pageSizeMax = 100;

type Question = ReturnType<typeof readQuestion>;

export const listTransformJobs: TransformOperation = ({ call, members, accountId, transform }) => {
  const question = readQuestion(members);
  const pageSize = members.integer('MaxResults', { min: 1, max: pageSizeMax }) ?? defaultPageSize;
  const token = members.text('NextToken', { lengthMax: 8_192 });
  const check = { action: 'sagemaker:ListTransformJobs', resourceArn: '*', resourceAccountId: accountId, resourcePolicies: [] };
  const refused = members.fault() ?? call.authorize(check);
  if (refused) return refused;
  const after = token === null ? null : readPageToken([accountId, question], token);
  if (token !== null && after === null) return fault(400, 'ValidationException', 'Invalid NextToken.'); // [M] the text
  const direction = question.sortOrder === 'Ascending' ? 1 : -1;
  const rest = transform.jobs
    .list(accountId)
    .filter((job) => isAsked(job, question))
    .map((job) => ({ job, position: positionOf(job, question) }))
    .sort((a, b) => direction * compare(a.position, b.position))
    .filter(({ position }) => after === null || direction * compare(position, after) > 0);
  const page = rest.slice(0, pageSize);
  const last = rest.length > pageSize ? page.at(-1) : undefined;
  return {
    TransformJobSummaries: page.map(({ job }) => summaryOf(job)),
    ...(last && { NextToken: writePageToken([accountId, question], last.position) }),
  };
};

function readQuestion(members: RequestMembers) {
  return {
    sortBy: members.choice('SortBy', ['Name', 'CreationTime', 'Status']) ?? 'CreationTime',
    sortOrder: members.choice('SortOrder', ['Ascending', 'Descending']) ?? 'Descending',
    nameContains: members.text('NameContains', { lengthMax: 63, pattern: '[a-zA-Z0-9\\-]+' }),
    status: members.choice('StatusEquals', transformJobStatuses),
    createdBefore: members.time('CreationTimeBefore'),
    createdAfter: members.time('CreationTimeAfter'),
    modifiedBefore: members.time('LastModifiedTimeBefore'),
    modifiedAfter: members.time('LastModifiedTimeAfter'),
  };
}

function isAsked(job: TransformJob, question: Question): boolean {
  const createdAt = job.createdAt / 1_000;
  const modifiedAt = job.modifiedAt / 1_000;
  return (
    job.name.includes(question.nameContains ?? '') &&
    (question.status === null || job.status === question.status) &&
    (question.createdBefore === null || createdAt < question.createdBefore) &&
    (question.createdAfter === null || createdAt >= question.createdAfter) &&
    (question.modifiedBefore === null || modifiedAt < question.modifiedBefore) &&
    (question.modifiedAfter === null || modifiedAt >= question.modifiedAfter)
  );
}

function summaryOf(job: TransformJob) {
  return {
    TransformJobName: job.name,
    TransformJobArn: job.arn,
    CreationTime: job.createdAt / 1_000,
    ...(job.endedAt !== null && { TransformEndTime: job.endedAt / 1_000 }),
    LastModifiedTime: job.modifiedAt / 1_000,
    TransformJobStatus: job.status,
    ...(job.failureReason !== null && { FailureReason: job.failureReason }),
  };
}

function positionOf({ name, status, createdAt }: TransformJob, { sortBy }: Question): PagePosition {
  // Digits enough for any time, so that the order of the texts is that of the times.
  const time = String(createdAt).padStart(16, '0');
  return [sortBy === 'Status' ? status : sortBy === 'CreationTime' ? time : '', name];
}

function compare([valueA, nameA]: PagePosition, [valueB, nameB]: PagePosition): number {
  if (valueA !== valueB) return valueA < valueB ? -1 : 1;
  return nameA === nameB ? 0 : nameA < nameB ? -1 : 1;
}
