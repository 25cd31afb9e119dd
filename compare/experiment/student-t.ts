/** P(|T| < t) of Student's t with whole degrees of freedom, t = tan(angle) √df: Abramowitz and Stegun, 26.7.3 and 26.7.4. */
const centralShare = (angle: number, df: number): number => {
  const [sine, cosine] = [Math.sin(angle), Math.cos(angle)];
  const odd = df % 2;
  if (df === 1) return (2 * angle) / Math.PI;
  let term = odd ? cosine : 1;
  let sum = term;
  for (let step = odd ? 3 : 2; step <= df - 2; step += 2) {
    term *= ((step - 1) / step) * cosine ** 2;
    sum += term;
  }
  return odd ? (2 / Math.PI) * (angle + sine * sum) : sine * sum;
};

/**
 * The t between whose negative and itself Student's t lies with that probability, e.g. 2.776 for 0.95 and 4 degrees of freedom.
 *
 * @param level above 0 and below 1
 * @param df degrees of freedom, a whole number from 1
 */
export const studentT = (level: number, df: number): number => {
  let [low, high] = [0, Math.PI / 2];
  // Halving the interval 60 times leaves nothing that a double can hold.
  for (let step = 0; step < 60; step += 1) {
    const middle = (low + high) / 2;
    if (centralShare(middle, df) < level) low = middle;
    else high = middle;
  }
  return Math.tan(low) * Math.sqrt(df);
};
