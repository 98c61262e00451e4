npm run new:service -- --name dbss-reports --service dbss --title "Database Security Service" \
  --operation DownloadAuditReport \
  --path '/v1/{project_id}/audit/{instance_id}/reports/{id:reportId}/download' \
  --regions af-south-1,ap-southeast-1,ap-southeast-2,ap-southeast-3,ap-southeast-4,cn-east-2,cn-east-3,cn-east-5,cn-north-1,cn-north-2,cn-north-4,cn-north-9,cn-north-11,cn-south-1,cn-south-2,cn-south-4,cn-southwest-2,la-north-2,la-south-2,me-east-1,ru-northwest-2,sa-brazil-1,tr-west-1
