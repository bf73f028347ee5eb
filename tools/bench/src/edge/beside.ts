import { figure, type Figure } from '../report.ts';
import { median, medianRatio } from './rounds.ts';

/** One engine's rounds beside a peer's. The ratio is the median of the rounds' ratios, not the quotient of the medians. */
export function beside(
  name: string,
  unit: string,
  values: readonly number[],
  { peer, peerValues, target }: { peer: string; peerValues: readonly number[]; target?: number | undefined },
): Figure {
  const ratios = values.map((value, round) => value / peerValues[round]!);
  const ratio = medianRatio(values, peerValues);
  return {
    ...figure(name, median(values), unit),
    peer,
    peerValue: figure('', median(peerValues), unit).value,
    ratio: hundredths(ratio),
    ...(ratios.length > 1 && {
      ratioRange: [hundredths(Math.min(...ratios)), hundredths(Math.max(...ratios))] as const,
    }),
    ...(target !== undefined && { target, met: ratio <= target }),
  };
}

const hundredths = (value: number): number => Math.round(value * 100) / 100;
