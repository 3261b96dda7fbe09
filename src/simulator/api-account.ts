/** The one account of the simulator, in the form of `GET /v1/me`. */
export const API_ACCOUNT = {
  apiKeyName: 'Simulator key',
  userId: 1,
  userEmail: 'person@simulator.invalid',
  userFirstName: 'Sim',
  userLastName: 'Ulator',
  createdAt: '2026-01-01T00:00:00.000Z',
} as const;
