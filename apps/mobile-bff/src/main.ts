import { runService } from '@edgeway/service-kit';
import { startMobileBff } from './start-mobile-bff.ts';

await runService('mobile-bff', startMobileBff);
