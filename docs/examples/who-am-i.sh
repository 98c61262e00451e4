cloudhaul whoami --region cn-north-4
