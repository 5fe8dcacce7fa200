# Values of the definition. Nothing here is a secret: an ExternalId identifies, it does not authenticate.
region                   = "us-east-1"
security_account_id      = "489157521585"
security_account_profile = "security-account"
workload_account_id      = "657654036224"
workload_account_profile = "workload-account"
enable_monitoring        = true

external_id                         = "MyUniqueSecretValue123"
external_id_security_inventory_role = "MyUniqueInventoryValue456"
