import { describe, expect, onTestFinished, test, vi } from "vitest";
import { conditionalResponse, isNotModified } from "../../src/web/http/conditional.ts";
import { readBody } from "../../src/web/request-body.ts";

/** Whether a client has what it asks for (RFC 9110, section 13), and what a request may bring. */

const AT = Date.parse("1994-11-06T08:49:37Z");
const ETAG = 'W/"abc"';

describe("If-None-Match", () => {
  const matches = (field: string) => isNotModified(new Headers({ "if-none-match": field }), { etag: ETAG });
  test.each([
    ...['W/"abc"', '"abc"', "*", " * ", '"x", W/"abc"', '"x","abc" , "y"', 'W/"abc-gzip"', '"abc;br"', '"abc-zstd"'],
    ...['"abc-deflate"', '"a,b", "abc"'],
  ])("%s has it", (field) => expect(matches(field)).toBe(true));

  test.each(['"abcd"', '"xabc"', "abc", "W/abc", '"abc-gzipx"', '"abc-gzip-x"', '"ABC"', "", '"*"', '"W/"abc'])(
    "%s has it not",
    (field) => expect(matches(field)).toBe(false),
  );

  test("counts alone: a date beside it says nothing", () => {
    const headers = new Headers({ "if-none-match": '"x"', "if-modified-since": new Date(AT).toUTCString() });
    expect(isNotModified(headers, { etag: ETAG, lastModified: AT })).toBe(false);
  });
});

describe("If-Modified-Since", () => {
  const has = (date: string, more: object = {}) =>
    isNotModified(new Headers({ "if-modified-since": date }), { etag: ETAG, lastModified: AT, ...more });
  test.each(["Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994"])(
    "%s: the same second is enough, one before is not",
    (date) => {
      expect(has(date)).toBe(true);
      expect(has(date.replace(":37", ":36"))).toBe(false);
      expect(has(date.replace(":37", ":38"))).toBe(true);
    },
  );

  test.each([
    ...[
      "1994-11-06T08:49:37Z",
      "784111777",
      "tomorrow",
      "Sun, 06 Nov 1994 08:49:37 +0000",
      "",
      "x Sun Nov  6 08:49:37 2094",
    ],
    ...["Sun, 06 Nov 1994 08:49:37 GMT x", "Sun, 06 Xxx 2094 08:49:37 GMT", "Sun, 06 Nov 1994 88:49:37 GMT"],
  ])("%s is no date: the whole answer is sent", (date) => expect(has(date)).toBe(false));

  test("says nothing as long as the date is in the future, which a clock that was ahead has set", async () => {
    onTestFinished(() => void vi.useRealTimers());
    const headers = new Headers({ "if-modified-since": new Date(AT).toUTCString() });
    const answerAt = async (now: number) => {
      vi.useFakeTimers({ now, toFake: ["Date"] });
      const document = { etag: ETAG, lastModified: AT, contentType: "text/plain", headers: {} };
      const response = await conditionalResponse(
        new Request("https://bridge.example", { headers }),
        document,
        () => "",
      );
      return [response.status, response.headers.get("last-modified")];
    };
    expect(await answerAt(AT - 1000)).toEqual([200, "Sun, 06 Nov 1994 08:49:36 GMT"]);
    expect(await answerAt(AT)).toEqual([304, "Sun, 06 Nov 1994 08:49:37 GMT"]);
  });

  test("says nothing of what has no date, or depends on the time", () => {
    const later = new Date(AT + 9000).toUTCString();
    expect([has(later), has(later, { lastModified: undefined }), has(later, { timeDependent: true })]).toEqual([
      ...[true, false, false],
    ]);
    expect(isNotModified(new Headers(), { etag: ETAG, lastModified: AT })).toBe(false);
  });
});

describe("a body", () => {
  const read = (body: string, most: number, coding?: string) => {
    const headers: Record<string, string> = coding === undefined ? {} : { "content-encoding": coding };
    const request = new Request("https://bridge.example/", { method: "POST", body, headers });
    return readBody(request, most, "the page").catch(({ problem }) => problem);
  };
  test("of just as many bytes as allowed is read; one more is 413, and says how many are allowed", async () => {
    expect(await read("four", 4)).toEqual(new TextEncoder().encode("four"));
    expect(await read("fives", 4)).toEqual({ status: 413, detail: "the page may have 4 bytes at most" });
    const most = 2 * 1024 * 1024;
    expect(await read(" ".repeat(most + 1), most)).toMatchObject({ detail: "the page may have 2 MiB at most" });
    expect(await read(" ".repeat(2 ** 20 + 1), 2 ** 20)).toMatchObject({ detail: "the page may have 1 MiB at most" });
  });

  test("in a coding is 415, and says which is taken; `identity` is none", async () => {
    expect(await read("x", 4, "gzip".padEnd(60, "x"))).toEqual({
      status: 415,
      detail: `the page must be sent as it is, without the Content-Encoding ${"gzip".padEnd(40, "x")}`,
      headers: { "accept-encoding": "identity" },
    });
    for (const coding of ["identity", " Identity ", "", " "])
      expect(await read("x", 4, coding)).toEqual(new Uint8Array([120]));
  });
});
