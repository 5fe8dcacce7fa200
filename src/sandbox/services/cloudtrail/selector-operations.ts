import type * as cloudtrail from '@aws-sdk/client-cloudtrail';
import { AwsError, type Operation } from '../../types.ts';
import { operation } from '../operation.ts';
import type { Trails } from './find.ts';
import { defaultSelectors } from './selectors.ts';

const invalid = (message: string): AwsError => new AwsError('InvalidEventSelectorsException', message);

const dataTypes = /^AWS::(S3::Object|Lambda::Function|DynamoDB::Table)$/;

/** Of management events a trail can leave out these sources and, by `readOnly`, one kind; nothing else can be hidden. */
const excludable = ['kms.amazonaws.com', 'rdsdata.amazonaws.com'];

/** https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_EventSelector.html */
function basicSelectors(given: readonly cloudtrail.EventSelector[]): readonly cloudtrail.EventSelector[] {
  if (given.length === 0 || given.length > 5)
    throw invalid('The number of event selectors must be between 1 and 5.');
  return given.map((selector) => {
    const { ReadWriteType = 'All', IncludeManagementEvents = true } = selector;
    const { DataResources = [], ExcludeManagementEventSources = [] } = selector;
    if (!['All', 'ReadOnly', 'WriteOnly'].includes(ReadWriteType))
      throw invalid(`Invalid ReadWriteType: ${ReadWriteType}`);
    for (const { Type = '', Values = [] } of DataResources) {
      if (!dataTypes.test(Type)) throw invalid(`Value ${Type} for DataResources.Type is invalid.`);
      for (const value of Values) {
        if (!value.startsWith('arn:')) throw invalid(`Value ${value} for DataResources.Values is invalid.`);
      }
    }
    for (const source of ExcludeManagementEventSources) {
      if (!excludable.includes(source)) {
        throw invalid(`Value ${source} for ExcludeManagementEventSources is invalid.`);
      }
    }
    return { ReadWriteType, IncludeManagementEvents, DataResources, ExcludeManagementEventSources };
  });
}

const fields = new Set([
  'eventCategory',
  'readOnly',
  'eventSource',
  'eventName',
  'eventType',
  'resources.type',
  'resources.ARN',
  'userIdentity.arn',
  'sessionCredentialFromConsole',
  'errorCode',
  'vpcEndpointId',
]);

const onlyEquals = new Set(['eventCategory', 'readOnly', 'resources.type']);

/** https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_AdvancedEventSelector.html */
function checkManagement({ Field = '', NotEquals = [], ...others }: cloudtrail.AdvancedFieldSelector): void {
  if (Field === 'eventCategory' || Field === 'readOnly') return;
  if (Field !== 'eventSource')
    throw invalid(`Field ${Field} is not supported for management events of a trail.`);
  const fits = NotEquals.length > 0 && NotEquals.every((source) => excludable.includes(source));
  if (fits && Object.values(others).every((values) => values === undefined)) return;
  throw invalid(
    `For management events eventSource can only be NotEquals ${excludable.join(' or NotEquals ')}.`,
  );
}

/** https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_AdvancedFieldSelector.html */
function checkAdvanced(given: readonly cloudtrail.AdvancedEventSelector[]): void {
  if (given.length === 0) throw invalid('The number of advanced event selectors must be at least 1.');
  let conditions = 0;
  for (const { FieldSelectors = [] } of given) {
    const seen = new Set<string>();
    for (const { Field = '', ...operators } of FieldSelectors) {
      if (!fields.has(Field)) throw invalid(`Field ${Field} is not supported.`);
      if (seen.has(Field)) throw invalid(`Field ${Field} is given twice.`);
      seen.add(Field);
      const values = Object.values(operators).filter((value) => value !== undefined);
      if (values.length === 0) throw invalid(`Field ${Field} has no operator.`);
      if (onlyEquals.has(Field) && (operators.Equals === undefined || values.length > 1)) {
        throw invalid(`Field ${Field} takes Equals only.`);
      }
      conditions += values.flat().length;
    }
    const category = FieldSelectors.find(({ Field }) => Field === 'eventCategory')?.Equals;
    if (category?.length !== 1)
      throw invalid('Each advanced event selector must have eventCategory Equals one value.');
    if (category[0] === 'Management') for (const selector of FieldSelectors) checkManagement(selector);
    if (category[0] === 'Data' && !seen.has('resources.type')) {
      throw invalid('Advanced event selectors for data events must have resources.type.');
    }
  }
  if (conditions > 500) throw invalid('The total number of values for all conditions exceeds 500.');
}

