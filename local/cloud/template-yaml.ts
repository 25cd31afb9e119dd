import { type CollectionTag, parse, type ScalarTag, type YAMLMap, type YAMLSeq } from 'yaml';

const FUNCTIONS = [
  'Sub',
  'GetAtt',
  'Join',
  'Select',
  'Split',
  'If',
  'Equals',
  'Not',
  'And',
  'Or',
  'ImportValue',
];

/** The long form of a CloudFormation short tag: `!Ref X` is `{Ref: X}`, `!GetAtt A.B` is `{'Fn::GetAtt': ['A', 'B']}`. */
const longForm = (tag: string, value: unknown): Record<string, unknown> => {
  if (tag === 'Ref' || tag === 'Condition') return { [tag]: value };
  if (tag === 'GetAtt' && typeof value === 'string') {
    const dot = value.indexOf('.');
    return { 'Fn::GetAtt': dot < 0 ? [value, ''] : [value.slice(0, dot), value.slice(dot + 1)] };
  }
  return { [`Fn::${tag}`]: value };
};

const customTags = ['Ref', 'Condition', ...FUNCTIONS].flatMap((name): (ScalarTag | CollectionTag)[] => {
  const tag = `!${name}`;
  const collection = { tag, resolve: (node: YAMLMap | YAMLSeq) => longForm(name, node.toJSON()) };
  return [
    { tag, resolve: (text) => longForm(name, text) },
    { ...collection, collection: 'seq' } as CollectionTag,
    { ...collection, collection: 'map' } as CollectionTag,
  ];
});

/** Parses YAML with CloudFormation's short tags into plain objects that hold the tags' long forms. */
export const parseTemplate = (text: string, file: string): Record<string, unknown> => {
  try {
    return parse(text, { customTags, merge: true }) as Record<string, unknown>;
  } catch (error) {
    throw new Error(
      `${file} is not readable YAML: ${error instanceof Error ? error.message : String(error)}`,
      {
        cause: error,
      },
    );
  }
};
