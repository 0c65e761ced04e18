/** What somebody asked their organizations for. */
export const requests = {
  mine: 'My requests',
  text: 'What you asked for here, and what came of it. What is granted moves into your wallet at once.',
  ask: (organization: string) => `Ask ${organization} for credits`,
  suspended: 'You are suspended here and cannot ask at the moment.',
  noOrganization: 'You are in no organization, so there is nobody to ask for credits.',
};
