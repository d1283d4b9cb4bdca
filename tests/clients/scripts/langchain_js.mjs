// LangChain for JavaScript. It sends stream_options with every stream.
import { tool } from "@langchain/core/tools";
import { ChatOpenAI, OpenAIEmbeddings } from "@langchain/openai";
import { z } from "zod";
import { CLEAN, KEY, SENSITIVE, TEXTS, serve } from "./steps.mjs";

const Person = z.object({ name: z.string(), age: z.number().int() });
const connect = (baseURL, more = {}) =>
  new ChatOpenAI({ model: "auto", apiKey: KEY, maxTokens: 6, configuration: { baseURL }, ...more });

await serve({
  asked: async (url) => (await connect(url).invoke(CLEAN)).content,

  sensitive: async (url) => (await connect(url).invoke(SENSITIVE)).content,

  streamed: async (url) => {
    const pieces = [];
    let whole;
    for await (const chunk of await connect(url, { model: "local" }).stream(CLEAN)) {
      pieces.push(chunk.content);
      whole = whole === undefined ? chunk : whole.concat(chunk);
    }
    return { pieces, whole: whole.content, tokens: whole.usage_metadata.output_tokens };
  },

  parsed: async (url) => {
    const model = connect(url, { model: "local", maxTokens: 60, temperature: 0 });
    return await model.withStructuredOutput(Person, { method: "jsonSchema" }).invoke("Bob is 5 years old.");
  },

  embedded: async (url) => {
    const model = new OpenAIEmbeddings({ model: "local", apiKey: KEY, configuration: { baseURL: url } });
    return [await model.embedQuery(TEXTS[0]), ...(await model.embedDocuments(TEXTS.slice(1)))];
  },

  responded: async (url) => (await connect(url, { useResponsesApi: true }).invoke(SENSITIVE)).text,

  tools_loop: async (url) => {
    const weather = tool(() => "sunny", {
      name: "weather",
      description: "The weather in a city",
      schema: z.object({ city: z.string() }),
    });
    const model = connect(url).bindTools([weather]);
    const messages = [{ role: "user", content: "What is the weather in Paris?" }];
    let called;
    for await (const chunk of await model.stream(messages)) called = called === undefined ? chunk : called.concat(chunk);
    const [call] = called.tool_calls;
    messages.push(called, await weather.invoke({ ...call, type: "tool_call" }));
    return { call, text: (await model.invoke(messages)).content };
  },

  forced_tools_loop: async (url, { model }) => {
    const weather = tool(() => "sunny", {
      name: "weather",
      description: "The weather in a city",
      schema: z.object({ city: z.string().max(30) }),
    });
    const connected = connect(url, { model, maxTokens: 80, temperature: 0 });
    const forced = connected.bindTools([weather], { tool_choice: "weather", strict: true });
    const messages = [{ role: "user", content: "What is the weather in Paris?" }];
    let called;
    for await (const chunk of await forced.stream(messages)) {
      called = called === undefined ? chunk : called.concat(chunk);
    }
    const calls = called.tool_calls;
    messages.push(called);
    for (const call of calls) messages.push(await weather.invoke({ ...call, type: "tool_call" }));
    const { content } = await connected.bindTools([weather], { strict: true }).invoke(messages);
    return { calls: calls.map(({ name, args }) => ({ name, arguments: JSON.stringify(args) })), text: content };
  },
});
