import { expect, test } from "vitest";
import { bearerOf, checkBearer, passwordOf } from "../../src/web/http/authorization.ts";

/** What a request says of who sends it, in the forms that clients write. */

const request = (authorization?: string) =>
  new Request("https://bridge.example/", { headers: authorization === undefined ? {} : { authorization } });
const basic = (text: string) => request(`Basic ${Buffer.from(text).toString("base64")}`);

test("a scheme is written in any case, with any number of spaces, at the beginning", () => {
  for (const written of ["Bearer a+b=", "bearer a+b=", "BEARER   a+b="])
    expect(bearerOf(request(written))).toBe("a+b=");
  expect(bearerOf(request("Digest Bearer x"))).toBeUndefined();
  expect(passwordOf(request("basic   OnB3"))).toBe("pw");
});

test("a token is the same key whether the runtime reads the header's bytes as UTF-8 or one by one", () => {
  for (const key of ["clé secrète", "a key of ASCII", "clé ÿ"]) {
    expect(bearerOf(request(`Bearer ${key}`))).toBe(key);
    expect(bearerOf(request(`Bearer ${Buffer.from(key).toString("latin1")}`))).toBe(key);
  }
  // The last bytes of the second one's letters are those of ASCII.
  for (const key of ["é 비밀번호", "갰걡걲"]) {
    const korean = { headers: { get: () => `Bearer ${key}` } } as unknown as Request;
    expect(bearerOf(korean)).toBe(key);
  }
});

test("a password is all behind the first colon, whatever it has", () => {
  // The base64 of the first has `+`, `/` and `=` in it.
  for (const password of ["ûï¾~?>", "a:b", "two\nlines", "", "비밀번호"])
    expect(passwordOf(basic(`any user:${password}`))).toBe(password);
  expect(basic("any user:ûï¾~?>").headers.get("authorization")).toMatch(/\+|\//);
});

test("what is no Basic credential is no password and no error", () => {
  for (const written of [
    undefined,
    "Basic",
    "Basic ===",
    "Basic a",
    "Basic %%%",
    "Bearer OnB3",
    "X-Basic OnB3",
    "Basic OnB3 x",
  ])
    expect(passwordOf(request(written))).toBeUndefined();
  expect(passwordOf(basic("no colon"))).toBeUndefined();
});

test("a token that is missing and one that is wrong are told apart; the right one passes", async () => {
  const check = (authorization?: string) =>
    checkBearer(request(authorization), "right", "a token is needed").catch(({ problem }) => problem);
  const headers = { "www-authenticate": 'Bearer realm="kcna-feed-bridge"' };
  expect(await check()).toEqual({ status: 401, detail: "a token is needed", headers });
  expect(await check("Bearer wrong")).toMatchObject({ status: 401, detail: "the bearer token is wrong" });
  expect(await check("Bearer right")).toBeUndefined();
});
