import base from "./playwright.config";

export default {
  ...base,
  testMatch: "*.shots.ts",
  workers: 1,
  timeout: 180_000,
  projects: (base.projects ?? []).map((project) => ({
    ...project,
    // A picture in a page is rarely shown at its full size: twice the pixels make it sharp there.
    use: { ...project.use, deviceScaleFactor: project.name === "phone" ? 2 : 1, colorScheme: "light" as const },
  })),
};
