variable "region" {
  description = "Region of the clients, the trail and the alarms. IAM itself is global."
  type        = string

  validation {
    condition     = can(regex("^[a-z]{2}(-[a-z]+)+-[0-9]+$", var.region))
    error_message = "A region looks like us-east-1."
  }
}

variable "security_account_id" {
  description = "Account id of security: a string, since numbers lose leading zeros."
  type        = string

  validation {
    condition     = can(regex("^[0-9]{12}$", var.security_account_id))
    error_message = "An account id has 12 digits."
  }
}

variable "security_account_profile" {
  description = "AWS config profile with administrative rights in security."
  type        = string

  validation {
    condition     = length(var.security_account_profile) > 0
    error_message = "Name a profile of your AWS config."
  }
}

variable "workload_account_id" {
  description = "Account id of workload: a string, since numbers lose leading zeros."
  type        = string

  validation {
    condition     = can(regex("^[0-9]{12}$", var.workload_account_id))
    error_message = "An account id has 12 digits."
  }
}

variable "workload_account_profile" {
  description = "AWS config profile with administrative rights in workload."
  type        = string

  validation {
    condition     = length(var.workload_account_profile) > 0
    error_message = "Name a profile of your AWS config."
  }
}

variable "external_id" {
  description = "ExternalId that callers of SecurityAuditRole must pass. No secret to AWS, and not marked sensitive: that would hide the whole trust policy from the plan."
  type        = string

  validation {
    condition     = length(var.external_id) >= 2 && length(var.external_id) <= 1224
    error_message = "It has 2 to 1224 characters."
  }

  validation {
    condition     = can(regex("^[\\w+=,.@:/-]*$", var.external_id))
    error_message = "Letters, digits and _ + = , . @ : / - only."
  }
}

variable "external_id_security_inventory_role" {
  description = "ExternalId that callers of SecurityInventoryRole must pass. No secret to AWS, and not marked sensitive: that would hide the whole trust policy from the plan."
  type        = string

  validation {
    condition     = length(var.external_id_security_inventory_role) >= 2 && length(var.external_id_security_inventory_role) <= 1224
    error_message = "It has 2 to 1224 characters."
  }

  validation {
    condition     = can(regex("^[\\w+=,.@:/-]*$", var.external_id_security_inventory_role))
    error_message = "Letters, digits and _ + = , . @ : / - only."
  }
}

variable "enable_monitoring" {
  description = "CloudTrail, metric filters, alarms and event rules (monitoring.tf). False applies the IAM part alone."
  type        = bool
  default     = true
}
