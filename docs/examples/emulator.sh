# In another terminal, or with & behind it: cloudhaul emulator --port 8480
url=${EMULATOR_URL:-http://127.0.0.1:8480}
curl --fail --silent --dump-header headers.txt --output /dev/null "$url/v3/auth/tokens" --json "{
  \"auth\": {
    \"identity\": {\"methods\": [\"password\"], \"password\": {\"user\": {
      \"name\": \"$EMULATOR_USER\", \"password\": \"$EMULATOR_PASSWORD\", \"domain\": {\"name\": \"$EMULATOR_ACCOUNT\"}}}},
    \"scope\": {\"project\": {\"name\": \"cn-north-4\"}}}}"
token=$(sed -n 's/^x-subject-token: //Ip' headers.txt | tr -d '\r')
curl --fail --silent --header "X-Auth-Token: $token" --output export.zip "$url/v5/$PROJECT_ID/download/$HSS_FILE_ID"
