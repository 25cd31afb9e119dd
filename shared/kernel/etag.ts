import { DomainError } from './errors.ts';

/** The entity tag of a version number, e.g. `"3"`. */
export const etagOf = (version: number): string => `"${version}"`;

/**
 * Reads the If-Match header field as the version that it names; a tag that no version has is 0.
 *
 * @throws DomainError `precondition-required` when the field is missing
 */
export const parseIfMatch = (field: string | undefined): number => {
  if (field === undefined || field.trim() === '') throw new DomainError('precondition-required');
  const version = /^"([1-9][0-9]{0,14})"$/.exec(field.trim());
  return version ? Number(version[1]) : 0;
};
