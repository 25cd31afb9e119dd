import { stackSuite } from '../contract/combination-suite.ts';
import { openGatewayStack } from './support/gateway-stack.ts';
import { describeStack } from './support/shared-stack.ts';
import { makeTrustedWire } from './support/trusted-wire.ts';

/** The very rules that hold for both stacks without containers, through the gateway: 2 replicas of two services. */
describeStack('Containers', (stack) => {
  const { wire, close } = makeTrustedWire();
  let closeTunnel = () => {};
  stackSuite({
    name: 'microservices-postgres',
    title: 'microservices in containers, through the gateway',
    open: async () => {
      const { inHand, close } = await openGatewayStack(stack, wire);
      closeTunnel = close;
      return inHand;
    },
    close: () => {
      closeTunnel();
      close();
    },
  });
});
