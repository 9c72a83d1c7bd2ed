// A process of its own that records reports about as many contracts: node record-reports.ts DIRECTORY NAME COUNT
import { recordVerification } from '../../../contracts/results/record-verification.ts';
import { pactText, report } from './result-folder.ts';

const [resultsDirectory = '', name = '', count = '0'] = process.argv.slice(2);
for (let index = 0; index < Number(count); index += 1)
  await recordVerification(report(pactText(`/${name}${index}`)), { providerVersion: '2.0.0', resultsDirectory });
