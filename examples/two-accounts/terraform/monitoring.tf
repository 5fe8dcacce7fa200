# Watching: what CloudTrail, CloudWatch and EventBridge can see in real time.
# What they cannot (hours with time zones, distinct principals) is for `crossaccount detect`:
# cloudtrail/detect-misuse.md says which rule needs what.

locals {
  monitoring   = var.enable_monitoring ? 1 : 0
  trail_bucket = "two-accounts-cloudtrail-${var.security_account_id}"
  iam_region   = "us-east-1"
}

resource "aws_sns_topic" "alerts" {
  provider = aws.security
  count    = local.monitoring

  name = "two-accounts-alerts"
}

resource "aws_sns_topic_policy" "alerts" {
  provider = aws.security
  count    = local.monitoring

  arn = aws_sns_topic.alerts[0].arn
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect = "Allow"
        Principal = {
          Service = "cloudwatch.amazonaws.com"
        }
        Action   = "sns:Publish"
        Resource = aws_sns_topic.alerts[0].arn
        Condition = {
          ArnLike = {
            "aws:SourceArn" = "arn:aws:cloudwatch:${var.region}:${var.security_account_id}:alarm:*"
          }
        }
      },
      {
        Effect = "Allow"
        Principal = {
          Service = "events.amazonaws.com"
        }
        Action   = "sns:Publish"
        Resource = aws_sns_topic.alerts[0].arn
        Condition = {
          ArnLike = {
            "aws:SourceArn" = "arn:aws:events:${var.region}:${var.security_account_id}:rule/*"
          }
        }
      },
    ]
  })
}

resource "aws_sns_topic_subscription" "email_security_example_com" {
  provider = aws.security
  count    = local.monitoring

  topic_arn = aws_sns_topic.alerts[0].arn
  protocol  = "email"
  endpoint  = "security@example.com"
}

# The bucket lives in the security account: who controls a workload account cannot delete what was logged.
resource "aws_s3_bucket" "trail" {
  provider = aws.security
  count    = local.monitoring

  bucket = local.trail_bucket
}

resource "aws_s3_bucket_public_access_block" "trail" {
  provider = aws.security
  count    = local.monitoring

  bucket                  = aws_s3_bucket.trail[0].id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_bucket_versioning" "trail" {
  provider = aws.security
  count    = local.monitoring

  bucket = aws_s3_bucket.trail[0].id

  versioning_configuration {
    status = "Enabled"
  }
}

resource "aws_s3_bucket_policy" "trail" {
  provider = aws.security
  count    = local.monitoring

  bucket = aws_s3_bucket.trail[0].id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid    = "CloudTrailAsksForTheBucket"
        Effect = "Allow"
        Principal = {
          Service = "cloudtrail.amazonaws.com"
        }
        Action   = "s3:GetBucketAcl"
        Resource = "arn:aws:s3:::${local.trail_bucket}"
        Condition = {
          StringEquals = {
            "aws:SourceArn" = [
              "arn:aws:cloudtrail:${var.region}:${var.security_account_id}:trail/two-accounts",
              "arn:aws:cloudtrail:${var.region}:${var.workload_account_id}:trail/two-accounts-workload",
            ]
          }
        }
      },
      {
        Sid    = "CloudTrailWrites"
        Effect = "Allow"
        Principal = {
          Service = "cloudtrail.amazonaws.com"
        }
        Action = "s3:PutObject"
        Resource = [
          "arn:aws:s3:::${local.trail_bucket}/AWSLogs/${var.security_account_id}/*",
          "arn:aws:s3:::${local.trail_bucket}/AWSLogs/${var.workload_account_id}/*",
        ]
        Condition = {
          StringEquals = {
            "s3:x-amz-acl" = "bucket-owner-full-control"
            "aws:SourceArn" = [
              "arn:aws:cloudtrail:${var.region}:${var.security_account_id}:trail/two-accounts",
              "arn:aws:cloudtrail:${var.region}:${var.workload_account_id}:trail/two-accounts-workload",
            ]
          }
        }
      },
      {
        Sid       = "TlsOnly"
        Effect    = "Deny"
        Principal = "*"
        Action    = "s3:*"
        Resource  = ["arn:aws:s3:::${local.trail_bucket}", "arn:aws:s3:::${local.trail_bucket}/*"]
        Condition = {
          Bool = {
            "aws:SecureTransport" = "false"
          }
        }
      },
    ]
  })
}

