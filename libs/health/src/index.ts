export { outlierDetector, type Outcome, type OutlierDetector, type OutlierOptions, type Sweep } from './outlier.ts';
export { atFirst, observe, type Health, type Observation, type Thresholds } from './rise-fall.ts';
export { successRateOutliers, type SuccessRateOptions, type Tally } from './success-rate.ts';
