"""Saves a DDS backup from the emulator: one signed link for each file. The standard library is enough."""
import json
import os
import urllib.request

url, project = os.environ["EMULATOR_URL"], os.environ["PROJECT_ID"]
user = {
    "name": os.environ["EMULATOR_USER"],
    "password": os.environ["EMULATOR_PASSWORD"],
    "domain": {"name": os.environ["EMULATOR_ACCOUNT"]},
}
identity = {"methods": ["password"], "password": {"user": user}}
body = json.dumps({"auth": {"identity": identity, "scope": {"project": {"name": "cn-north-4"}}}})
with urllib.request.urlopen(f"{url}/v3/auth/tokens", body.encode()) as answer:
    token = answer.headers["X-Subject-Token"]

ids = f"instance_id={os.environ['DDS_INSTANCE_ID']}&backup_id={os.environ['DDS_BACKUP_ID']}"
question = urllib.request.Request(
    f"{url}/v3/{project}/backups/download-file?{ids}", headers={"X-Auth-Token": token}
)
with urllib.request.urlopen(question) as answer:
    files = json.load(answer)["files"]
for file in files:
    # A link is its own proof: no token goes along.
    urllib.request.urlretrieve(file["download_link"], file["name"].replace("/", "_"))
