/** A module that fails while it is loaded. */
throw new RangeError('init bad');

export const handler = async () => 'never';
