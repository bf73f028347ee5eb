import { runService } from '@edgeway/service-kit';
import { startUserSvc } from './start-user-svc.ts';

await runService('user-svc', (context) => startUserSvc(context));
