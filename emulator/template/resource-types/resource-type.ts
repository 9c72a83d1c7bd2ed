// What the loader must know of one resource type. Each file beside this one describes the types of one service.
import type { Resource } from '../deployment.ts';
import type { Part } from '../parts.ts';
import type { Problems } from '../problems.ts';
import type { ObjectShape } from '../shape.ts';
import type { StackContext } from '../stack-context.ts';
import type { MapNode } from '../template-node.ts';

export interface ResourceType {
  readonly type: string;
  /** Every property that CloudFormation documents. */
  readonly shape: ObjectShape;
  /** What Fn::GetAtt knows. */
  readonly attributeNames: readonly string[];
  /**
   * Properties that are accepted and change nothing here, with what is different. `A.B` is B of A, or of each map in the
   * list A; `A=x` is A only where it is x, or a list with x.
   */
  readonly withoutEffect?: Readonly<Record<string, string>>;
  /** Metadata.Airlock of this type; absent: it has none. */
  readonly localMetadata?: ObjectShape;
  /** Keys of Metadata itself that are understood. */
  readonly metadataNames?: readonly string[];
  /** Names the resource, reads it, reports what is wrong with it. */
  create(resource: ResolvedResource): CreatedResource;
}

/** One resource of a template, its properties checked for shape and free of functions. */
export interface ResolvedResource {
  readonly base: Resource;
  readonly properties: MapNode;
  readonly metadata: MapNode | null;
  readonly stack: StackContext;
  /** What was created before, in this template and in earlier ones. */
  readonly parts: readonly Part[];
  readonly problems: Problems;
}

export interface CreatedResource {
  readonly ref: string;
  /** By the names in `attributeNames`. */
  readonly attributes: Readonly<Record<string, string>>;
  readonly parts: readonly Part[];
}
