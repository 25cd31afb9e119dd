import type { Count } from '../../results/report-data.ts';
import { countOf } from './count.ts';
import { readCompose, readKubernetes, readServerless } from './deployment.ts';

const GROUP = 'What runs';

/** What has to be run: containers and jobs of one style, functions, triggers and managed resources of the other. */
export const processCounts = (root: string): Count[] => {
  const [serverless, compose, kubernetes] = [readServerless(root), readCompose(root), readKubernetes(root)];
  const containers = Object.values(compose?.services ?? {});
  const jobs = containers.filter(({ restart }) => restart === 'no').length;
  const events = Object.values(serverless?.functions ?? {}).flatMap((one) => one.events.flatMap(Object.keys));
  const resources = Object.values(serverless?.resources.Resources ?? {}).map(({ Type }) => Type);
  const inCompose = (value: number): number | null => (compose ? value : null);
  const inCluster = (kind: string): number | null =>
    kubernetes.length > 0 ? kubernetes.filter((manifest) => manifest.kind === kind).length : null;
  const declared = (value: number): number | null => (serverless ? value : null);
  const event = (kind: string): number | null => declared(events.filter((name) => name === kind).length);
  const resource = (type: string): number | null => declared(resources.filter((one) => one === type).length);
  const trigger = 'in serverless.yml; the services have routes, senders and loops within their code instead';
  return [
    countOf(
      [GROUP, 'containers that stay', 'containers'],
      { microservices: inCompose(containers.length - jobs) },
      'services of docker-compose.yml that are started again when they end',
    ),
    countOf(
      [GROUP, 'jobs of the start', 'containers'],
      { microservices: inCompose(jobs) },
      'services of docker-compose.yml with restart: no',
    ),
    countOf(
      [GROUP, 'deployments, Kubernetes', 'deployments'],
      { microservices: inCluster('Deployment') },
      'Deployment documents in deploy/kubernetes/base',
    ),
    countOf(
      [GROUP, 'functions', 'functions'],
      { serverless: declared(Object.keys(serverless?.functions ?? {}).length) },
      'functions in serverless.yml',
    ),
    countOf([GROUP, 'routes', 'triggers'], { serverless: event('httpApi') }, `httpApi events ${trigger}`),
    countOf([GROUP, 'queue triggers', 'triggers'], { serverless: event('sqs') }, `sqs events ${trigger}`),
    countOf(
      [GROUP, 'schedules', 'triggers'],
      { serverless: event('schedule') },
      `schedule events ${trigger}`,
    ),
    countOf(
      [GROUP, 'queues', 'resources'],
      { serverless: resource('AWS::SQS::Queue') },
      'AWS::SQS::Queue in serverless.yml, dead letters too',
    ),
    countOf(
      [GROUP, 'tables', 'resources'],
      { serverless: resource('AWS::DynamoDB::Table') },
      'AWS::DynamoDB::Table in serverless.yml',
    ),
    countOf(
      [GROUP, 'buckets', 'resources'],
      { serverless: resource('AWS::S3::Bucket') },
      'AWS::S3::Bucket in serverless.yml',
    ),
  ];
};
