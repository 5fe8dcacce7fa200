import type { Access } from '../../access/index.ts';
import type { GeneratedFile } from '../types.ts';
import { mainTf } from './main.ts';
import { terraformModel } from './model.ts';
import { monitoringTf } from './monitoring.ts';
import { tfvars, variablesTf } from './variables.ts';

export function terraformFiles(access: Access): GeneratedFile[] {
  const model = terraformModel(access);
  return [
    { path: 'terraform/main.tf', content: mainTf(model) },
    { path: 'terraform/monitoring.tf', content: monitoringTf(model) },
    { path: 'terraform/variables.tf', content: variablesTf(model) },
    { path: 'terraform/terraform.tfvars', content: tfvars(model) },
  ];
}
