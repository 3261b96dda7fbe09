/** Makes the compiler prove that a `switch` has a case for every member of a union. @throws Error if one slipped through. */
export const assertNever = (value: never): never => {
  throw new Error(`Unexpected value: ${JSON.stringify(value)}`);
};
