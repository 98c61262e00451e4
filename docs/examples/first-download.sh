cloudhaul hss download "$HSS_FILE_ID" --region cn-north-4 --output exports/
