import type { Article } from "../article.ts";
import type { EditDetails } from "./edit-details.ts";

/** A change that was seen: an edit, a deletion or a return. */
export interface Change {
  kind: "edited" | "gone" | "back";
  /** With the title, the excerpt and the earlier titles that it had after the change. */
  article: Article;
  /** When the change was first seen. */
  at: string;
  edit?: EditDetails;
  /** Of `gone`: the first look at which the article was absent. Of `back`: since when it was gone. */
  since?: string;
}