resource "aws_cloudwatch_log_group" "trail" {
  provider = aws.security
  count    = local.monitoring

  name              = "/crossaccount/two-accounts/cloudtrail"
  retention_in_days = 365
}

resource "aws_iam_role" "trail_logs" {
  provider = aws.security
  count    = local.monitoring

  name        = "two-accounts-trail-logs"
  description = "CloudTrail writes to its log group."
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect = "Allow"
        Principal = {
          Service = "cloudtrail.amazonaws.com"
        }
        Action = "sts:AssumeRole"
        Condition = {
          StringEquals = {
            "aws:SourceAccount" = var.security_account_id
          }
        }
      },
    ]
  })
}

resource "aws_iam_role_policy" "trail_logs" {
  provider = aws.security
  count    = local.monitoring

  name = "write-logs"
  role = aws_iam_role.trail_logs[0].name
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect   = "Allow"
        Action   = ["logs:CreateLogStream", "logs:PutLogEvents"]
        Resource = "${aws_cloudwatch_log_group.trail[0].arn}:*"
      },
    ]
  })
}

resource "aws_cloudtrail" "security" {
  provider = aws.security
  count    = local.monitoring

  name                          = "two-accounts"
  s3_bucket_name                = aws_s3_bucket.trail[0].id
  is_multi_region_trail         = true
  include_global_service_events = true
  enable_log_file_validation    = true
  cloud_watch_logs_group_arn    = "${aws_cloudwatch_log_group.trail[0].arn}:*"
  cloud_watch_logs_role_arn     = aws_iam_role.trail_logs[0].arn

  depends_on = [aws_s3_bucket_policy.trail, aws_iam_role_policy.trail_logs]
}

resource "aws_cloudtrail" "workload" {
  provider = aws.workload
  count    = local.monitoring

  name                          = "two-accounts-workload"
  s3_bucket_name                = aws_s3_bucket.trail[0].id
  is_multi_region_trail         = true
  include_global_service_events = true
  enable_log_file_validation    = true

  depends_on = [aws_s3_bucket_policy.trail]
}

resource "aws_cloudwatch_log_metric_filter" "failed_assume_role" {
  provider = aws.security
  count    = local.monitoring

  name           = "two-accounts-failed-assume-role"
  log_group_name = aws_cloudwatch_log_group.trail[0].name
  pattern        = "{ ($.eventSource = \"sts.amazonaws.com\") && ($.eventName = \"AssumeRole\") && ($.errorCode = \"AccessDenied\") }"

  metric_transformation {
    name          = "FailedAssumeRole"
    namespace     = "crossaccount/two-accounts"
    value         = "1"
    default_value = "0"
  }
}

resource "aws_cloudwatch_metric_alarm" "failed_assume_role" {
  provider = aws.security
  count    = local.monitoring

  alarm_name          = "two-accounts-failed-assume-role"
  alarm_description   = "3 or more refused AssumeRole calls within 15m."
  namespace           = "crossaccount/two-accounts"
  metric_name         = "FailedAssumeRole"
  statistic           = "Sum"
  period              = 900
  evaluation_periods  = 2
  datapoints_to_alarm = 1
  threshold           = 3
  comparison_operator = "GreaterThanOrEqualToThreshold"
  treat_missing_data  = "notBreaching"
  alarm_actions       = [aws_sns_topic.alerts[0].arn]
}

resource "aws_cloudwatch_log_metric_filter" "assume_role_from_unknown_network" {
  provider = aws.security
  count    = local.monitoring

  name           = "two-accounts-unknown-network"
  log_group_name = aws_cloudwatch_log_group.trail[0].name
  pattern        = "{ ($.eventSource = \"sts.amazonaws.com\") && ($.eventName = \"AssumeRole\") && ($.sourceIPAddress != \"203.0.113.*\") && ($.sourceIPAddress != \"*.amazonaws.com*\") && ($.sourceIPAddress != \"AWS Internal\") }"

  metric_transformation {
    name          = "AssumeRoleFromUnknownNetwork"
    namespace     = "crossaccount/two-accounts"
    value         = "1"
    default_value = "0"
  }
}

