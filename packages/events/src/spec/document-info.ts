/** What both documents say of themselves. The version is that of the protocol and of the paths under `/v1`. */
export const documentInfo = {
  version: '1.0.0',
  description:
    'Every time is a number of Unix milliseconds. Money: `*_dollars`; `*_cents` may be fractional. ' +
    'A newer server may add fields and types of frames: ignore what you do not know.',
  license: { name: 'Apache-2.0', url: 'https://www.apache.org/licenses/LICENSE-2.0' },
} as const
