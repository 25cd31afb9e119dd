/** A project so small that everything in it can be counted by hand. */
export const tinyTree: Readonly<Record<string, string>> = {
  'shared/package.json': JSON.stringify({ name: '@duet/shared', dependencies: { zod: '1.0.0' } }),
  'shared/orders/place.ts': "import { z } from 'zod';\n// a rule\n\nexport const place = z;\n",
  'shared/adapters/sqs/send.ts': '/** Sends. */\nexport const send = 1;\n',
  'microservices/orders/package.json': JSON.stringify({
    name: '@duet/orders-service',
    dependencies: { '@duet/shared': '1.0.0', express: '1.0.0' },
  }),
  'microservices/orders/main.ts':
    "import type { Request } from 'types-only';\nimport { serve } from './serve.ts';\nserve();\n",
  'microservices/orders/serve.ts':
    "export { place } from '@duet/shared/orders/place.ts';\nexport const serve = () => import('express');\n",
  'microservices/orders/Dockerfile': '# an image\nFROM node\nCMD ["node"]\n',
  'serverless/package.json': JSON.stringify({
    name: '@duet/serverless',
    dependencies: { '@duet/shared': '1.0.0' },
  }),
  'serverless/orders/functions.ts':
    "import { place } from '@duet/shared/orders/place.ts';\nimport { send } from '@duet/shared/adapters/sqs/send.ts';\nexport const placeOrder = [place, send];\n",
  'package-lock.json': JSON.stringify({
    packages: {
      '': {},
      shared: { dependencies: { zod: '1.0.0' } },
      serverless: { dependencies: { '@duet/shared': '1.0.0' } },
      'microservices/orders': { dependencies: { '@duet/shared': '1.0.0', express: '1.0.0' } },
      'node_modules/@duet/shared': { resolved: 'shared', link: true },
      'node_modules/zod': {},
      'node_modules/other': {},
      'node_modules/express': {
        dependencies: { other: '2.0.0' },
        optionalDependencies: { elsewhere: '1.0.0' },
      },
      'node_modules/express/node_modules/other': {},
      'node_modules/elsewhere': { os: ['darwin'] },
    },
  }),
  'docker-compose.yml': `name: tiny
x-job: &job
  restart: 'no'
services:
  setup: # makes secrets
    <<: *job
    image: \${COMPOSE_PROJECT_NAME}/setup
    volumes: ['secrets-orders:/out']

  orders:
    image: \${COMPOSE_PROJECT_NAME}/orders
    restart: unless-stopped
    volumes: ['secrets-orders:/run/secrets:ro', 'photos:/photos']
    networks: [services, data]
# the end
networks: { services: {}, data: { internal: true } }
`,
  'deploy/compose/setup/make-databases.sh':
    'for SERVICE in auth orders; do\n  echo "CREATE ROLE $SERVICE"\ndone\n',
  'deploy/kubernetes/base/network.yaml': `kind: NetworkPolicy
spec:
  ingress:
    - from:
        - podSelector: {}
        - namespaceSelector: {}
      ports:
        - port: 1
  egress:
    - to:
        - podSelector: {}
---
kind: Deployment
spec:
  replicas: 1
  template:
    metadata: {}
`,
  'serverless.yml': `service: tiny
functions:
  placeOrder:
    events:
      - httpApi: 'POST /orders'
    iamRoleStatements:
      - Effect: Allow
        Action: [sqs:SendMessage, dynamodb:PutItem]
        Resource: '*'
      - Effect: Allow
        Action: dynamodb:GetItem
        Resource: '*'
  sweep:
    events:
      - schedule: { rate: rate(1 hour) }
    iamRoleStatements: [{ Effect: Allow, Action: [dynamodb:GetItem], Resource: '*' }]
  byHand: {}
# nothing
resources:
  Resources:
    Queue:
      Type: AWS::SQS::Queue
    Permission: { Type: AWS::Lambda::Permission }
`,
  '.build/artifacts/arm64/placeOrder.zip': 'z'.repeat(2_000),
  '.build/artifacts/arm64/sweep.zip': 'z'.repeat(1_000),
  '.build/placeOrder/index.cjs': 'c'.repeat(500),
};
