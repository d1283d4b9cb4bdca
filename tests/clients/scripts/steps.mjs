// Does the steps that come in on stdin, one JSON object a line, and says what came of each on stdout.
import { createInterface } from "node:readline";

export const CLEAN = "Why is the sky blue?";
export const SENSITIVE = "Write to my patient Maria Gonzalez, born 3 May 1961, about her biopsy.";
export const KEY = "sk-anything";
// A question, what answers it, and something else.
export const TEXTS = [
  "query: Why is the sky blue?",
  "passage: Air scatters blue light.",
  "passage: The train leaves at noon.",
];

export async function serve(steps) {
  // What libraries print must not get between the lines.
  console.log = console.info = console.error;
  for await (const line of createInterface({ input: process.stdin })) {
    const { step, base_url: baseURL, ...more } = JSON.parse(line);
    let outcome;
    try {
      outcome = { value: (await steps[step](baseURL, more)) ?? null };
    } catch (error) {
      const { name, message, status, statusCode, code = null, param = null } = error;
      outcome = { raised: { type: name, message, status_code: status ?? statusCode ?? null, code, param } };
    }
    process.stdout.write(JSON.stringify(outcome) + "\n");
  }
}