resource "aws_cloudwatch_metric_alarm" "assume_role_from_unknown_network" {
  provider = aws.security
  count    = local.monitoring

  alarm_name          = "two-accounts-unknown-network"
  alarm_description   = "AssumeRole from outside of office."
  namespace           = "crossaccount/two-accounts"
  metric_name         = "AssumeRoleFromUnknownNetwork"
  statistic           = "Sum"
  period              = 60
  evaluation_periods  = 16
  datapoints_to_alarm = 1
  threshold           = 1
  comparison_operator = "GreaterThanOrEqualToThreshold"
  treat_missing_data  = "notBreaching"
  alarm_actions       = [aws_sns_topic.alerts[0].arn]
}

resource "aws_cloudwatch_log_metric_filter" "trust_policy_change" {
  provider = aws.security
  count    = local.monitoring

  name           = "two-accounts-trust-policy-change"
  log_group_name = aws_cloudwatch_log_group.trail[0].name
  pattern        = "{ ($.eventSource = \"iam.amazonaws.com\") && (($.eventName = \"UpdateAssumeRolePolicy\") || ($.eventName = \"CreateRole\")) && ($.errorCode NOT EXISTS) }"

  metric_transformation {
    name          = "TrustPolicyChange"
    namespace     = "crossaccount/two-accounts"
    value         = "1"
    default_value = "0"
  }
}

resource "aws_cloudwatch_metric_alarm" "trust_policy_change" {
  provider = aws.security
  count    = local.monitoring

  alarm_name          = "two-accounts-trust-policy-change"
  alarm_description   = "A trust policy was changed or a role was created."
  namespace           = "crossaccount/two-accounts"
  metric_name         = "TrustPolicyChange"
  statistic           = "Sum"
  period              = 60
  evaluation_periods  = 16
  datapoints_to_alarm = 1
  threshold           = 1
  comparison_operator = "GreaterThanOrEqualToThreshold"
  treat_missing_data  = "notBreaching"
  alarm_actions       = [aws_sns_topic.alerts[0].arn]
}

resource "aws_cloudwatch_event_rule" "unknown_network" {
  provider = aws.security
  count    = local.monitoring

  name        = "two-accounts-unknown-network"
  description = "AssumeRole from outside of the known networks (all other addresses, as CIDRs)."
  state       = "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS"
  event_pattern = jsonencode({
    source        = ["aws.sts"]
    "detail-type" = ["AWS API Call via CloudTrail"]
    detail = {
      eventSource = ["sts.amazonaws.com"]
      eventName   = ["AssumeRole"]
      sourceIPAddress = [
        {
          cidr = "0.0.0.0/1"
        },
        {
          cidr = "128.0.0.0/2"
        },
        {
          cidr = "192.0.0.0/5"
        },
        {
          cidr = "200.0.0.0/7"
        },
        {
          cidr = "202.0.0.0/8"
        },
        {
          cidr = "203.0.0.0/18"
        },
        {
          cidr = "203.0.64.0/19"
        },
        {
          cidr = "203.0.96.0/20"
        },
        {
          cidr = "203.0.112.0/24"
        },
        {
          cidr = "203.0.114.0/23"
        },
        {
          cidr = "203.0.116.0/22"
        },
        {
          cidr = "203.0.120.0/21"
        },
        {
          cidr = "203.0.128.0/17"
        },
        {
          cidr = "203.1.0.0/16"
        },
        {
          cidr = "203.2.0.0/15"
        },
        {
          cidr = "203.4.0.0/14"
        },
        {
          cidr = "203.8.0.0/13"
        },
        {
          cidr = "203.16.0.0/12"
        },
        {
          cidr = "203.32.0.0/11"
        },
        {
          cidr = "203.64.0.0/10"
        },
        {
          cidr = "203.128.0.0/9"
        },
        {
          cidr = "204.0.0.0/6"
        },
        {
          cidr = "208.0.0.0/4"
        },
        {
          cidr = "224.0.0.0/3"
        },
        {
          cidr = "::/0"
        },
      ]
    }
  })
}

resource "aws_cloudwatch_event_target" "unknown_network" {
  provider = aws.security
  count    = local.monitoring

  rule = aws_cloudwatch_event_rule.unknown_network[0].name
  arn  = aws_sns_topic.alerts[0].arn
}

