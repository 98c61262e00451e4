import type { CommandRun } from "./command.ts";

/** Asks the command itself, so that it never knows less, or other, than the command. */
const script = `_cloudhaul() {
  local IFS=$'\\n'
  COMPREPLY=($(cloudhaul __complete "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null))
}
complete -o default -F _cloudhaul cloudhaul`;

export const completion: CommandRun = async ({ output }) => {
  output.data(script, { type: "completion", shell: "bash", script });
};
