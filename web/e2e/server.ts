/** A real `quoth serve` with a data folder of its own. */

import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

export interface Quoth {
  url: string;
  /** Ends the process, as a restart or a crash would; the data stays. */
  stop: (signal?: NodeJS.Signals) => Promise<void>;
  start: () => Promise<void>;
  remove: () => Promise<void>;
}

const COMMAND = process.env.QUOTH_TEST_COMMAND ?? resolve(import.meta.dirname, "../../.venv/bin/quoth");
const PATIENCE_MILLISECONDS = 60_000;

export async function startQuoth(environment: Record<string, string> = {}): Promise<Quoth> {
  const folder = await mkdtemp(join(tmpdir(), "quoth-e2e-"));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  let running: ChildProcess | undefined;
  let log = "";

  const start = async () => {
    // The settings of whoever runs the tests are not the tests' own.
    const inherited = Object.entries(process.env).filter(([name]) => !/^(QUOTH|ANTHROPIC)_/.test(name));
    running = spawn(COMMAND, ["serve", "--port", String(port), "--data-dir", folder], {
      env: { ...Object.fromEntries(inherited), QUOTH_EMBEDDING_THREADS: "1", ...environment },
      stdio: ["ignore", "pipe", "pipe"],
    });
    running.stdout?.on("data", (data) => {
      log = (log + data).slice(-4000);
    });
    running.stderr?.on("data", (data) => {
      log = (log + data).slice(-4000);
    });
    await isThere(url, () => {
      if (running?.exitCode !== null) throw new Error(`quoth serve ended: ${log}`);
    });
  };
  const stop = async (signal: NodeJS.Signals = "SIGTERM") => {
    const process = running;
    running = undefined;
    if (!process || process.exitCode !== null) return;
    const ended = new Promise((done) => process.once("exit", done));
    process.kill(signal);
    const late = setTimeout(() => process.kill("SIGKILL"), 15_000);
    await ended;
    clearTimeout(late);
  };
  await start();
  return {
    url,
    start,
    stop,
    remove: async () => {
      await stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function isThere(url: string, check: () => void): Promise<void> {
  const until = Date.now() + PATIENCE_MILLISECONDS;
  while (Date.now() < until) {
    check();
    const answer = await fetch(`${url}/health/ready`).catch(() => undefined);
    if (answer) return;
    await new Promise((done) => setTimeout(done, 100));
  }
  throw new Error(`Nobody answers at ${url}.`);
}

async function freePort(): Promise<number> {
  return await new Promise((done, failed) => {
    const probe = createServer();
    probe.once("error", failed);
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address();
      const port = typeof address === "object" && address ? address.port : 0;
      probe.close(() => done(port));
    });
  });
}
