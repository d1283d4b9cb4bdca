// Vercel's AI SDK with its provider for OpenAI-compatible servers.
import { createOpenAI } from "@ai-sdk/openai";
import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import { embed, embedMany, generateText, Output, stepCountIs, streamText, tool } from "ai";
import { z } from "zod";
import { CLEAN, KEY, SENSITIVE, TEXTS, serve } from "./steps.mjs";

const Person = z.object({ name: z.string(), age: z.number().int() });
const responses = (baseURL, model) => createOpenAI({ baseURL, apiKey: KEY }).responses(model);
const connect = (baseURL, more = {}) => createOpenAICompatible({ name: "sepal", baseURL, apiKey: KEY, ...more });

await serve({
  asked: async (url) => (await generateText({ model: connect(url)("auto"), prompt: CLEAN, maxOutputTokens: 6 })).text,

  sensitive: async (url) => {
    const answer = await generateText({ model: connect(url)("auto"), prompt: SENSITIVE, maxOutputTokens: 6 });
    return { text: answer.text, headers: answer.response.headers };
  },

  streamed: async (url) => {
    const model = connect(url, { includeUsage: true })("local");
    const result = streamText({ model, prompt: CLEAN, maxOutputTokens: 6 });
    const pieces = [];
    for await (const piece of result.textStream) pieces.push(piece);
    return { pieces, whole: await result.text, tokens: (await result.usage).outputTokens };
  },

  parsed: async (url) => {
    const { output } = await generateText({
      model: connect(url, { supportsStructuredOutputs: true })("local"),
      output: Output.object({ schema: Person }),
      prompt: "Bob is 5 years old.",
      maxOutputTokens: 60,
      temperature: 0,
    });
    return output;
  },

  embedded: async (url) => {
    const model = connect(url).embeddingModel("local");
    const { embedding } = await embed({ model, value: TEXTS[0] });
    return [embedding, ...(await embedMany({ model, values: TEXTS.slice(1) })).embeddings];
  },

  responded: async (url) =>
    (await generateText({ model: responses(url, "auto"), prompt: SENSITIVE, maxOutputTokens: 6 })).text,

  responses_streamed: async (url) => {
    const result = streamText({ model: responses(url, "local"), prompt: CLEAN, maxOutputTokens: 6 });
    const pieces = [];
    for await (const piece of result.textStream) pieces.push(piece);
    return { pieces, whole: await result.text, tokens: (await result.usage).outputTokens };
  },

  tools_loop: async (url, { api, model = "auto" }) => {
    const calls = [];
    const weather = tool({
      description: "The weather in a city",
      inputSchema: z.object({ city: z.string() }),
      execute: async (given) => (calls.push(given), "sunny"),
    });
    const result = streamText({
      model: api === "responses" ? responses(url, model) : connect(url)(model),
      prompt: "What is the weather in Paris?",
      tools: { weather },
      stopWhen: stepCountIs(3),
      onError: ({ error }) => {
        throw error;
      },
    });
    return { text: await result.text, calls };
  },

  // Some call is required in the first step only.
  forced_tools_loop: async (url, { api, model }) => {
    const weather = tool({
      description: "The weather in a city",
      inputSchema: z.object({ city: z.string().max(30) }),
      execute: async () => "sunny",
    });
    const result = streamText({
      model: api === "responses" ? responses(url, model) : connect(url)(model),
      prompt: "What is the weather in Paris?",
      tools: { weather },
      prepareStep: ({ stepNumber }) => ({ toolChoice: stepNumber === 0 ? "required" : "auto" }),
      stopWhen: stepCountIs(3),
      maxOutputTokens: 80,
      temperature: 0,
      onError: ({ error }) => {
        throw error;
      },
    });
    const calls = (await result.steps).flatMap(({ toolCalls }) => toolCalls);
    return {
      calls: calls.map(({ toolName, input }) => ({ name: toolName, arguments: JSON.stringify(input) })),
      text: await result.text,
    };
  },
});
