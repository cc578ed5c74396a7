/** Encrypted callbacks with known bytes: A and B from DingTalk's documents, E from an npm package, F computed for this project. */

export interface Vector {
  name: string;
  token: string;
  aesKey: string;
  receiver: string;
  random: string;
  timestamp: string;
  nonce: string;
  message: string;
  encrypt: string;
  signature: string;
}

export const VECTORS: Vector[] = [
  {
    name: 'A',
    token: '123456',
    aesKey: '4g5j64qlyl3zvetqxz5jiocdr586fn2zvjpa8zls3ij',
    receiver: 'suite4xxxxxxxxxxxxxxx',
    random: 'hU3bEfGZZewzhG5a',
    timestamp: '1445827045067',
    nonce: 'nEXhMP4r',
    message:
      '{"EventType":"check_create_suite_url","Random":"LPIdSnlF","TestSuiteKey":"suite4xxxxxxxxxxxxxxx"}',
    signature: '5a65ceeef9aab2d149439f82dc191dd6c5cbe2c0',
    encrypt:
      '1a3NBxmCFwkCJvfoQ7WhJHB+iX3qHPsc9JbaDznE1i03peOk1LaOQoRz3+nlyGNhwmwJ3vDMG+OzrHMeiZI7gTRWVdUBmfxjZ8Ej23JVYa9VrYeJ5as7XM/ZpulX8NEQis44w53h1qAgnC3PRzM7Zc/D6Ibr0rgUathB6zRHP8PYrfgnNOS9PhSBdHlegK+AGGanfwjXuQ9+0pZcy0w9lQ==',
  },
  {
    name: 'B',
    token: '123456',
    aesKey: '1234567890123456789012345678901234567890123',
    receiver: 'dingsnotzck6pm5veliw',
    random: 'dICkEDLj0eb6yAbc',
    timestamp: '1614767836',
    nonce: 'A7Co0cJLMzIDtMMI',
    message: 'success',
    signature: '9a95a004dd16f5c307e849b994173f76aa26e5eb',
    encrypt:
      'YvkvaGe4hQxd3VxRmEty0dVlnCOAqwf56xwTRHDHoOURqhalbmBJQk5FNcRk42Gl5T0YQXZNwpwWSm1xAFJ5ZA==',
  },
  {
    name: 'E',
    token: '666666',
    aesKey: 'TXpRMU5qYzRPVEF4TWpNME5UWTNPRGt3TVRJek5EVTI',
    receiver: 'ding12345678901234567890123456789012',
    random: 'aaaabbbbccccdddd',
    timestamp: '1561081681688',
    nonce: '88888888',
    message: 'success',
    signature: 'd7561d6c3f9a27b6ec3e0cd220e8d69c0480f7d5',
    encrypt:
      'vX4fIRZyaGG0IO7bLFB5yvsMjZkiEv2CS8JLAqRVelUHInjMVee9spSrDdnJNMxEe8EtqQ68fe5Grlz78LchUw==',
  },
  {
    token: 'simtoken2026',
    aesKey: 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQ',
    receiver: 'dingsimappkey00000001',
    random: '0123456789abcdef',
    timestamp: '1767225600000',
    nonce: 'Ab3dE6gH',
    name: 'F1',
    message: '{"EventType":"check_url"}',
    encrypt:
      'B4PcXgtThYsrOQnzxvXRUIxvQObioV3rQImCxPjIf/MjvYOsZ3MmTlMmYKbKU0roGNjME2WaJoGemn1iRkmATEXteMLGNSCtCFUwB204xUIgxZQ0bzTefkdA/4SSvL4Y',
    signature: '830e56da9b6e0532d19dd6047cb392ddc1b5c0cf',
  },
  {
    token: 'simtoken2026',
    aesKey: 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQ',
    receiver: 'dingsimappkey00000001',
    random: '0123456789abcdef',
    timestamp: '1767225600000',
    nonce: 'Ab3dE6gH',
    name: 'F2',
    message: 'success',
    encrypt:
      'B4PcXgtThYsrOQnzxvXRUEN0ev4qMjznWtOhHZsbqBXhs/mufsGoRTRbUo3H2OiMf/TzRxdsmJh22X7/8q6zQw==',
    signature: 'c76408921498f66c3fe34cc6ea3eb290619a6001',
  },
  {
    token: 'simtoken2026',
    aesKey: 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQ',
    receiver: 'dingsimappkey00000001',
    random: '0123456789abcdef',
    timestamp: '1767225600000',
    nonce: 'Ab3dE6gH',
    name: 'F3',
    message:
      '{"EventType":"user_add_org","UserId":["u-0001"],"TimeStamp":"1767225600000","CorpId":"dingsimcorp0001"}',
    encrypt:
      'B4PcXgtThYsrOQnzxvXRUNMO1IsNqaa7wdXmIcxsyTN86uRvjUWSJ4tuUEdiP+e4XBYy1k8BPqBlcmUGrkcXiwNj//F0ucD0x1Dib0ZBfusqTOzrwIi/fgtN6c87k/2Ju8wKsVNBP70zkcpplSojEoQ0pQJekk2JSsQ9pg5aRAWnbR38CIc207a6q05RZgB1RuK16Vr/fTUJpGQWrOH84Q==',
    signature: 'e3bf63fca1f7e2ed426a0f4b6a16f6a87fa3ff94',
  },
  {
    token: 'simtoken2026',
    aesKey: 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQ',
    receiver: 'dingsimappkey00000001',
    random: '0123456789abcdef',
    timestamp: '1767225600000',
    nonce: 'Ab3dE6gH',
    name: 'F4',
    message: '{"EventType":"user_modify_org","name":"测试员工"}',
    encrypt:
      'B4PcXgtThYsrOQnzxvXRUDG5W2p049obvQUsUsCr4tyLUyJscIZUcZn6sUaILvbKL9dVxgg8jsY7x0sS66vjBAuXON743CVF+1XM5/ZwYrYov+NSGf7oKAjofvOsS7sV',
    signature: '4e9947ca3e6762be43a023380fbde2dd489eda67',
  },
  {
    token: 'simtoken2026',
    aesKey: 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQ',
    receiver: 'dingsimappkey00000001',
    random: '0123456789abcdef',
    timestamp: '1767225600000',
    nonce: 'Ab3dE6gH',
    name: 'F5',
    message: 'xxxxxxxxxxxxxxxxxxxxxxx',
    encrypt:
      'B4PcXgtThYsrOQnzxvXRUKRLv3tnv+fOZduW1byIrCTPBUIKvbnPXbFkRt3z5nV6ZOm5ez5gV22dcYw4gpB+YmC6ALPlihygdVPGTq1mRpanm1WqqHqpFlgRHJeDzNOf',
    signature: '9700e6afbb223c7dd8d5b902d4f79937d15ddab4',
  },
];
