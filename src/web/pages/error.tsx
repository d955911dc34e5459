import { PHRASES, type Problem } from "../http/problem.ts";
import { ownUrl } from "../links.ts";
import { Layout, type LayoutProps } from "./layout.tsx";

type ErrorPageProps = Pick<LayoutProps, "base" | "sources" | "search"> & { problem: Problem };

export function ErrorPage({ problem, ...rest }: ErrorPageProps) {
  const title = PHRASES[problem.status];
  const { parameter } = problem;
  const detail =
    parameter && problem.detail.startsWith(`${parameter} `) ? `the parameter ${problem.detail}` : problem.detail;
  return (
    <Layout {...rest} title={title}>
      <h1>{title}</h1>
      <p class="lead">{sentence(detail)}</p>
      {problem.status === 503 && <p>Try again in a few minutes. What is stored stays.</p>}
      {problem.status === 401 && <KeyForm />}
      <p>
        <a href={ownUrl(rest.base, "/")}>Home</a>
      </p>
    </Layout>
  );
}

/** The detail with a capital letter and, if it has no punctuation mark at its end, a full stop. */
const sentence = (detail: string) => `${detail[0]?.toUpperCase()}${detail.slice(1)}${/[.?!]$/.test(detail) ? "" : "."}`;

function KeyForm() {
  return (
    <form method="get">
      <label class="field">
        Key
        <input type="password" name="key" autocomplete="current-password" required />
      </label>
      <p>
        <button type="submit">Open</button>
      </p>
    </form>
  );
}
