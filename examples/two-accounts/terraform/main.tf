# Cross-account access "two-accounts": operators in the security account, roles in the accounts they enter.
# Written by `crossaccount generate` from the definition: change the definition and generate again.

terraform {
  required_version = ">= 1.5"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 5.83"
    }
  }
}

# A profile that points to the wrong account stops the run: see allowed_account_ids.
provider "aws" {
  alias               = "security"
  profile             = var.security_account_profile
  region              = var.region
  allowed_account_ids = [var.security_account_id]
}

provider "aws" {
  alias               = "workload"
  profile             = var.workload_account_profile
  region              = var.region
  allowed_account_ids = [var.workload_account_id]
}

# Operators. Neither access keys nor MFA devices are created here: aws_iam_access_key would put the secret key,
# and aws_iam_virtual_mfa_device the TOTP seed, in plain text into the Terraform state, where everybody who can
# read the state is the operator, second factor included. `crossaccount enroll` creates both and hands them to
# the operator alone.
resource "aws_iam_user" "security_admin" {
  provider = aws.security
  name     = "security-admin"
  tags = {
    "crossaccount:definition" = "two-accounts"
  }

  # Keys and MFA devices are enrolled outside of Terraform and must not keep `destroy` from working.
  force_destroy = true
}

# Which roles security-admin may assume; the roles' trust policies say under which conditions.
resource "aws_iam_user_policy" "security_admin" {
  provider = aws.security
  name     = "crossaccount-assume"
  user     = aws_iam_user.security_admin.name
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect = "Allow"
        Action = "sts:AssumeRole"
        Resource = [
          "arn:aws:iam::${var.workload_account_id}:role/SecurityAuditRole",
          "arn:aws:iam::${var.security_account_id}:role/SecurityAuditOperator",
        ]
      },
    ]
  })
}

# A policy that somebody adds by hand is removed by the next apply, and shows in its plan.
resource "aws_iam_user_policies_exclusive" "security_admin" {
  provider     = aws.security
  user_name    = aws_iam_user.security_admin.name
  policy_names = [aws_iam_user_policy.security_admin.name]
}

resource "aws_iam_user_policy_attachments_exclusive" "security_admin" {
  provider    = aws.security
  user_name   = aws_iam_user.security_admin.name
  policy_arns = []
}

# SecurityAuditRole in workload: Read-only security audit from the security account
resource "aws_iam_role" "security_audit_role" {
  provider             = aws.workload
  name                 = "SecurityAuditRole"
  description          = "Read-only security audit from the security account"
  max_session_duration = 3600
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect = "Allow"
        Principal = {
          AWS = "arn:aws:iam::${var.security_account_id}:user/security-admin"
        }
        Action = "sts:AssumeRole"
        Condition = {
          StringEquals = {
            "sts:ExternalId" = var.external_id
          }
          Bool = {
            "aws:MultiFactorAuthPresent" = "true"
          }
        }
      },
    ]
  })
  tags = {
    "crossaccount:definition" = "two-accounts"
  }

  # AWS refuses a trust policy that names a principal which does not exist yet.
  depends_on = [aws_iam_user.security_admin]
}

resource "aws_iam_role_policy" "security_audit_role_permissions" {
  provider = aws.workload
  name     = "crossaccount-permissions"
  role     = aws_iam_role.security_audit_role.name
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect   = "Allow"
        Action   = ["ec2:Describe*", "s3:ListAllMyBuckets", "iam:GetRole", "iam:GetUser"]
        Resource = "*"
      },
      {
        Effect   = "Deny"
        Action   = ["ec2:TerminateInstances", "s3:DeleteBucket", "iam:DeleteUser"]
        Resource = "*"
      },
    ]
  })
}

# Without these two, an inline `Action: *` that somebody adds by hand shows as "No changes". They also remove
# AWSRevokeOlderSessions, which `crossaccount respond revoke` puts on the role: wait with the next apply until
# the revoked sessions have expired (3600 seconds).
resource "aws_iam_role_policies_exclusive" "security_audit_role" {
  provider     = aws.workload
  role_name    = aws_iam_role.security_audit_role.name
  policy_names = [aws_iam_role_policy.security_audit_role_permissions.name]
}

resource "aws_iam_role_policy_attachments_exclusive" "security_audit_role" {
  provider    = aws.workload
  role_name   = aws_iam_role.security_audit_role.name
  policy_arns = []
}

