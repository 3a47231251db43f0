/** The Quoth API: each operation as a function, answers as a stream of typed events. */

export {
  type ComponentHealth,
  type Connection,
  configure,
  connect,
  type Readiness,
  readiness,
  uploadSources,
} from "./connect.js";
export type { Client } from "./generated/client/index.js";
export { client } from "./generated/client.gen.js";
export {
  addMessage,
  addSources,
  chat,
  createConversation,
  deleteConversation,
  exportConversation,
  listConversations,
  listMessages,
  listSources,
  rateMessage,
  readConversation,
  readSource,
  readSourceContent,
  readSourceText,
  removeSource,
  searchPassages,
  stopRun,
  updateConversation,
} from "./generated/sdk.gen.js";
export type * from "./generated/types.gen.js";
export { ConnectionError, ProblemError } from "./problem.js";
export {
  type AnswerEvent,
  type ChatOptions,
  type FollowOptions,
  followRun,
  type StreamEvent,
  type StreamOptions,
  streamChat,
} from "./stream.js";
export { characters, utf16Offset } from "./text.js";
