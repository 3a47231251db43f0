/** The sources, and the files on their way to become some. */

import {
  addSources,
  listSources,
  readSource,
  readSourceContent,
  removeSource,
  type Source,
  type SourceType,
  uploadSources,
} from "../api";
import { type Failure, isNotFound } from "../api/failure";
import { isBeingRemoved, keepAfterAll, removeLater } from "../app/removal";
import type { Slice } from "../app/store";
import { tellOtherTabs } from "../app/tabs";
import { t } from "../strings";
import { saveAs } from "../ui/save";

export interface Upload {
  id: string;
  name: string;
  step: "uploading" | "indexing" | "ready" | "failed";
  source: Source | null;
  failure: string | null;
  again: () => void;
}

export interface SourcesSlice {
  sources: Source[];
  sourcesState: "idle" | "loading" | "ready" | "failed";
  sourcesFailure: Failure | null;
  sourceCount: number;
  /** How many there are in all, whatever is searched for; null while nobody knows. */
  allSources: number | null;
  sourceSearch: string;
  sourceType: SourceType | null;
  uploads: Upload[];
  loadSources: (more?: boolean) => Promise<void>;
  setSourceFilter: (filter: { sourceSearch?: string; sourceType?: SourceType | null }) => void;
  uploadFiles: (files: File[]) => Promise<void>;
  addPage: (url: string) => Promise<Failure | null>;
  dismissUpload: (id: string) => void;
  deleteSource: (source: Source) => void;
  downloadSource: (source: Pick<Source, "id" | "title">) => Promise<void>;
  watchSource: (id: string) => Promise<Source | null>;
}

const PAGE = 50;
const WATCH_MILLISECONDS = 600;
let listRequest = 0;

export const sourcesSlice: Slice<SourcesSlice> = (set, get) => {
  const patch = (id: string, part: Partial<Upload>) =>
    set({ uploads: get().uploads.map((upload) => (upload.id === id ? { ...upload, ...part } : upload)) });

  const settle = (id: string, source: Source) => {
    if (source.status === "indexing") return patch(id, { step: "indexing", source });
    const failure = source.problem?.detail ?? null;
    patch(id, { step: source.status === "failed" || failure ? "failed" : "ready", source, failure });
  };

  const follow = async (id: string, added: Source) => {
    settle(id, added);
    const source = added.status === "indexing" ? await get().watchSource(added.id) : added;
    if (source) settle(id, source);
    else get().dismissUpload(id);
    await get().loadSources();
    tellOtherTabs({ sources: true });
  };

  const begin = (name: string, again: () => void): string => {
    const id = crypto.randomUUID();
    set({ uploads: [...get().uploads, { id, name, step: "uploading", source: null, failure: null, again }] });
    return id;
  };

  const uploadOne = async (file: File): Promise<void> => {
    const id = begin(file.name, () => {
      get().dismissUpload(id);
      void uploadOne(file);
    });
    try {
      const [source] = await uploadSources([file]);
      if (source) void follow(id, source);
    } catch (error) {
      patch(id, { step: "failed", failure: get().failed(error).text });
    }
  };

  return {
    sources: [],
    sourcesState: "idle",
    sourcesFailure: null,
    sourceCount: 0,
    allSources: null,
    sourceSearch: "",
    sourceType: null,
    uploads: [],

    loadSources: async (more = false) => {
      listRequest += 1;
      const request = listRequest;
      const { sourceSearch, sourceType, sources } = get();
      if (get().sourcesState !== "ready") set({ sourcesState: "loading" });
      try {
        const query = {
          limit: more ? PAGE : Math.max(PAGE, Math.min(200, sources.length)),
          offset: more ? sources.length : 0,
          ...(sourceSearch ? { search: sourceSearch } : {}),
          ...(sourceType ? { type: sourceType } : {}),
        };
        const { data, response } = await listSources({ query, throwOnError: true });
        if (request !== listRequest) return;
        const found = data.filter((each) => !isBeingRemoved(each.id));
        const known = new Set(sources.map((each) => each.id));
        const count = Number(response.headers.get("X-Total-Count") ?? data.length) - (data.length - found.length);
        set({
          sources: more ? [...sources, ...found.filter((each) => !known.has(each.id))] : found,
          sourcesState: "ready",
          sourcesFailure: null,
          sourceCount: count,
          ...(sourceSearch || sourceType ? {} : { allSources: count }),
        });
      } catch (error) {
        if (request === listRequest) set({ sourcesState: "failed", sourcesFailure: get().failed(error) });
      }
    },

    setSourceFilter: (filter) => {
      set(filter);
      void get().loadSources();
    },

    uploadFiles: async (files) => {
      // One after the other: each has its own outcome, and one that is refused does not hold up the rest.
      for (const file of files) await uploadOne(file);
    },

    addPage: async (url) => {
      try {
        const { data } = await addSources({ body: { url }, throwOnError: true });
        const [source] = data as unknown as Source[];
        if (source) {
          const id = begin(url, () => {
            get().dismissUpload(id);
            void get().addPage(url);
          });
          void follow(id, source);
        }
        return null;
      } catch (error) {
        return get().failed(error);
      }
    },

    dismissUpload: (id) => set({ uploads: get().uploads.filter((upload) => upload.id !== id) }),

    deleteSource: (source) => {
      const restore = () => void get().loadSources();
      removeLater(source.id, (keepalive) => void remove(keepalive));
      set({
        sources: get().sources.filter((each) => each.id !== source.id),
        sourceCount: get().sourceCount - 1,
        allSources: Math.max(0, (get().allSources ?? 1) - 1),
        uploads: get().uploads.filter((upload) => upload.source?.id !== source.id),
      });
      get().notify({
        text: t.sources.deleted(source.title),
        tone: "plain",
        undo: () => keepAfterAll(source.id) && restore(),
      });

      async function remove(keepalive: boolean): Promise<void> {
        try {
          await removeSource({ path: { source_id: source.id }, keepalive, throwOnError: true });
          tellOtherTabs({ sources: true });
        } catch (error) {
          if (!isNotFound(error)) {
            get().notify({ text: `${t.errors.delete} ${get().failed(error).text}`, tone: "error" });
          }
        }
        restore();
      }
    },

    downloadSource: async ({ id, title }) => {
      try {
        const path = { source_id: id };
        const { data, response } = await readSourceContent({ path, parseAs: "blob", throwOnError: true });
        saveAs(data as Blob, response, title);
      } catch (error) {
        get().notify({ text: `${t.errors.download} ${get().failed(error).text}`, tone: "error" });
      }
    },

    watchSource: async (id) => {
      for (;;) {
        const { data, error } = await readSource({ path: { source_id: id } });
        if (data && data.status !== "indexing") return data;
        if (isNotFound(error)) return null;
        if (error) get().failed(error);
        await new Promise((resolve) => setTimeout(resolve, WATCH_MILLISECONDS));
      }
    },
  };
};
