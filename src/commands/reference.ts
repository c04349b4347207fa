/** What people read about commands, made from what the commands declare: the help and docs/commands.md. Pure. */
import type { Command } from './command.ts';

export function listCommands(commands: readonly Command[]): string {
  const lines = commands.map(({ usage, summary }) => `- \`${usage}\`: ${summary}`);
  return [...lines, '', '`/codex help COMMAND` explains one of them.'].join('\n');
}

/** Usage, arguments, examples and capability of one command, without a heading. */
export function describeCommand(command: Command): string {
  const { summary, usage } = command;
  const parts = [summary, fence(usage), ...argumentList(command), exampleList(command), ...need(command)];
  return parts.join('\n\n');
}

/** docs/commands.md. */
export function commandsPage(commands: readonly Command[]): string {
  const sections = commands.map((command) => `## \`${command.name}\`\n\n${describeCommand(command)}`);
  return `${[INTRODUCTION, ...sections].join('\n\n')}\n`;
}

function argumentList({ positional, options }: Command): string[] {
  const lines = Object.values(options).map(
    ({ flag, value, summary }) => `- \`${value ? `${flag} ${value.label}` : flag}\`: ${summary}`,
  );
  if (positional) lines.unshift(`- \`${positional.label}\`: ${positional.summary}`);
  return lines.length > 0 ? [lines.join('\n')] : [];
}

function exampleList({ examples }: Command): string {
  return ['Examples:', '', ...examples.map(({ command, summary }) => `- \`${command}\`: ${summary}`)].join(
    '\n',
  );
}

function need({ capability }: Command): string[] {
  return capability === null ? [] : [`Needs the capability \`${capability}\`.`];
}

function fence(text: string): string {
  return `\`\`\`text\n${text}\n\`\`\``;
}

const INTRODUCTION = `# Commands

Comment a command on a pull request. You need write permission on the repository, and for some commands a capability
that [whoever operates Codex](entitlements.md) or a subscription gives; both are looked up each time.

- A command stands at the start of a line. What GitHub shows as code or as a quote is not run, nor is anything in
  an HTML block or comment.
- A comment may hold several commands, up to 10; they run in order. Editing a comment runs only what the edit added.
- Words are split as a shell does: quotes keep spaces together. Nothing is expanded and no shell is involved.
- 👀 means accepted. A second reaction tells the end: 🚀 the plan succeeded or the pull request landed, 👍 done, 👎 it
  did not succeed or was refused, 😕 the command could not be understood, its plan was cancelled or found no tests, or
  its merge ended without one. Answers appear in Codex's one comment on the pull request.
- On a pull request from a fork, a command approves exactly the commit that is its head at that moment. Where the fork
  was pushed to after the comment was written, the command is refused: look at the changes and comment again.

<!-- This page is generated from src/commands by \`node scripts/docs.ts\`. -->`;
