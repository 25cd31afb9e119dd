import type { Count } from '../../results/report-data.ts';
import { countOf } from './count.ts';
import { databaseRoles, readCompose, readKubernetes, readServerless } from './deployment.ts';

const GROUP = 'Permissions';
const POLICIES = [
  'AWS::SQS::QueuePolicy',
  'AWS::S3::BucketPolicy',
  'AWS::Lambda::Permission',
  'AWS::SNS::TopicPolicy',
];

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

/** What may do what: roles and actions of the functions, database roles, secrets and network rules of the services. */
export const permissionCounts = (root: string): Count[] => {
  const [serverless, compose, kubernetes] = [readServerless(root), readCompose(root), readKubernetes(root)];
  const functions = Object.values(serverless?.functions ?? {});
  const actions = functions.flatMap(({ iamRoleStatements = [] }) =>
    iamRoleStatements.flatMap(({ Action }) => Action),
  );
  const of = (value: number): number | null => (serverless ? value : null);
  const resources = Object.values(serverless?.resources.Resources ?? {});
  const services = Object.values(compose?.services ?? {});
  const secrets = services.flatMap(({ volumes }) =>
    volumes.filter((volume) => typeof volume === 'string' && volume.startsWith('secrets-')),
  );
  const places = services.map(
    ({ networks }) => (Array.isArray(networks) ? networks : Object.keys(networks)).length,
  );
  const policies = kubernetes.filter(({ kind }) => kind === 'NetworkPolicy');
  const peers = policies.flatMap(({ spec }) => [
    ...(spec?.ingress ?? []).map(({ from }) => from.length),
    ...(spec?.egress ?? []).map(({ to }) => to.length),
  ]);
  const there = (value: number): number | null => (compose ? value : null);
  const inCluster = (value: number): number | null => (kubernetes.length > 0 ? value : null);
  const roles = databaseRoles(root);
  return [
    countOf(
      [GROUP, 'roles', 'roles'],
      {
        serverless: of(functions.filter(({ iamRoleStatements }) => iamRoleStatements).length),
        microservices: roles.length || null,
      },
      'functions with iamRoleStatements in serverless.yml; database roles that make-databases.sh makes, one a service',
    ),
    countOf(
      [GROUP, 'statements of IAM', 'statements'],
      { serverless: of(sum(functions.map(({ iamRoleStatements = [] }) => iamRoleStatements.length))) },
      'iamRoleStatements in serverless.yml',
    ),
    countOf(
      [GROUP, 'actions that are allowed', 'actions'],
      { serverless: of(actions.length) },
      'actions in those statements, each as often as it is named',
    ),
    countOf(
      [GROUP, 'different actions', 'actions'],
      { serverless: of(new Set(actions).size) },
      'the same, each once',
    ),
    countOf(
      [GROUP, 'policies of resources', 'policies'],
      { serverless: of(resources.filter(({ Type }) => POLICIES.includes(Type)).length) },
      'policies and permissions among the resources of serverless.yml',
    ),
    countOf(
      [GROUP, 'secrets that are mounted', 'mounts'],
      { microservices: there(secrets.length) },
      'volumes named secrets-* of the containers in docker-compose.yml',
    ),
    countOf(
      [GROUP, 'places in networks, Compose', 'places'],
      { microservices: there(sum(places)) },
      `containers in docker-compose.yml by the networks that each is in, of ${Object.keys(compose?.networks ?? {}).length} networks`,
    ),
    countOf(
      [GROUP, 'network policies, Kubernetes', 'policies'],
      { microservices: inCluster(policies.length) },
      'NetworkPolicy documents in deploy/kubernetes/base',
    ),
    countOf(
      [GROUP, 'peers that they allow', 'peers'],
      { microservices: inCluster(sum(peers)) },
      'entries of from and to in those policies',
    ),
  ];
};
