import type { Problem } from "../errors.ts";
import { Layout } from "./layout.tsx";

export function ErrorPage({ problem }: { problem: Problem }) {
  return (
    <Layout title={problem.title}>
      <h1>{problem.title}</h1>
      <p class="lead">{problem.detail[0]?.toUpperCase() + problem.detail.slice(1)}.</p>
      {problem.status === 503 ? <p>Come back in a few minutes; nothing is lost meanwhile.</p> : ""}
      <p>
        <a href="/">All feeds</a>
      </p>
    </Layout>
  );
}