# SecurityAuditOperator in security: First hop for chained access, entered with MFA
resource "aws_iam_role" "security_audit_operator" {
  provider             = aws.security
  name                 = "SecurityAuditOperator"
  description          = "First hop for chained access, entered with MFA"
  max_session_duration = 3600
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect = "Allow"
        Principal = {
          AWS = "arn:aws:iam::${var.security_account_id}:user/security-admin"
        }
        Action = "sts:AssumeRole"
        Condition = {
          Bool = {
            "aws:MultiFactorAuthPresent" = "true"
          }
        }
      },
    ]
  })
  tags = {
    "crossaccount:definition" = "two-accounts"
  }

  # AWS refuses a trust policy that names a principal which does not exist yet.
  depends_on = [aws_iam_user.security_admin]
}

resource "aws_iam_role_policy" "security_audit_operator_assume" {
  provider = aws.security
  name     = "crossaccount-assume"
  role     = aws_iam_role.security_audit_operator.name
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect   = "Allow"
        Action   = "sts:AssumeRole"
        Resource = "arn:aws:iam::${var.workload_account_id}:role/SecurityInventoryRole"
      },
    ]
  })
}

# Without these two, an inline `Action: *` that somebody adds by hand shows as "No changes". They also remove
# AWSRevokeOlderSessions, which `crossaccount respond revoke` puts on the role: wait with the next apply until
# the revoked sessions have expired (3600 seconds).
resource "aws_iam_role_policies_exclusive" "security_audit_operator" {
  provider     = aws.security
  role_name    = aws_iam_role.security_audit_operator.name
  policy_names = [aws_iam_role_policy.security_audit_operator_assume.name]
}

resource "aws_iam_role_policy_attachments_exclusive" "security_audit_operator" {
  provider    = aws.security
  role_name   = aws_iam_role.security_audit_operator.name
  policy_arns = []
}

# SecurityInventoryRole in workload: Inventory of regions and networks, through SecurityAuditOperator
resource "aws_iam_role" "security_inventory_role" {
  provider             = aws.workload
  name                 = "SecurityInventoryRole"
  description          = "Inventory of regions and networks, through SecurityAuditOperator"
  max_session_duration = 3600
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect = "Allow"
        Principal = {
          AWS = "arn:aws:iam::${var.security_account_id}:role/SecurityAuditOperator"
        }
        Action = "sts:AssumeRole"
        Condition = {
          StringEquals = {
            "sts:ExternalId" = var.external_id_security_inventory_role
          }
        }
      },
    ]
  })
  tags = {
    "crossaccount:definition" = "two-accounts"
  }

  # AWS refuses a trust policy that names a principal which does not exist yet.
  depends_on = [aws_iam_role.security_audit_operator]
}

resource "aws_iam_role_policy" "security_inventory_role_permissions" {
  provider = aws.workload
  name     = "crossaccount-permissions"
  role     = aws_iam_role.security_inventory_role.name
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect   = "Allow"
        Action   = ["ec2:DescribeRegions", "ec2:DescribeVpcs"]
        Resource = "*"
      },
      {
        Effect   = "Deny"
        Action   = ["ec2:TerminateInstances", "s3:DeleteBucket", "iam:DeleteUser"]
        Resource = "*"
      },
    ]
  })
}

# Without these two, an inline `Action: *` that somebody adds by hand shows as "No changes". They also remove
# AWSRevokeOlderSessions, which `crossaccount respond revoke` puts on the role: wait with the next apply until
# the revoked sessions have expired (3600 seconds).
resource "aws_iam_role_policies_exclusive" "security_inventory_role" {
  provider     = aws.workload
  role_name    = aws_iam_role.security_inventory_role.name
  policy_names = [aws_iam_role_policy.security_inventory_role_permissions.name]
}

resource "aws_iam_role_policy_attachments_exclusive" "security_inventory_role" {
  provider    = aws.workload
  role_name   = aws_iam_role.security_inventory_role.name
  policy_arns = []
}

output "operator_arns" {
  description = "IAM users in the security account, by name."
  value = {
    "security-admin" = aws_iam_user.security_admin.arn
  }
}

output "role_arns" {
  description = "Roles to assume, by account and name."
  value = {
    "workload/SecurityAuditRole"     = aws_iam_role.security_audit_role.arn
    "security/SecurityAuditOperator" = aws_iam_role.security_audit_operator.arn
    "workload/SecurityInventoryRole" = aws_iam_role.security_inventory_role.arn
  }
}
