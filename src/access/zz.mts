import { loadAccess, trustPolicy, assumePolicy,jsonSchema } from './index.ts'; import {readFileSync, writeFileSync} from 'node:fs';
const r=loadAccess(readFileSync('examples/two-accounts/access.yaml','utf8'),{file:'access.yaml'});
console.log(JSON.stringify(r.diagnostics,null,1));
if(r.ok){const a=r.value; for(const role of a.roles) console.log(JSON.stringify(trustPolicy(role,role.accounts[0]!,a)), JSON.stringify(role.permissions));
 console.log(a.paths.map(p=>[p.from.arn,p.roleArn,p.mfa,p.externalId,p.duration]));
 console.log(JSON.stringify(assumePolicy(a.operators[0]!.arn,a)),JSON.stringify(assumePolicy('arn:aws:iam::489157521585:role/SecurityAuditOperator',a)), a.monitoring)}
writeFileSync('schema/access.schema.json', JSON.stringify(jsonSchema(),null,2)+'\n');
