/** Who lives in the example organization: id, name, role. */
export const PEOPLE = [
  ['ana', 'Ana Ito', 'owner'],
  ['ben', 'Ben Okafor', 'admin'],
  ['chloe', 'Chloé Martin', 'member'],
  ['dev', 'Dev Patel', 'member'],
  ['emma', 'Emma Larsen', 'member'],
] as const;

/** Who operates the installation; belongs to no organization. Id, name. */
export const OPERATOR = ['oli', 'Oli Berg'] as const;
