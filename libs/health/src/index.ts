export { atFirst, observe, type Health, type Observation, type Thresholds } from './rise-fall.ts';
