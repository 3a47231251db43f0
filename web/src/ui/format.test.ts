import { expect, test } from "vitest";
import { dayGroup, linkToWords, sizeOf, webAddress } from "./format";

test("conversations are grouped by calendar day, not by hours", () => {
  const now = new Date(2026, 4, 20, 0, 30);

  expect(dayGroup(new Date(2026, 4, 20, 0, 5).toISOString(), now)).toBe("Today");
  expect(dayGroup(new Date(2026, 4, 19, 23, 55).toISOString(), now)).toBe("Yesterday");
  expect(dayGroup(new Date(2026, 4, 15).toISOString(), now)).toBe("Last 7 days");
  expect(dayGroup(new Date(2026, 3, 28).toISOString(), now)).toBe("Last 30 days");
  expect(dayGroup(new Date(2025, 10, 3).toISOString(), now)).toBe("November 2025");
});

test("only web addresses become links", () => {
  expect(webAddress("https://example.org/a")?.host).toBe("example.org");
  expect(webAddress("javascript:alert(1)")).toBeUndefined();
  expect(webAddress("file:///etc/passwd")).toBeUndefined();
  expect(webAddress("handbook.md")).toBeUndefined();
});

test("a text fragment names short words whole and long ones by their ends", () => {
  const page = new URL("https://example.org/a#old");

  expect(linkToWords(page, "well-known, thirty days")).toBe(
    "https://example.org/a#:~:text=well%2Dknown%2C%20thirty%20days",
  );
  expect(linkToWords(page, "a b c d e f g h i j k l m")).toBe(
    "https://example.org/a#:~:text=a%20b%20c%20d%20e,i%20j%20k%20l%20m",
  );
});

test("sizes are short", () => {
  expect([sizeOf(12), sizeOf(12_345), sizeOf(1_234_567)]).toEqual(["12 B", "12 kB", "1.2 MB"]);
});