const insightTypes = ['ApiCallRateInsight', 'ApiErrorRateInsight'];

export const selectorOperations = (trails: Trails): readonly Operation[] => [
  operation<cloudtrail.PutEventSelectorsRequest, cloudtrail.PutEventSelectorsResponse>({
    name: 'PutEventSelectors',
    readOnly: false,
    authorize: ({ TrailName }, call) => trails.ask('PutEventSelectors', TrailName, call),
    handle: ({ TrailName, EventSelectors, AdvancedEventSelectors }, call) => {
      const trail = trails.findToChange(TrailName, call);
      if ((EventSelectors === undefined) === (AdvancedEventSelectors === undefined)) {
        throw invalid('Give either EventSelectors or AdvancedEventSelectors.');
      }
      // The record of the change is still the trail's, whatever it takes afterwards.
      if (AdvancedEventSelectors !== undefined) {
        checkAdvanced(AdvancedEventSelectors);
        trail.advanced = AdvancedEventSelectors;
        delete trail.basic;
        trail.lastChange = call.requestId;
        return { TrailARN: trail.arn, AdvancedEventSelectors };
      }
      const basic = basicSelectors(EventSelectors ?? []);
      trail.basic = basic;
      delete trail.advanced;
      trail.lastChange = call.requestId;
      return { TrailARN: trail.arn, EventSelectors: [...basic] };
    },
  }),
  operation<cloudtrail.GetEventSelectorsRequest, cloudtrail.GetEventSelectorsResponse>({
    name: 'GetEventSelectors',
    readOnly: true,
    authorize: ({ TrailName }, call) => trails.ask('GetEventSelectors', TrailName, call),
    handle: ({ TrailName }, call) => {
      const { arn, basic, advanced } = trails.find(TrailName, call);
      return advanced === undefined
        ? { TrailARN: arn, EventSelectors: [...(basic ?? defaultSelectors)] }
        : { TrailARN: arn, AdvancedEventSelectors: [...advanced] };
    },
  }),
  operation<cloudtrail.PutInsightSelectorsRequest, cloudtrail.PutInsightSelectorsResponse>({
    name: 'PutInsightSelectors',
    readOnly: false,
    authorize: ({ TrailName = '' }, call) => trails.ask('PutInsightSelectors', TrailName, call),
    handle: ({ TrailName = '', InsightSelectors }, call) => {
      const trail = trails.findToChange(TrailName, call);
      for (const { InsightType = '' } of InsightSelectors) {
        if (insightTypes.includes(InsightType)) continue;
        throw new AwsError('InvalidInsightSelectorsException', `Insight type ${InsightType} is not valid.`);
      }
      trail.insights = InsightSelectors;
      return { TrailARN: trail.arn, InsightSelectors };
    },
  }),
  operation<cloudtrail.GetInsightSelectorsRequest, cloudtrail.GetInsightSelectorsResponse>({
    name: 'GetInsightSelectors',
    readOnly: true,
    authorize: ({ TrailName = '' }, call) => trails.ask('GetInsightSelectors', TrailName, call),
    handle: ({ TrailName = '' }, call) => {
      const { arn, insights, name } = trails.find(TrailName, call);
      if (insights.length === 0) {
        throw new AwsError(
          'InsightNotEnabledException',
          `Trail ${name} does not have Insights enabled. Edit the trail settings to enable Insights, and then try the operation again.`,
        );
      }
      return { TrailARN: arn, InsightSelectors: [...insights] };
    },
  }),
];
