import { combinationSuite } from './combination-suite.ts';

combinationSuite('serverless-postgres');