resource "aws_cloudwatch_event_rule" "trust_policy_change" {
  provider = aws.security
  count    = local.monitoring

  name        = "two-accounts-trust-policy-change"
  description = "Somebody changed who may assume a role, or created a role."
  state       = "ENABLED"
  event_pattern = jsonencode({
    source        = ["aws.iam"]
    "detail-type" = ["AWS API Call via CloudTrail"]
    detail = {
      eventSource = ["iam.amazonaws.com"]
      eventName   = ["UpdateAssumeRolePolicy", "CreateRole"]
    }
  })
}

resource "aws_cloudwatch_event_target" "trust_policy_change" {
  provider = aws.security
  count    = local.monitoring

  rule = aws_cloudwatch_event_rule.trust_policy_change[0].name
  arn  = aws_sns_topic.alerts[0].arn
}

resource "aws_cloudwatch_event_rule" "role_permission_change" {
  provider = aws.security
  count    = local.monitoring

  name        = "two-accounts-role-permission-change"
  description = "Somebody changed what a role of the definition may do."
  state       = "ENABLED"
  event_pattern = jsonencode({
    source        = ["aws.iam"]
    "detail-type" = ["AWS API Call via CloudTrail"]
    detail = {
      eventSource = ["iam.amazonaws.com"]
      eventName = [
        "AttachRolePolicy",
        "PutRolePolicy",
        "DeleteRolePolicy",
        "DetachRolePolicy",
        "PutRolePermissionsBoundary",
        "DeleteRolePermissionsBoundary",
        "DeleteRole",
      ]
      requestParameters = {
        roleName = ["SecurityAuditRole", "SecurityAuditOperator", "SecurityInventoryRole"]
      }
    }
  })
}

resource "aws_cloudwatch_event_target" "role_permission_change" {
  provider = aws.security
  count    = local.monitoring

  rule = aws_cloudwatch_event_rule.role_permission_change[0].name
  arn  = aws_sns_topic.alerts[0].arn
}

# IAM is global: its events appear in us-east-1 alone, in the account where the change happened.

resource "aws_cloudwatch_event_bus_policy" "alerts" {
  provider = aws.security
  count    = local.monitoring

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid    = "AccountsOfTheDefinition"
        Effect = "Allow"
        Principal = {
          AWS = ["arn:aws:iam::${var.workload_account_id}:root"]
        }
        Action   = "events:PutEvents"
        Resource = "arn:aws:events:${var.region}:${var.security_account_id}:event-bus/default"
      },
    ]
  })
}

resource "aws_iam_role" "workload_forward" {
  provider = aws.workload
  count    = local.monitoring

  name        = "two-accounts-forward-events"
  description = "EventBridge forwards IAM changes to the security account's event bus."
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect = "Allow"
        Principal = {
          Service = "events.amazonaws.com"
        }
        Action = "sts:AssumeRole"
        Condition = {
          StringEquals = {
            "aws:SourceAccount" = var.workload_account_id
          }
        }
      },
    ]
  })
}

resource "aws_iam_role_policy" "workload_forward" {
  provider = aws.workload
  count    = local.monitoring

  name = "put-events"
  role = aws_iam_role.workload_forward[0].name
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect   = "Allow"
        Action   = "events:PutEvents"
        Resource = "arn:aws:events:${var.region}:${var.security_account_id}:event-bus/default"
      },
    ]
  })
}

resource "aws_cloudwatch_event_rule" "workload_forward" {
  provider = aws.workload
  count    = local.monitoring

  name = "two-accounts-forward-iam-changes"
  event_pattern = jsonencode({
    source        = ["aws.iam"]
    "detail-type" = ["AWS API Call via CloudTrail"]
    detail = {
      eventSource = ["iam.amazonaws.com"]
      eventName = [
        "UpdateAssumeRolePolicy",
        "CreateRole",
        "AttachRolePolicy",
        "PutRolePolicy",
        "DeleteRolePolicy",
        "DetachRolePolicy",
        "PutRolePermissionsBoundary",
        "DeleteRolePermissionsBoundary",
        "DeleteRole",
      ]
    }
  })
}

resource "aws_cloudwatch_event_target" "workload_forward" {
  provider = aws.workload
  count    = local.monitoring

  rule     = aws_cloudwatch_event_rule.workload_forward[0].name
  arn      = "arn:aws:events:${var.region}:${var.security_account_id}:event-bus/default"
  role_arn = aws_iam_role.workload_forward[0].arn
}
