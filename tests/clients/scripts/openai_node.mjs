// The `openai` package for Node.
import OpenAI from "openai";
import { zodResponseFormat, zodTextFormat } from "openai/helpers/zod";
import { z } from "zod";
import { CLEAN, KEY, SENSITIVE, TEXTS, serve } from "./steps.mjs";

const Person = z.object({ name: z.string(), age: z.number().int() });
const user = (text) => [{ role: "user", content: text }];
const connect = (baseURL) => new OpenAI({ baseURL, apiKey: KEY });

await serve({
  models: async (url) => (await connect(url).models.list()).data.map((model) => model.id),

  asked: async (url) => {
    const answer = await connect(url).chat.completions.create({ model: "auto", messages: user(CLEAN), max_tokens: 6 });
    return answer.choices[0].message.content;
  },

  stream_helper: async (url) => {
    const stream = connect(url).chat.completions.stream({ model: "local", messages: user(CLEAN), max_tokens: 6 });
    const pieces = [];
    stream.on("content.delta", ({ delta }) => pieces.push(delta));
    return { whole: (await stream.finalChatCompletion()).choices[0].message.content, pieces };
  },

  parsed: async (url) => {
    const answer = await connect(url).chat.completions.parse({
      model: "local",
      messages: user("Bob is 5 years old."),
      response_format: zodResponseFormat(Person, "person"),
      max_tokens: 60,
      temperature: 0,
    });
    return Person.parse(answer.choices[0].message.parsed);
  },

  raw: async (url) => {
    const request = { model: "auto", messages: user(SENSITIVE), max_tokens: 6 };
    const { data, response } = await connect(url).chat.completions.create(request).withResponse();
    return { headers: Object.fromEntries(response.headers), text: data.choices[0].message.content };
  },

  tools_loop: async (url) => {
    const calls = [];
    const weather = {
      name: "weather",
      description: "The weather in a city",
      parameters: { type: "object", properties: { city: { type: "string" } }, required: ["city"] },
      parse: JSON.parse,
      function: (given) => (calls.push(given), "sunny"),
    };
    const runner = connect(url).chat.completions.runTools({
      model: "auto",
      stream: true,
      messages: user("What is the weather in Paris?"),
      tools: [{ type: "function", function: weather }],
    });
    return { text: await runner.finalContent(), calls };
  },

  // Told which tool to run, it ends with that; what the model makes of the result is asked for after.
  forced_tools_loop: async (url, { model }) => {
    const city = { type: "string", maxLength: 30 };
    const weather = {
      name: "weather",
      description: "The weather in a city",
      parameters: { type: "object", properties: { city }, required: ["city"], additionalProperties: false },
      parse: JSON.parse,
      function: () => "sunny",
    };
    const tools = [{ type: "function", function: weather }];
    const run = (more) =>
      connect(url).chat.completions.runTools({ model, stream: true, tools, max_tokens: 80, temperature: 0, ...more });
    const first = run({
      messages: user("What is the weather in Paris?"),
      tool_choice: { type: "function", function: { name: "weather" } },
    });
    const call = await first.finalFunctionToolCall();
    const result = await first.finalFunctionToolCallResult();
    if (result !== "sunny") throw new Error(`the tool said ${result}`);
    return { calls: [call], text: await run({ messages: first.messages }).finalContent() };
  },

  embedded: async (url) => {
    const { data } = await connect(url).embeddings.create({ model: "local", input: TEXTS });
    return data.map(({ embedding }) => embedding);
  },

  responded: async (url) => {
    const answer = await connect(url).responses.create({ model: "auto", input: CLEAN, max_output_tokens: 6 });
    return answer.output_text;
  },

  responses_streamed: async (url) => {
    const stream = connect(url).responses.stream({ model: "local", input: CLEAN, max_output_tokens: 6 });
    const pieces = [];
    stream.on("response.output_text.delta", ({ delta }) => pieces.push(delta));
    const whole = await stream.finalResponse();
    return { whole: whole.output_text, pieces, tokens: whole.usage.output_tokens };
  },

  responses_parsed: async (url) => {
    const answer = await connect(url).responses.parse({
      model: "local",
      input: "Bob is 5 years old.",
      text: { format: zodTextFormat(Person, "person") },
      max_output_tokens: 60,
      temperature: 0,
    });
    return answer.output_parsed;
  },

  said: async (url, { text }) => {
    const answer = await connect(url).chat.completions.create({ model: "auto", messages: user(text), max_tokens: 6 });
    return answer.choices[0].message.content;
  },
});
