import { combinationSuite } from './combination-suite.ts';

combinationSuite('microservices-dynamodb');
