/**
 * What a run may be like and still be trusted. Each limit has its reason here; a value above it (below it for `achieved`) refuses
 * the run. The host is always the generator's machine.
 */
export type GateLimits = {
  readonly achievedPercent: number;
  readonly sendLagP99Ms: number;
  readonly generatorCpuPercent: number;
  readonly hostStealPercent: number;
  readonly hostOthersPercent: number;
  readonly saturatedUsePercent: number;
  readonly saturatedSecondsPercent: number;
  readonly clockDriftMs: number;
};

/** The limits that are used when no others are asked for. */
export const GATE_LIMITS: GateLimits = {
  /** Of what was offered, so much must have been sent and answered. What has no answer has no latency, and a percentile that leaves out the worst per cent and more is no percentile of the offered traffic. */
  achievedPercent: 99,
  /** A generator whose pacing thread sleeps until each moment sends within about 0.3 ms (`npm run bench:generator`) where it has a core to itself; where it shares two cores with the stack, the kernel lets others finish their slice of 3 to 4 ms first, and sometimes two of them. Latency counts from the intended moment, so its lag is in every figure: beyond 10 ms, p99 is about the generator. */
  sendLagP99Ms: 10,
  /** Of one core, for a generator of one thread: a queue whose server is busy half of the time holds one request on average, one that is busy for 80 % holds four (M/M/1). Beyond half, requests wait inside the generator. */
  generatorCpuPercent: 50,
  /** Of all cores, mean: what the hypervisor took belongs to no stack. Clouds steal 1 to 2 % also from machines that are left alone. */
  hostStealPercent: 5,
  /** Of all cores, mean: editors, browsers and daemons stay below it, a build or a second test does not. */
  hostOthersPercent: 10,
  /** A second in which so much of all cores was used is a saturated one: whoever comes then waits for a core and not for the stack. */
  saturatedUsePercent: 95,
  /** Of all measured seconds: a spike may fill the machine for a moment, a run in which it is full for long measures the machine. */
  saturatedSecondsPercent: 25,
  /** A step of the wall clock beyond it (slewing is 0.5 ms a second at most) shifts what stacks log against what was measured, whose unit is the second. */
  clockDriftMs: 20,
};
